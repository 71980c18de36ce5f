"""Turns on a database: one transaction each, repeated as a whole when the database asks for it."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

import asyncpg
import structlog

from shared.runtime.arrival import Arrival, CommandCome, Poke, arrive
from shared.runtime.aside import collided, set_aside
from shared.runtime.books import Connection, EntryCodec, named
from shared.runtime.chance import Chance
from shared.runtime.changes import Changes
from shared.runtime.echoes import Echoes
from shared.runtime.fold import Fold
from shared.runtime.postgres import PostgresBooks
from shared.runtime.record import Record
from shared.runtime.wiring import Wiring

Place = tuple[str, int]
"""A topic and a partition."""

AWAY: Final = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what a connection that is cut in the middle of an answer may raise
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.ReadOnlySQLTransactionError,  # a standby: its primary comes back, or it becomes one
    asyncpg.IdleInTransactionSessionTimeoutError,
)
_LOCK: Final = """
SELECT topic, partition, next FROM positions JOIN unnest($1::text[], $2::int[]) AS v (topic, partition)
USING (topic, partition) ORDER BY topic, partition FOR NO KEY UPDATE OF positions"""
_MOVE: Final = """
UPDATE positions p SET next = v.next, at = v.at, digest = v.digest
FROM unnest($1::text[], $2::int[], $3::bigint[], $4::timestamptz[], $5::bytea[])
  AS v (topic, partition, next, at, digest)
WHERE p.topic = v.topic AND p.partition = v.partition"""
_WAITING: Final = "SELECT DISTINCT subject FROM waiting WHERE why IN ('gap', 'early', 'no-key', 'unknown')"
_FAILURES: Final = 50
"""New failures in a minute that are a bad deploy rather than bad messages."""
_TRIES: Final = 25
"""How often a turn gives way to others: about a minute and a half, with growing pauses of at most 5 seconds."""

log = structlog.get_logger()


class Misplaced(RuntimeError):
    """A batch does not start where the database says: `places` tells where to read on."""

    def __init__(self, places: Mapping[Place, int]) -> None:
        super().__init__("batch does not start at the stored position")
        self.places = places


class BadDeploy(RuntimeError):
    """So many messages fail that the release must be wrong: the service stops, nothing is parked any more."""


class Contended(RuntimeError):
    """Other turns were in the way for too long: nothing of this one took effect, and it may be tried again."""


class Primary(Protocol):
    """A service's own tables that are not derived, such as a vault: written in the turn's transaction."""

    async def __call__(self, connection: Connection, accepted: Sequence[Any]) -> None:
        """`accepted`: pairs of the command's message and the subject that it took effect on."""
        ...


