"""A toy service on its database, reading one log by hand."""

from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from shared.contracts.message import Domain
from shared.runtime.chance import Chance
from shared.runtime.positions import positions
from shared.runtime.record import Record
from shared.runtime.turns import Place, Turns
from shared.runtime.wiring import Wiring
from tests.runtime.speaker import KEY
from tests.runtime.toy import TOY

ENGINE = Path("shared/runtime/migrations/0001_expand_engine.sql")
_ALL = ("subjects", "said", "outbox", "waiting", "commands", "positions", "wakes", "aliases")


class Desk:
    """One replica: its turns, and how far it has read."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.cursors: dict[Place, int] = {}

    async def reads(self, *records: Record) -> None:
        """One batch."""
        places = sorted({(r.topic, r.partition) for r in records})
        known = await positions(self.turns.pool, places)
        self.cursors = {place: known[place].next for place in places} | self.cursors
        await self.turns.batch(sorted(records, key=lambda r: (r.topic, r.partition, r.offset)), self.cursors)
        self.cursors |= {(r.topic, r.partition): r.offset + 1 for r in records}

    async def counts(self) -> dict[UUID, tuple[int, int]]:
        """Per subject: facts heard, and what was said of it."""
        return {r[0]: (r[1], r[2]) for r in await self.rows("SELECT * FROM counts")}

    async def said(self) -> list[str]:
        return [f"{row[0]}:{row[1]}" for row in await self.rows(
            "SELECT stream, sequence FROM said ORDER BY said_at, stream, sequence")]  # fmt: skip

    async def waits(self) -> list[str]:
        """Why each message waits, in the order in which they came."""
        return [row[0] for row in await self.rows("SELECT why FROM waiting ORDER BY id")]

    async def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of the engine's own tables."""
        return {table: sorted(map(tuple, await self.rows(f"TABLE {table}")), key=repr) for table in _ALL}

    async def rows(self, query: str) -> list[asyncpg.Record]:
        found: list[asyncpg.Record] = await self.turns.pool.fetch(query)
        return found


def a_desk(pool: asyncpg.Pool, domain: Domain = TOY, release: str = "dev") -> Desk:
    return Desk(Turns(pool, Wiring(domain, KEY), Chance(), release))
