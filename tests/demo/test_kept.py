"""A city that the demonstration left running, with four stories in it: its tables are what facts make of them."""

import asyncio
import json
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import msgspec
import psutil
import pytest
from typer.testing import CliRunner, Result

from deploy.cli.app import app
from deploy.local.processes import end
from shared.contracts.topics import SERVICES
from tests.demo.test_demo import demo, running, what_failed
from tests.servers.running import short_folder

pytestmark = pytest.mark.slow
PRIMARY = {"commands", "locks", "migrations", "outbox", "positions", "said", "waiting", "wakes"}


def senandung(home: Path, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--home", str(home)], env={"COLUMNS": "200"})


class Kept(NamedTuple):
    """A city's home, and what was so while all of it still ran: the tests may come in any order."""

    home: Path
    processes: int
    compared: Mapping[str, Result]
    refused: Result


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    """A city, until it is brought down."""
    with short_folder() as folder:
        home = folder / ".senandung"
        told = demo(home, KEEP="1")
        assert told.returncode == 0, what_failed(told)
        yield Kept(
            home,
            processes=len(running(folder)),
            compared={service: senandung(home, "rebuild", service, "--check") for service in SERVICES},
            refused=senandung(home, "rebuild", "shelter", "--yes"),
        )
        assert senandung(home, "down").exit_code == 0
        assert running(folder) == []


def test_kept_it_runs_on_until_it_is_brought_down(kept: Kept) -> None:
    assert kept.processes >= 6  # Kafka, PostgreSQL, four services


@pytest.mark.parametrize("service", SERVICES)
def test_while_a_service_runs_its_rows_are_compared_with_what_facts_make_of_them(kept: Kept, service: str) -> None:
    told = kept.compared[service]

    assert told.exit_code == 0, told.stdout
    assert "equal row for row" in told.stdout
    assert int(told.stdout.split("row for row: ")[1].split()[0]) > 50


def test_a_running_service_is_not_rebuilt(kept: Kept) -> None:
    assert kept.refused.exit_code == 1
    assert "stop the service first" in kept.refused.stdout


@pytest.mark.parametrize("service", SERVICES)
def test_all_derived_rows_that_a_stopped_service_lost_are_made_again_the_same(kept: Kept, service: str) -> None:
    stop(kept.home, service)
    before = asyncio.run(tables(kept.home, service))
    asyncio.run(lose(kept.home, service, [table for table in before if derived(table)]))

    told = senandung(kept.home, "rebuild", service, "--yes")

    assert told.exit_code == 0, told.stdout
    assert asyncio.run(tables(kept.home, service)) == before
    assert all(before[table] for table in ("subjects", "aliases"))


def stop(home: Path, service: str) -> None:
    """A graceful end, as an operator asks for it."""
    pids = json.loads((home / "city.json").read_text())["pids"]
    (pid,) = [it.pid for it in psutil.process_iter() if it.pid in pids and f"services.{service}" in it.cmdline()]
    end(pid, signal.SIGTERM)


def derived(table: str) -> bool:
    return table not in PRIMARY and not table.startswith(("vault_", "possible_"))


async def tables(home: Path, service: str) -> dict[str, Any]:
    """All rows of all tables, by their first columns; what a subject's holds is read, for its parts have no order."""
    sql = await asyncpg.connect(json.loads((home / "city.json").read_text())["postgres"][service])
    try:
        names = await sql.fetch(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        )
        return {name: sorted(map(_row, await sql.fetch(f'TABLE "{name}"')), key=repr) for (name,) in names}
    finally:
        await sql.close()


def _row(row: asyncpg.Record) -> dict[str, Any]:
    return {name: _sorted(msgspec.msgpack.decode(it)) if name == "doc" else it for name, it in row.items()}


def _sorted(value: Any) -> Any:
    """Maps by their keys, wherever they stand."""
    if isinstance(value, dict):
        return sorted((key, _sorted(it)) for key, it in value.items())
    return [_sorted(it) for it in value] if isinstance(value, list) else value


async def lose(home: Path, service: str, names: list[str]) -> None:
    sql = await asyncpg.connect(json.loads((home / "city.json").read_text())["postgres"][service])
    try:
        for name in names:
            await sql.execute(f'DELETE FROM "{name}"')  # noqa: S608  # a table of ours
    finally:
        await sql.close()