@dataclass(slots=True)
class Turns:
    """All turns of one service. `committed` is called after each, to wake the relay and whoever waits for an answer."""

    pool: asyncpg.Pool
    wiring: Wiring
    chance: Chance
    release: str = "dev"
    primary: Primary | None = None
    committed: Callable[[Changes], None] = lambda _: None
    recalling: Callable[[], bool] = lambda: False
    """Whether we do not know yet all that we have ever said: see `Fold`."""
    failures: list[float] = field(default_factory=list)
    echoes: Echoes = field(default_factory=Echoes)
    codec: EntryCodec = field(init=False)

    def __post_init__(self) -> None:
        self.codec = EntryCodec(self.wiring)

    async def batch(self, records: Sequence[Record], cursors: Mapping[Place, int]) -> None:
        """One batch of the log. `cursors` tells where this consumer read on. Raises `Misplaced`, `BadDeploy`."""
        arrivals = [(record, arrive(record, self.wiring)) for record in self.echoes.strange(records, self.wiring)]
        ends = _ends(records)
        await self._until_done(lambda careful: self._batch(arrivals, ends, cursors, careful=careful))

    async def one(self, arrivals: Sequence[Arrival]) -> None:
        """A turn without positions: an HTTP command, deadlines, or what waits."""
        await self._until_done(lambda careful: self._one(arrivals, careful=careful))

    async def look_again(self) -> None:
        """At everything that waits: while we recalled what we had said, nothing of it could go on."""
        for row in await self.pool.fetch(_WAITING):
            await self.one([Poke(row[0])])

    # -- the turn -------------------------------------------------------------------------------------------------

    async def _batch(
        self,
        arrivals: Sequence[tuple[Record, Arrival]],
        ends: Mapping[Place, Record],
        cursors: Mapping[Place, int],
        *,
        careful: bool,
    ) -> Changes:
        async with self.transaction() as sql:
            fresh = await self._fresh(sql, ends, cursors)
            todo = [arrival for record, arrival in arrivals if (record.topic, record.partition) in fresh]
            changes = await self._work(sql, todo, careful=careful) if todo else Changes()
            await self._move(sql, [ends[place] for place in sorted(fresh)])
        return changes

    async def _one(self, arrivals: Sequence[Arrival], *, careful: bool) -> Changes:
        async with self.transaction() as sql:
            return await self._work(sql, arrivals, careful=careful)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A connection in a transaction, READ COMMITTED."""
        async with self.pool.acquire() as connection, connection.transaction():
            yield connection

    async def _fresh(self, sql: Connection, ends: Mapping[Place, Record], cursors: Mapping[Place, int]) -> set[Place]:
        """Which parts of a batch are not yet committed; a part that starts elsewhere is `Misplaced`."""
        topics, partitions = zip(*sorted(ends), strict=True)
        rows = {(row[0], row[1]): row[2] for row in await sql.fetch(_LOCK, topics, partitions)}
        done = {place for place, end in ends.items() if rows.get(place, 0) > end.offset}
        wrong = {
            place: rows.get(place, 0) for place in ends.keys() - done if rows.get(place, 0) != cursors.get(place, 0)
        }
        if wrong:
            raise Misplaced(wrong)
        return set(ends) - done

    async def _move(self, sql: Connection, ends: Sequence[Record]) -> None:
        await sql.execute(
            _MOVE,
            [end.topic for end in ends],
            [end.partition for end in ends],
            [end.offset + 1 for end in ends],
            [end.at for end in ends],
            [end.digest() for end in ends],
        )

    async def _work(self, sql: Connection, arrivals: Sequence[Arrival], *, careful: bool) -> Changes:
        if careful:
            return await self._one_by_one(sql, arrivals)
        books = PostgresBooks(sql, self.wiring, self.codec, self.release)
        fold = Fold(self.wiring, await books.load(named(arrivals)), self.chance, recalling=self.recalling())
        fold.take(arrivals)
        changes = fold.finish()
        await books.save(changes)
        if self.primary is not None and changes.accepted:
            await self.primary(sql, changes.accepted)
        return changes

    # -- trouble --------------------------------------------------------------------------------------------------

    async def _until_done(self, attempt: Callable[[bool], Awaitable[Changes]]) -> None:
        """Repeat a whole turn for as long as only the database, or another turn, is in the way. Raises `Contended`."""
        careful, tries, collisions = False, 0, 0
        while True:
            try:
                changes = await attempt(careful)
            except Misplaced:
                raise
            except AWAY as problem:
                log.warning("database.away", why=type(problem).__name__)
            except Exception as problem:  # noqa: BLE001 - whatever it is, it must not take the other messages with it
                if collided(problem):
                    collisions = self._give_way(problem, collisions)
                else:
                    careful = self._carefully(problem, careful=careful)
            else:
                return self._after(changes)
            tries += 1
            await asyncio.sleep(min(5.0, 0.01 * 2 ** min(tries, 9)) * random.uniform(0.5, 1.0))  # noqa: S311 - jitter

    def _give_way(self, problem: Exception, collisions: int) -> int:
        log.info("turn.repeated", why=type(problem).__name__)
        if collisions == _TRIES:
            raise Contended(f"{collisions} times: {type(problem).__name__}") from problem
        return collisions + 1

    def _carefully(self, problem: Exception, *, careful: bool) -> bool:
        """An error that a message caused: find which one, each in a savepoint of its own."""
        if careful:
            raise problem
        log.warning("turn.one-by-one", why=type(problem).__name__)
        return True

    async def _one_by_one(self, sql: Connection, arrivals: Sequence[Arrival]) -> Changes:
        total = Changes()
        for arrival in arrivals:
            try:
                async with sql.transaction():
                    changes = await self._work(sql, [arrival], careful=False)
            except AWAY:
                raise
            except Exception as problem:  # the other place where one subject's failure becomes its own
                if collided(problem):
                    raise
                changes = await self._aside(sql, arrival, problem)
            _add(total, changes)
        return total

    async def _aside(self, sql: Connection, arrival: Arrival, problem: Exception) -> Changes:
        if isinstance(arrival, CommandCome):  # its sender hears of it
            return await self._work(sql, [replace(arrival, refused="not-ready")], careful=False)
        return await set_aside(PostgresBooks(sql, self.wiring, self.codec, self.release), arrival, problem)

    def _after(self, changes: Changes) -> None:
        for what, fields in changes.alarms:
            log.error(what, **fields)
        self._watch(changes.counts.get("waits.failed", 0))
        self.echoes.said(changes.said, self.wiring)
        self.committed(changes)

    def _watch(self, failed: int) -> None:
        now = asyncio.get_running_loop().time()
        self.failures = [at for at in self.failures if at > now - 60] + [now] * failed
        if len(self.failures) > _FAILURES:
            raise BadDeploy(f"{len(self.failures)} messages failed within a minute: see `senandung waiting list`")


def _ends(records: Sequence[Record]) -> dict[Place, Record]:
    """The last record of each partition of a batch."""
    return {(record.topic, record.partition): record for record in records}


def _add(total: Changes, part: Changes) -> None:
    total.said.extend(part.said)
    total.answers.extend(part.answers)
    total.alarms.extend(part.alarms)
    total.wakes |= part.wakes
    for what, count in part.counts.items():
        total.counts[what] = total.counts.get(what, 0) + count
