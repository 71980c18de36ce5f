"""The four services in this process, on topics and databases of their own, and whoever looks on."""

import asyncio
import contextlib
import importlib
import json
import time
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from deploy.keys import make_keys
from deploy.local.ports import free_ports
from deploy.provision import provision_kafka
from shared.contracts.message import Caller
from shared.contracts.topics import SERVICES, STREAMS
from shared.runtime.chance import Chance
from shared.runtime.echoes import Echoes
from shared.runtime.http.tokens import issue
from shared.runtime.kafka import KafkaSettings
from shared.runtime.migrations import migrate, migrations
from shared.runtime.service import Process, Service
from shared.runtime.turns import Turns
from tests.runtime.replica import until
from tests.servers.databases import Databases

WATCHED = ("dead-letters", "agency.dinsos.in", *(f"answers.{service}" for service in SERVICES))
Headers = Sequence[tuple[str, bytes | None]]


@dataclass
class City:
    """What a test sees: it writes anywhere, and reads every outcome."""

    producer: AIOKafkaProducer
    prefix: str
    ports: Mapping[str, int]
    keys: Path
    pools: dict[str, asyncpg.Pool] = field(default_factory=dict)
    hears: dict[str, frozenset[str]] = field(default_factory=dict)
    seen: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {topic: [] for topic in WATCHED})
    http: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=15))

    async def sends(self, topic: str, headers: Headers, value: bytes | None, partition: int = 0) -> tuple[int, int]:
        """Write into a topic; gives where it lies."""
        lies = await self.producer.send_and_wait(
            self.prefix + topic, value, key=b"k", headers=list(headers), partition=partition
        )
        return lies.partition, lies.offset

    def outcomes(self, id_: str) -> list[tuple[str, str]]:
        """Who refused a command and why; `accepted` where it took effect."""
        return [
            (topic.removeprefix("answers."), data.get("code", "accepted"))
            for topic in WATCHED if topic.startswith("answers.") for data in self.seen[topic] if data["command"] == id_
        ]  # fmt: skip

    def dead(self, topic: str, place: tuple[int, int]) -> list[tuple[str, str]]:
        """Who has said of a record that it cannot be read, and why."""
        return sorted(
            (data["consumer"], data["reason"]) for data in self.seen["dead-letters"]
            if (data["topic"], data["partition"], data["offset"]) == (topic, *place)
        )  # fmt: skip

    async def waiting(self, service: str, subject: str) -> list[str]:
        rows = await self.pools[service].fetch("SELECT why FROM waiting WHERE subject = $1", uuid.UUID(subject))
        return [row[0] for row in rows]

    async def has_read(self, topic: str, place: tuple[int, int]) -> None:
        """Wait until every service that hears a topic is past a record."""
        query = "SELECT next FROM positions WHERE topic = $1 AND partition = $2"

        async def past() -> bool:
            nexts = [await self.pools[s].fetchval(query, topic, place[0]) for s, t in self.hears.items() if topic in t]
            return all((each or 0) > place[1] for each in nexts)

        await until(past)

    def url(self, service: str, path: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}{path}"

    def token(self, caller: Caller = Caller("dinsos", "coordinator", "uji-1"), *, ago: float = 0) -> str:  # noqa: B008  # a value
        private = json.loads((self.keys / "officers.private.json").read_text())
        return "Bearer " + issue(private, caller, issuer="senandung", now=time.time() - ago)

    async def watch(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    self._see(record)

    def _see(self, record: ConsumerRecord) -> None:
        """Note what a service said; what tests themselves throw into a watched topic is none of it."""
        try:
            data = {**json.loads(record.value), "type": dict(record.headers)["ce_type"].decode()}
        except (TypeError, ValueError, KeyError, AttributeError):
            return
        if data.keys() & {"command", "consumer"} or record.topic.endswith(".in"):
            self.seen[record.topic.removeprefix(self.prefix)].append(data)


@contextlib.asynccontextmanager
async def a_city(bootstrap: str, databases: Databases, folder: Path) -> AsyncIterator[City]:
    """Four services, ready."""
    prefix, keys = f"h{uuid.uuid4().hex[:8]}.", folder / "keys"
    make_keys(keys)
    await provision_kafka(KafkaSettings((bootstrap,), prefix=prefix))
    ports: dict[str, int] = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
    async with contextlib.AsyncExitStack() as stack:
        producer = await stack.enter_async_context(
            AIOKafkaProducer(bootstrap_servers=bootstrap, max_request_size=8_000_000, acks="all")
        )
        city = City(producer, prefix, ports, keys)
        stack.push_async_callback(city.http.aclose)
        for name in SERVICES:
            dsn = await _migrated(await databases.clone(), name)
            service = _service(name, dsn, bootstrap, prefix, keys, ports[name])
            city.hears[name] = frozenset(service.wiring.topics)
            city.pools[name] = await stack.enter_async_context(_running(service))
        consumer = await stack.enter_async_context(
            AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
        )
        consumer.assign([TopicPartition(prefix + t, n) for t in WATCHED for n in range(STREAMS[t].partitions)])
        watching = asyncio.ensure_future(city.watch(consumer))
        try:
            for name in SERVICES:
                await until(partial(_ready, city, name), 60)
            yield city
        finally:
            watching.cancel()


async def _migrated(dsn: str, service: str) -> str:
    sql = await asyncpg.connect(dsn)
    try:
        await migrate(sql, migrations(f"services.{service}.migrations"))
    finally:
        await sql.close()
    return dsn


def _service(name: str, dsn: str, bootstrap: str, prefix: str, keys: Path, port: int) -> Service:
    settings = {
        "postgres": dsn, "kafka": bootstrap, "topic_prefix": prefix, "http_port": port, "session_seconds": 6,
        "token_key_file": keys / "token.key", "jwks": str(keys / "officers.json"),
    }  # fmt: skip
    if name == "intake":
        settings |= {"keyring": keys / "intake.json", "directory_keys": keys / "directory.json"}
    made = importlib.import_module(f"services.{name}.settings").Settings(**settings)
    service: Service = importlib.import_module(f"services.{name}.app").create(made)
    return service


@contextlib.asynccontextmanager
async def _running(service: Service) -> AsyncIterator[asyncpg.Pool]:
    stopping, echoes = asyncio.Event(), Echoes()
    async with service._pool(echoes) as pool:
        turns = Turns(pool, service.wiring, Chance(), "dev", service.primary, echoes=echoes)
        running = asyncio.ensure_future(Process(service, turns, stopping).run())
        try:
            yield pool
        finally:
            stopping.set()
            await running


async def _ready(city: City, name: str) -> bool:
    try:
        return (await city.http.get(city.url(name, "/health/ready"))).status_code == 200
    except httpx.TransportError:
        return False
