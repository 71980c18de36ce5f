"""The city of a journey: as deployed on one machine, with twins, pauses, snapshots, and a proxy before PostgreSQL."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient

from deploy.local.city import READY_SECONDS, City
from deploy.local.ports import free_ports
from deploy.local.processes import Child
from deploy.provision import database_of, dsn_of, provision_kafka
from shared.contracts.topics import PARTITIONS, SERVICES
from tests.journeys.proxy import Proxy

HOUSES: Final = """\
code,valid_from,valid_to,kind,name_id,name_en,unit,child_only,sex,beds,age_from,age_to,rule,certainty,note
rpsa,2019-01-01,,rpsa,Rumah uji,Test house,semua,yes,mixed,1-{beds},0,17,R74,DESIGN,
"""
READY: Final = "service.ready"
ALL: Final = f'"lanes": {PARTITIONS}'
"""What a replica logs when it holds every partition."""
CHILDREN: Final = int(os.environ.get("SENANDUNG_TEST_CHILDREN", "12"))
"""Of one journey."""
ENOUGH: Final = 200 + 2 * CHILDREN
"""Beds for every child that is on its way."""


class Town(City):
    """A city whose services reach PostgreSQL through `proxy`, so that answers can be swallowed."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.proxy = Proxy(lambda: self.postgres._sockets / ".s.PGSQL.5432")
        self.twins: dict[str, Child] = {}
        self.settings: dict[str, dict[str, str]] = {service: {} for service in SERVICES}
        """Of each service, beside those that every city gives it."""
        self.spoilt = False
        """Whether a journey came to no end in it: whoever travels next needs another."""

    def start(self) -> "Town":
        self.proxy.start()
        self.home.mkdir(parents=True, exist_ok=True)
        self.beds(ENOUGH)
        super().start()
        return self

    def stop(self) -> None:
        for service in filter(self.runs, self.running):
            self.wake(service)  # or it would not hear that it shall end
        for twin in self.twins.values():
            twin.stop(signal.SIGKILL)
        super().stop()
        self.proxy.stop()

    def beds(self, many: int) -> None:
        """How many beds the shelter has from its next start on."""
        file = self.home.with_name(f"{self.home.name}-houses.csv")
        file.write_text(HOUSES.format(beds=many))
        self.settings["shelter"]["HOUSES"] = str(file)

    def environment(self, service: str) -> dict[str, str]:
        prefix = f"SENANDUNG_{service.upper()}_"
        dsn = f"postgresql://postgres@127.0.0.1:{self.proxy.port}/{database_of(service)}?sslmode=disable"
        own = {"POSTGRES": dsn, **self.settings[service]}
        return super().environment(service) | {prefix + name: value for name, value in own.items()}

    # -- processes ------------------------------------------------------------------------------------------------

    def revive(self) -> None:
        """Start what has ended, and wait until it answers; it need not be ready."""
        for service in SERVICES:
            if not self.runs(service):
                self.running.pop(service, None)
                self.launch(service)
        for service in SERVICES:
            self.running[service].wait_until(lambda of=service: self.answers(of), seconds=READY_SECONDS)  # type: ignore[misc]  # bound now

    def answers(self, service: str) -> bool:
        """Whether a service answers by HTTP, ready or not."""
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.ports[service]), 1).close()
            return True
        return False

    def bring_back(self, services: Iterable[str] = SERVICES) -> None:
        """Start whatever does not run, and wait until it is ready."""
        missing = [service for service in services if not self.runs(service)]
        for service in missing:
            if service in self.running:
                self.kill(service)
            self.launch(service)
        for service in missing:
            self.wait_ready(service)

    def runs(self, service: str) -> bool:
        return service in self.running and self.running[service].alive

    def twin(self, service: str) -> None:
        """Start a second replica."""
        port = {f"SENANDUNG_{service.upper()}_HTTP_PORT": str(free_ports(1)[0])}
        command = [*map(str, self.running[service]._process.args)]  # type: ignore[arg-type]  # a list, as we made it
        log = self.home / f"{service}-twin.log"
        self.twins[service] = Child(command, log=log, environment=self.environment(service) | port)

    def wait_twins(self) -> None:
        """Wait until the partitions are shared."""
        for service, twin in self.twins.items():
            twin.wait_until(lambda said=twin.said: READY in said(), seconds=READY_SECONDS)  # type: ignore[misc]  # bound now
            self.wait_ready(service)

    def wait_alone(self, services: Iterable[str]) -> None:
        """Wait until the twins of some services hold all partitions."""
        for service in services:
            twin = self.twins[service]
            twin.wait_until(lambda said=twin.said: ALL in said(), seconds=READY_SECONDS)  # type: ignore[misc]  # bound now

    def without_twins(self) -> None:
        """End the second replicas, gracefully."""
        for service in list(self.twins):
            self.twins.pop(service).stop(signal.SIGTERM)

    def pause(self, service: str) -> None:
        """SIGSTOP: the process hears and says nothing, and does not know it."""
        os.kill(self.running[service].pid, signal.SIGSTOP)

    def wake(self, service: str) -> None:
        """SIGCONT: it goes on as if no time had passed."""
        os.kill(self.running[service].pid, signal.SIGCONT)

    # -- servers --------------------------------------------------------------------------------------------------

    def crash_postgres(self) -> None:
        """End all its processes with kill -9, and start on what they left."""
        self.postgres.kill()
        self.postgres.start()

    def crash_kafka(self) -> None:
        """End it with kill -9, and start on what it left."""
        self.kafka.restart_node(1, signal.SIGKILL)

    def snapshot(self, service: str) -> None:
        """Keep a copy of a service's database as it is now; the service must be down."""
        asyncio.run(self._copy(database_of(service), f"{database_of(service)}_then"))

    def restore(self, service: str) -> None:
        """Throw a service's database back to its snapshot; the service must be down."""
        asyncio.run(self._copy(f"{database_of(service)}_then", database_of(service)))

    async def _copy(self, this: str, to: str) -> None:
        connection = await asyncpg.connect(self.postgres.dsn())
        try:
            await connection.execute(f'DROP DATABASE IF EXISTS "{to}" WITH (FORCE)')
            await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", this)
            await connection.execute(f'CREATE DATABASE "{to}" TEMPLATE "{this}"')
        finally:
            await connection.close()

    async def sql(self, service: str, query: str, *args: object) -> list[asyncpg.Record]:
        """Ask a service's database, past the proxy."""
        connection = await asyncpg.connect(dsn_of(self.postgres.dsn(), service))
        try:
            return list(await connection.fetch(query, *args))
        finally:
            await connection.close()

    async def execute(self, service: str, script: str) -> None:
        """Do something to a service's database, past the proxy."""
        connection = await asyncpg.connect(dsn_of(self.postgres.dsn(), service))
        try:
            await connection.execute(script)
        finally:
            await connection.close()

    async def remake(self, topic: str) -> None:
        """Delete a topic, and make it again."""
        admin = AIOKafkaAdminClient(**self.kafka_settings.client())
        await admin.start()
        try:
            await admin.delete_topics([topic])
            while topic in await admin.list_topics():  # noqa: ASYNC110 - the broker tells nobody when it is gone
                await asyncio.sleep(0.05)
        finally:
            await admin.close()
        await provision_kafka(self.kafka_settings)

    def truncate(self, topic: str, partition: int, keep: float) -> int:
        """Cut the end off a log, as a disk that lost its last writes; Kafka must be down. Gives bytes cut."""
        (folder,) = self.kafka.home.glob(f"node-1/data/{topic}-{partition}")
        log = max(folder.glob("*.log"))
        size, whole = log.stat().st_size, _batches(log.read_bytes())
        kept = max((end for end in whole if end <= size * keep), default=0)
        os.truncate(log, kept)
        for index in folder.glob(f"{log.stem}.*index"):
            index.unlink()
        for known in (folder.parent / "recovery-point-offset-checkpoint", folder / "leader-epoch-checkpoint"):
            with suppress(FileNotFoundError):
                known.unlink()
        return size - kept


def _batches(log: bytes) -> Sequence[int]:
    """Where each record batch of a segment ends."""
    ends, at = [], 0
    while at + 12 <= len(log):
        at += 12 + int.from_bytes(log[at + 8 : at + 12], "big")
        ends.append(at)
    return ends
