"""A service as a process: from its settings and its database to a graceful end."""

import asyncio
import contextlib
import gc
import logging
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import asyncpg
import structlog
import uvloop
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from faststream.kafka import KafkaBroker
from prometheus_client import CollectorRegistry

from shared.runtime.books import Connection
from shared.runtime.chance import Chance
from shared.runtime.changes import Changes
from shared.runtime.clockwork import Clockwork
from shared.runtime.echoes import Echoes
from shared.runtime.http.keys import NoKeys
from shared.runtime.http.ports import Ports
from shared.runtime.http.serving import CannotListen, listening
from shared.runtime.kafka import survive_closed_connections
from shared.runtime.logs import configure
from shared.runtime.migrations import WrongSchema, migrations, verify
from shared.runtime.operations import OperatorDesk
from shared.runtime.relay import Relay
from shared.runtime.settings import EngineSettings, WrongSettings
from shared.runtime.stopped import COUNT, INTERVAL, listen_for
from shared.runtime.submissions import CommandDesk
from shared.runtime.subscription import Subscription
from shared.runtime.telemetry import Telemetry
from shared.runtime.turns import AWAY, Primary, Turns
from shared.runtime.web import Web, app_of, keys_of
from shared.runtime.wiring import Wiring

_STOP_WITHIN: Final = 10.0
"""Seconds that a graceful end may take; a Kafka client can hang while its broker is away."""
APPLICATION: Final = "senandung"
"""By which the database knows connections of a service that runs."""
_LOCKS: Final = "INSERT INTO locks SELECT unnest($1::text[]) ON CONFLICT DO NOTHING"
T = TypeVar("T")

log = structlog.get_logger()


class CannotStart(RuntimeError):
    """Something is missing that waiting will not bring; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Service:
    """What a service is made of. `migrations` names the package of its own; `primary` writes its own primary tables.

    `prepared` looks at the database before anything else; it raises `CannotStart` where the service must not go on.
    """

    settings: EngineSettings
    wiring: Wiring
    migrations: str
    web: Web = field(default_factory=Web)
    primary: Primary | None = None
    prepared: Callable[[Connection], Awaitable[None]] | None = None

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT. Raises `CannotStart`, `WrongSchema`, or what stopped the service."""
        stopping = asyncio.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, stopping.set)
        echoes = Echoes()
        async with self._pool(echoes) as pool:
            turns = Turns(pool, self.wiring, Chance(), self.settings.release, self.primary, echoes=echoes)
            await Process(self, turns, stopping).run()

    @contextlib.asynccontextmanager
    async def _pool(self, echoes: Echoes) -> AsyncIterator[asyncpg.Pool]:
        """Connections to a database of the right schema."""
        pool = await patiently(lambda: open_pool(self.settings.postgres, self.settings.session_seconds, echoes))
        try:
            async with pool.acquire() as connection:
                await verify(connection, migrations(self.migrations))
                if self.prepared is not None:
                    await self.prepared(connection)
                if self.wiring.domain.shared is not None:
                    await connection.execute(_LOCKS, list(self.wiring.domain.shared.locks))
            yield pool
        finally:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(pool.close(), 3)


async def open_pool(dsn: str, session_seconds: int, echoes: Echoes) -> asyncpg.Pool:
    """Connections that lose their locks, as a replica its partitions, after `session_seconds` without a sign of life.

    Else a replica stopped or unplugged in the middle of a turn would hold back whoever took over from it.
    """
    alive = {
        "tcp_keepalives_idle": session_seconds, "tcp_keepalives_interval": INTERVAL, "tcp_keepalives_count": COUNT
    }  # fmt: skip
    silent = {"idle_in_transaction_session_timeout": session_seconds * 1000}
    told = {name: str(value) for name, value in (alive | silent | {"application_name": APPLICATION}).items()}

    async def fresh(connection: Connection) -> None:
        echoes.forget()
        listen_for(connection, session_seconds)

    try:
        return await asyncpg.create_pool(
            dsn, min_size=2, max_size=10, init=fresh, reset=_as_it_is, server_settings=told
        )
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError) as problem:
        raise CannotStart(f"PostgreSQL: {problem}; run `senandung provision`, or correct the DSN") from None


async def _as_it_is(_: Connection) -> None:
    """What a turn or a query leaves behind ends with its transaction: there is nothing to reset, and a way to save."""


