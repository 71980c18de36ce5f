"""A whole rebuild of one service: compared with its tables, or put in their place."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

import asyncpg

from shared.contracts.topics import STREAMS
from shared.runtime.arrival import FactCome
from shared.runtime.books import Connection
from shared.runtime.migrations import migrations
from shared.runtime.migrations import verify as verify_schema
from shared.runtime.positions import verify
from shared.runtime.rebuild import sources
from shared.runtime.rebuild.past import heard, name_of, spoken
from shared.runtime.rebuild.scratch import Difference, Scratch, tables
from shared.runtime.service import APPLICATION, Service

Tell = Callable[[str], None]

_ALIVE: Final = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = $1 AND pid <> pg_backend_pid()"""
_LEAVING: Final = 5
"""Seconds that a service which was just stopped may still be seen."""
_PATIENCE: Final = 120
"""Seconds for a busy broker to show where its logs begin and end."""
_PRIMARY: Final = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname"""


class Refused(RuntimeError):
    """Nothing was put in place; the message says why, and what to do."""


@dataclass(slots=True)
class Outcome:
    """What a rebuild found. `unapplied`: how many facts of which stream could not be applied, and why."""

    facts: int = 0
    subjects: int = 0
    unapplied: Counter[tuple[str, str]] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """Whether the service's tables are as facts make them."""
        return not self.unapplied and not self.differences


async def check(service: Service, tell: Tell) -> Outcome:
    """Compare a service's tables with what facts make of them; it may go on meanwhile, and nothing is changed.

    Raises `LogChanged`, `WrongSchema`.
    """
    async with _connected(service) as sql, sql.transaction(isolation="repeatable_read"):
        return await _Rebuild(service, sql, tell).compare()


async def rebuild(service: Service, tell: Tell) -> Outcome:
    """Put rebuilt tables in the place of a stopped service's own; gives in what those had been otherwise.

    Raises `LogChanged`, `WrongSchema`; `Refused` where a replica is connected, or not all that was heard can be
    applied. Then nothing is changed.
    """
    async with _connected(service) as sql:
        await _nobody_else(sql)
        async with sql.transaction(isolation="repeatable_read"):
            await sql.execute(f"LOCK TABLE positions, {', '.join(tables(service.wiring.domain))} IN EXCLUSIVE MODE")
            return await _Rebuild(service, sql, tell).put_in_place()


async def counted(service: Service) -> tuple[Mapping[str, int], Sequence[str]]:
    """How many rows each derived table has, which a rebuild would make anew, and the tables that it would not touch."""
    async with _connected(service) as sql:
        derived = tables(service.wiring.domain)
        counts = {name: await sql.fetchval(f"SELECT count(*) FROM {name}") for name in derived}  # noqa: S608 - names of our own
        return counts, [row[0] for row in await sql.fetch(_PRIMARY) if row[0] not in derived]


@asynccontextmanager
async def _connected(service: Service) -> AsyncIterator[Connection]:
    sql = await asyncpg.connect(service.settings.postgres, server_settings={"lock_timeout": "10000"})
    try:
        await verify_schema(sql, migrations(service.migrations))
        yield sql
    finally:
        await sql.close()


async def _nobody_else(sql: Connection) -> None:
    """A service that was stopped this moment may still be on its way out."""
    until = monotonic() + _LEAVING
    while others := await sql.fetchval(_ALIVE, APPLICATION):
        if monotonic() > until:
            raise Refused(f"a replica holds {others} connections to this database: stop the service first")
        await asyncio.sleep(0.1)


class _Rebuild:
    """One, on a connection in its transaction."""

    def __init__(self, service: Service, sql: Connection, tell: Tell) -> None:
        self.wiring, self.kafka, self.sql, self.tell = service.wiring, service.settings.kafka_settings, sql, tell
        self.scratch, self.outcome = Scratch(sql, service.wiring), Outcome()

    async def compare(self) -> Outcome:
        await self._fold()
        self.outcome.differences = [each async for each in self.scratch.differences()]
        return self.outcome

    async def put_in_place(self) -> Outcome:
        await self.compare()
        if self.outcome.unapplied:
            raise Refused("\n".join(["not all that was heard can be applied:", *lacking(self.outcome)]))
        await self.scratch.put_in_place()
        return self.outcome

    async def _fold(self) -> None:
        """What was said and the keys first; then what was heard of others."""
        known, held = await sources.positions(self.sql, self.wiring), await sources.waiting(self.sql)
        await verify(self.kafka, known, seconds=_PATIENCE)
        await self.scratch.make()
        async for rows in sources.said(self.sql, self.wiring):
            told = [spoken(self.wiring, row) for row in rows]
            await self._take([fact for fact in told if name_of(fact) not in held])
        for first in (True, False):
            places = {place: it for place, it in known.items() if (place[0] in self.wiring.first) is first}
            async for records in sources.logged(self.kafka, places):
                await self._take(heard(self.wiring, records, held))
        self.outcome.unapplied = await self.scratch.unapplied()
        self.outcome.subjects = await self.scratch.derive()

    async def _take(self, facts: Sequence[FactCome]) -> None:
        before = self.outcome.facts
        self.outcome.facts += await self.scratch.take(facts) if facts else 0
        if self.outcome.facts // 10_000 > before // 10_000:
            self.tell(f"{self.outcome.facts} facts …")


def lacking(outcome: Outcome) -> list[str]:
    """What could not be applied, and what to do about it, in sentences."""
    return [
        f"{count} of {stream} ({why}): {_remedy(stream, why)}" for (stream, why), count in outcome.unapplied.items()
    ]


def _remedy(stream: str, why: str) -> str:
    if why not in {"gap", "no-key"}:
        return "this release cannot apply them; report it, and leave the tables as they are"
    again = "intake case-keys" if why == "no-key" else f"{STREAMS[stream].speaker} {stream}"
    return f"start the service, senandung resend {again}, and when it has read that, stop it and rebuild"
