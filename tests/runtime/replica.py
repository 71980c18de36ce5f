"""A toy service as a whole replica on real Kafka and PostgreSQL, with topics of its own, and who speaks to it."""

import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete

from deploy.local.ports import free_ports
from shared.contracts.message import Caller, Domain
from shared.contracts.topics import STREAMS, Stream
from shared.runtime.chance import Chance
from shared.runtime.http.tokens import issue
from shared.runtime.kafka import KafkaSettings
from shared.runtime.record import Record, lane_of
from shared.runtime.service import Process, Service
from shared.runtime.settings import EngineSettings
from shared.runtime.turns import Turns
from shared.runtime.wiring import Wiring
from tests.office import settings_of
from tests.runtime.desk import Desk
from tests.runtime.toy import TOY

LANES = 2
STREAMS_OF_TOY = ("cases", "case-keys", "referrals", "answers.routing", "agency.dinkes.out", "dead-letters")
OPERATOR = Caller("dinsos", "operator", "uji-9")


def toy_wiring(domain: Domain = TOY) -> Wiring:
    streams: dict[str, Stream] = {name: STREAMS[name] for name in STREAMS_OF_TOY}
    small = {n: replace(s, partitions=LANES if s.partitions > 1 else 1) for n, s in streams.items()}
    return Wiring(domain, bytes(32), small, lanes=LANES)


@dataclass
class Town:
    """Topics under a prefix of their own, and a database."""

    bootstrap: str
    dsn: str
    folder: Path
    prefix: str = field(default_factory=lambda: f"t{uuid.uuid4().hex[:8]}.")
    domain: Domain = TOY

    @property
    def kafka(self) -> KafkaSettings:
        return KafkaSettings((self.bootstrap,), prefix=self.prefix)

    async def make(self, *names: str) -> None:
        """Make topics, all where none is named."""
        streams = toy_wiring().streams
        async with self._admin() as admin:
            made = [NewTopic(self.prefix + n, streams[n].partitions, 1, topic_configs=LOG) for n in names or streams]
            await until(lambda: _created(admin, made))

    async def unmake(self, name: str) -> None:
        async with self._admin() as admin:
            await admin.delete_topics([self.prefix + name])

    async def truncate(self, name: str, partition: int, before: int) -> None:
        async with self._admin() as admin:
            await admin.delete_records({TopicPartition(self.prefix + name, partition): RecordsToDelete(before)})

    @contextlib.asynccontextmanager
    async def _admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()

    async def send(self, *records: Record, transaction: str | None = None) -> None:
        """Put records into their logs, each subject in its partition."""
        more = {"transactional_id": transaction} if transaction else {}
        async with (
            AIOKafkaProducer(bootstrap_servers=self.bootstrap, max_request_size=4_000_000, **more) as producer,
            producer.transaction() if transaction else contextlib.nullcontext(),
        ):
            for record in records:
                await producer.send_and_wait(
                    self.prefix + record.topic, record.value, key=record.header("ce_subject").encode() or None,
                    headers=record.headers, partition=self._partition(record),
                )  # fmt: skip

    def _partition(self, record: Record) -> int:
        return lane_of(UUID(record.header("ce_subject")), LANES) if record.topic in {"cases", "case-keys"} else 0

    async def lies_in(self, topic: str) -> list[Any]:
        """All records of a topic, as anybody reads them."""
        async with AIOKafkaConsumer(bootstrap_servers=self.bootstrap, auto_offset_reset="earliest") as consumer:
            parts = [TopicPartition(self.prefix + topic, n) for n in range(toy_wiring().streams[topic].partitions)]
            consumer.assign(parts)
            ends, found = await consumer.end_offsets(parts), []
            while any([await consumer.position(part) < end for part, end in ends.items()]):
                found += [r for rs in (await consumer.getmany(timeout_ms=100)).values() for r in rs]
            return found

    async def topics(self) -> set[str]:
        """The names of all that there are, without the prefix."""
        async with self._admin() as admin:
            return {n.removeprefix(self.prefix) for n in await admin.list_topics() if n.startswith(self.prefix)}

    @contextlib.asynccontextmanager
    async def process(self) -> AsyncIterator[Process]:
        """The service, not yet running."""
        (port,) = free_ports(1)
        settings = settings_of(
            EngineSettings, self.folder, self.dsn, kafka=self.bootstrap, topic_prefix=self.prefix, http_port=port,
            session_seconds=6,
        )  # fmt: skip
        wiring = toy_wiring(self.domain)
        async with asyncpg.create_pool(self.dsn, min_size=1, max_size=5) as pool:
            yield Process(Service(settings, wiring, "none"), Turns(pool, wiring, Chance()), asyncio.Event())

    @contextlib.asynccontextmanager
    async def lives(self) -> AsyncIterator["Replica"]:
        """The service, from its start to its graceful end."""
        async with self.process() as process:
            port = process.service.settings.http_port
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
                running = asyncio.ensure_future(process.run())
                replica = Replica(Desk(process.turns), process, http, self.folder)
                try:
                    await until(replica.serves)
                    yield replica
                finally:
                    process.stopping.set()
                    await running


LOG = {"message.timestamp.type": "LogAppendTime"}


async def _created(admin: AIOKafkaAdminClient, topics: list[NewTopic]) -> bool:
    """A topic that is being deleted is in the way for a moment."""
    missing = {topic.name for topic in topics} - set(await admin.list_topics())
    if missing:
        await admin.create_topics([topic for topic in topics if topic.name in missing])
    return not missing


@dataclass
class Replica:
    """A running service, as operators see it."""

    desk: Desk
    process: Process
    http: httpx.AsyncClient
    folder: Path

    async def serves(self) -> bool:
        """Whether it answers at all."""
        try:
            return (await self.http.get("/health/live")).status_code == 200
        except httpx.TransportError:
            return False

    async def missing(self) -> list[str]:
        """Why it is not ready; nothing where it is."""
        answer = await self.http.get("/health/ready")
        return list(answer.json().get("missing", [])) if answer.status_code != 200 else []

    async def ready(self) -> None:
        await until(lambda: self._is([]))

    async def halted(self) -> None:
        async def told() -> bool:
            return "log-changed" in await self.missing()

        await until(told)

    async def _is(self, missing: list[str]) -> bool:
        return await self.missing() == missing

    async def counts(self, expected: dict[UUID, tuple[int, int]]) -> None:
        async def equal() -> bool:
            return await self.desk.counts() == expected

        await until(equal)

    async def asks(self, method: str, path: str, **more: Any) -> httpx.Response:
        """An operator asks."""
        private = json.loads((self.folder / "officers.private.json").read_text())
        token = issue(private, OPERATOR, issuer="senandung", now=time.time())
        return await self.http.request(method, path, headers={"authorization": f"Bearer {token}"}, **more)

    async def problems(self) -> dict[tuple[str, int], str]:
        """What `positions show` tells of partitions that are not as remembered."""
        rows = (await self.asks("GET", "/operations/positions")).json()["positions"]
        return {(row["topic"], row["partition"]): row["problem"] for row in rows if row["problem"]}


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110  # nobody tells us
            await asyncio.sleep(0.02)