class Process:
    """One running replica: its parts, and what ends it."""

    def __init__(self, service: Service, turns: Turns, stopping: asyncio.Event) -> None:
        self.service, self.turns, self.stopping = service, turns, stopping
        settings, kafka, wiring = service.settings, service.settings.kafka_settings, service.wiring
        self.telemetry, self.submitted = Telemetry(CollectorRegistry()), asyncio.Event()
        self.subscription = Subscription(turns, wiring, kafka, settings.session_seconds)
        self.relay = Relay(turns.pool, kafka, wiring.domain.name, self.subscription.lanes, self.telemetry.published)
        self.broker = KafkaBroker(
            list(kafka.bootstrap), security=kafka.security(), apply_types=False,
            logger=logging.getLogger("faststream"), log_level=logging.DEBUG,
            client_id=kafka.prefix + wiring.domain.name, graceful_timeout=5.0,
            metadata_max_age_ms=5_000,  # after which a topic made anew is noticed
            allow_auto_create_topics=False,  # it would be one of a single partition, in which nothing has its place
        )  # fmt: skip
        self.subscription.attach(self.broker)
        self.connected = False
        turns.committed = self._committed

    async def run(self) -> None:
        """Serve until something ends it; raises what that was, unless it was a signal."""
        service, settings = self.service, self.service.settings
        async with keys_of(settings) as keys:
            app = app_of(settings, service.wiring, service.web, self._ports(), self.turns.pool, keys)
            async with listening(app, settings.http_host, settings.http_port, grace=3):
                await self._work()

    async def _work(self) -> None:
        clockwork = Clockwork(self.turns, self.subscription, self.submitted)
        tasks = [_task("kafka", self._connect()), _task("relay", self.relay.run()), _task("clock", clockwork.run())]
        self.subscription.stopped = stopped = asyncio.get_running_loop().create_future()
        ends: set[asyncio.Future[None]] = {_task("stop", self._stop_asked()), *tasks, stopped}
        try:
            done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            while done == {tasks[0]} and tasks[0].exception() is None:  # connected: that task has done its work
                done, _ = await asyncio.wait(ends - done, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.stopping.set()
            await self._end(tasks)
        for task in done:
            task.result()

    async def _stop_asked(self) -> None:
        await self.stopping.wait()

    def _committed(self, changes: Changes) -> None:
        self.telemetry.turn(changes.counts, len(changes.said))
        if changes.said:
            self.relay.wake.set()

    def _ports(self) -> Ports:
        return Ports(
            submissions=CommandDesk(self.turns, self.subscription, self.submitted),
            health=self,
            operations=OperatorDesk(self.turns, self.subscription, self.relay),
            sentence=self.service.wiring.sentence,
            registry=self.telemetry.registry,
        )

    def missing(self) -> Sequence[str]:
        """See `Health.missing`."""
        reasons = {
            "stopping": self.stopping.is_set(),
            "kafka": not self.connected,
            "log-changed": self.subscription.halted is not None,
            "own-streams-not-read": not self.subscription.ready.is_set(),
        }
        return [what for what, absent in reasons.items() if absent]

    def alive(self) -> bool:
        """See `Health.alive`."""
        return self.subscription.stopped is None or not self.subscription.stopped.done()

    async def _connect(self) -> None:
        """Kafka may be away for as long as it likes; a topic that is not there must be made first."""
        await patiently(self._check_topics)
        await patiently(self.subscribe)
        self.connected = True
        gc.collect()
        gc.freeze()  # what is here by now stays: code, contracts, law
        gc.set_threshold(20_000, 20, 20)
        log.info("service.connected", service=self.service.wiring.domain.name)

    async def subscribe(self) -> None:
        """Start to read; a client that could not is left behind nowhere."""
        try:
            await self.broker.start()
        except BaseException:
            await self.subscription.drop()
            raise

    async def _check_topics(self) -> None:
        kafka = self.service.settings.kafka_settings
        admin = AIOKafkaAdminClient(**kafka.client())
        await admin.start()
        try:
            missing = {kafka.prefix + topic for topic in self.service.wiring.topics} - set(await admin.list_topics())
        finally:
            await admin.close()
        if missing:
            raise CannotStart(f"topic {min(missing)} is missing ({len(missing)} in all): run `senandung provision`")

    async def _end(self, tasks: Sequence["asyncio.Task[Any]"]) -> None:
        """Take no more, finish the turn under way, publish what was said, and go."""
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self.broker.stop(), _STOP_WITHIN)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=5)
        log.info("service.stopped", service=self.service.wiring.domain.name)


def _task(name: str, work: Coroutine[Any, Any, None]) -> "asyncio.Task[Any]":
    return asyncio.create_task(work, name=name)


async def patiently(step: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Repeat a step for as long as only a server is away, with growing pauses."""
    pause = 0.2
    while True:
        try:
            return await step()
        except (*AWAY, KafkaError) as problem:
            log.warning("server.away", why=type(problem).__name__)
            await asyncio.sleep(pause)
            pause = min(5.0, pause * 1.5)


def main(create: Callable[[], Service]) -> None:
    """Run a service as this process: 0 after a signal, 78 where it may not start, 70 where it had to stop."""
    try:
        service = create()
        configure(service.settings.log_format, stream=sys.stderr)
        survive_closed_connections()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(service.run())
    except (CannotStart, WrongSchema, WrongSettings, NoKeys, CannotListen) as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(78)
    except Exception as problem:  # noqa: BLE001 - the last word of the process: what it was stands in the log, never a body
        log.critical("service.stopped", why=type(problem).__name__)
        sys.exit(70)
