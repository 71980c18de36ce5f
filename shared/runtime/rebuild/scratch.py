"""Tables of one transaction that stand before a service's own under the same names, so that a turn's SQL fills them."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from shared.contracts.message import Domain
from shared.runtime.arrival import FactCome
from shared.runtime.books import Connection, EntryCodec, named
from shared.runtime.postgres import PostgresBooks
from shared.runtime.rebuild.past import Derived, derived, differing, past, replay
from shared.runtime.record import Record
from shared.runtime.wiring import Wiring

ENGINES: Final = ("subjects", "aliases")
"""The engine's derived tables."""
_PAGE: Final = 1_000
_LIKE: Final = "CREATE TEMPORARY TABLE {0} (LIKE public.{0} {1}) ON COMMIT DROP"
_NEXT: Final = "SELECT key, doc FROM subjects WHERE $1::uuid IS NULL OR key > $1 ORDER BY key LIMIT $2"
_DUE: Final = """
UPDATE subjects SET next_due = due FROM unnest($1::uuid[], $2::timestamptz[]) AS v (subject, due) WHERE key = subject"""
_SUBJECTS: Final = """
SELECT key, a.doc AS live, b.doc AS built, a.next_due IS DISTINCT FROM b.next_due
  AND (b.next_due <= now() AND a.next_due > b.next_due) IS NOT true AS due
FROM public.subjects a FULL JOIN subjects b USING (key)
WHERE a.doc IS DISTINCT FROM b.doc OR a.next_due IS DISTINCT FROM b.next_due ORDER BY key"""


class Difference(NamedTuple):
    """A row that is not as facts make it: its table and primary key, and the columns or parts that differ.

    `what` is `missing` where only the rebuild has it, `surplus` where only the service has.
    """

    table: str
    key: tuple[str, ...]
    what: tuple[str, ...]


def tables(domain: Domain) -> dict[str, Sequence[str]]:
    """A service's derived tables with the columns of their primary keys."""
    own = {table.name: _columns(kind)[: table.key] for kind, table in domain.tables.items()}
    return {"subjects": ("key",), "aliases": ("alias",), **own}


def _columns(kind: Any) -> Sequence[str]:  # a NamedTuple class
    return tuple(kind._fields)


class Scratch:
    """The rebuilt tables, on a connection in a transaction."""

    def __init__(self, sql: Connection, wiring: Wiring) -> None:
        self.sql, self.wiring, self.codec = sql, past(wiring), EntryCodec(wiring)
        self.domain = wiring.domain

    async def make(self) -> None:
        """Empty tables. Those that cases share keep their rules for when all is known: one case is ahead of another."""
        for table in (*ENGINES, "waiting"):
            await self.sql.execute(_LIKE.format(table, "INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES"))
        for own in self.domain.tables.values():
            await self.sql.execute(_LIKE.format(own.name, ""))

    async def take(self, facts: Sequence[FactCome]) -> int:
        """One batch; gives how many facts were news."""
        books = PostgresBooks(self.sql, self.wiring, self.codec)
        changes = replay(self.wiring, await books.load(named(facts)), facts)
        await books.save(changes)
        return changes.counts.get("applied", 0)

    async def unapplied(self) -> Counter[tuple[str, str]]:
        """How many facts of which stream could not be applied, and why."""
        rows = await self.sql.fetch("SELECT why, record FROM waiting")
        return Counter((msgspec.msgpack.decode(record, type=Record).topic, why) for why, record in rows)

    async def derive(self) -> int:
        """Write what follows from the states; gives how many subjects there are."""
        count, last = 0, None
        while page := await self.sql.fetch(_NEXT, last, _PAGE):
            await self._derive({key: derived(self.domain, key, self.codec.decode(doc)) for key, doc in page})
            count, last = count + len(page), page[-1][0]
        return count

    async def _derive(self, page: Mapping[UUID, Derived]) -> None:
        await self.sql.execute(_DUE, list(page), [each.due for each in page.values()])
        names = [(alias, key) for key, each in page.items() for alias in each.aliases]
        await self.sql.copy_records_to_table("aliases", records=names, columns=("alias", "key"))
        for kind, table in self.domain.tables.items():
            rows: list[Any] = [row for each in page.values() for row in each.rows if type(row) is kind]
            await self.sql.copy_records_to_table(table.name, records=rows, columns=_columns(kind))

    async def differences(self) -> AsyncIterator[Difference]:
        """What the service's own tables have otherwise, table by table."""
        async for row in self.sql.cursor(_SUBJECTS):
            if what := self._parts(row):
                yield Difference("subjects", (str(row["key"]),), what)
        for table, key in tables(self.domain).items():
            if table != "subjects":
                for found in await self._rows(table, key):
                    yield found

    def _parts(self, row: asyncpg.Record) -> tuple[str, ...]:
        """A row about which nothing is known is as good as none; an overdue deadline may be tried again later."""
        live, built = (self.codec.decode(row[name] or b"") for name in ("live", "built"))
        due = ("next_due",) if row["due"] else ()
        what = (*differing(live, built), *due)
        return what and (("missing",) if row["live"] is None else ("surplus",) if row["built"] is None else what)

    async def _rows(self, table: str, key: Sequence[str]) -> Iterable[Difference]:
        columns = [row[0] for row in await self.sql.fetch(_COLUMNS, table)]
        rows = await self.sql.fetch(_compared(table, key, columns))
        return [Difference(table, tuple(map(str, row[: len(key)])), tuple(row["what"])) for row in rows]

    async def put_in_place(self) -> None:
        """Let the service's own tables be these."""
        for table in tables(self.domain):
            await self.sql.execute(f"DELETE FROM public.{table}")  # noqa: S608 - names of our own
            await self.sql.execute(f"INSERT INTO public.{table} SELECT * FROM {table}")  # noqa: S608 - the same


_COLUMNS: Final = """
SELECT quote_ident(attname) FROM pg_attribute
WHERE attrelid = to_regclass('public.' || $1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum"""


def _compared(table: str, key: Sequence[str], columns: Sequence[str]) -> str:
    """SQL that finds rows of one key that differ, and in which columns."""
    differ = ", ".join(f"CASE WHEN a.{name} IS DISTINCT FROM b.{name} THEN '{name}' END" for name in columns)
    what = f"""CASE WHEN a.{key[0]} IS NULL THEN ARRAY['missing'] WHEN b.{key[0]} IS NULL THEN ARRAY['surplus']
    ELSE array_remove(ARRAY[{differ}], NULL) END AS what"""
    return f"""SELECT {", ".join(key)}, {what} FROM public.{table} a FULL JOIN {table} b USING ({", ".join(key)})
    WHERE a IS DISTINCT FROM b ORDER BY {", ".join(key)}"""  # noqa: S608 - names of our own
