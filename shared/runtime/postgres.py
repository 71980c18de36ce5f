"""The books in PostgreSQL: all the engine's SQL of a turn, every statement for a whole batch."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from shared.runtime.arrival import arrive
from shared.runtime.books import Connection, EntryCodec, Named, named
from shared.runtime.changes import Answered, Before, Changes, Waiting
from shared.runtime.entry import Entry
from shared.runtime.record import Record, lane_of
from shared.runtime.wiring import Wiring

_CREATE: Final = """
INSERT INTO subjects (key, lane, doc)
SELECT key, lane, ''::bytea FROM unnest($1::uuid[], $2::smallint[]) AS v (key, lane)
WHERE NOT EXISTS (SELECT FROM subjects s WHERE s.key = v.key) ORDER BY key ON CONFLICT DO NOTHING"""
_LOCK: Final = "SELECT key, doc FROM subjects WHERE key = ANY($1) ORDER BY key FOR NO KEY UPDATE"
_SAVE: Final = """
INSERT INTO subjects (key, lane, doc, next_due)
SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::bytea[], $4::timestamptz[])
ON CONFLICT (key) DO UPDATE SET doc = excluded.doc, next_due = excluded.next_due"""
_ALIASES: Final = "SELECT alias, key FROM aliases WHERE alias = ANY($1)"
_ANSWERED: Final = """
SELECT c.answer FROM unnest($1::text[], $2::text[]) AS v (source, id)
JOIN commands c ON c.source = v.source AND c.id = v.id ORDER BY c.source, c.id FOR NO KEY UPDATE OF c"""
_PARKED: Final = """
UPDATE commands c SET record = NULL FROM unnest($1::text[], $2::text[]) AS v (source, id)
WHERE c.source = v.source AND c.id = v.id"""
_ANSWER: Final = """
INSERT INTO commands (source, id, digest, answer) SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[])
ON CONFLICT (source, id) DO UPDATE SET answer = excluded.answer, record = NULL WHERE commands.answer IS NULL"""
_WAITING: Final = """
SELECT id, subject, why, since, until, record, detail, release
FROM waiting WHERE subject = ANY($1) ORDER BY id FOR UPDATE"""
_ALIAS: Final = "INSERT INTO aliases (alias, key) SELECT * FROM unnest($1::uuid[], $2::uuid[]) ON CONFLICT DO NOTHING"
_WAKE: Final = "INSERT INTO wakes (key) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING"
_SAID: Final = ("stream", "subject", "sequence", "id", "owner", "lane", "partition", "headers", "data")
_OUTBOX: Final = ("lane", "stream", "subject", "sequence")
_WAITS: Final = ("subject", "why", "since", "until", "record", "detail", "version")


class DecidedElsewhere(Exception):
    """Another turn has answered one of these commands meanwhile: repeat, and find its answer."""


class PostgresBooks:
    """One transaction on one connection."""

    def __init__(self, connection: Connection, wiring: Wiring, codec: EntryCodec, release: str = "") -> None:
        self.sql, self.wiring, self.codec, self.release = connection, wiring, codec, release

    async def load(self, names: Named) -> Before:
        """See `Books.load`. One lock order everywhere: positions, commands, subjects, what they share."""
        before = Before(now=await self.sql.fetchval("SELECT now()"), entries={})
        if names.commands:
            before.answered = await self._answered(names.commands)
        if names.mentions:
            before.aliases = {row[0]: row[1] for row in await self.sql.fetch(_ALIASES, list(names.mentions))}
        keys = names.creates | names.mentions | set(before.aliases.values())
        if keys:
            await self._subjects(before, names.creates, keys)
        if self.wiring.domain.shared is not None:
            await self._shared(before)
        return before

    async def _answered(self, commands: set[tuple[str, str]]) -> dict[tuple[str, str], Answered]:
        sources, ids = zip(*sorted(commands), strict=True)
        rows = await self.sql.fetch(_ANSWERED, sources, ids)
        answers = (msgspec.msgpack.decode(row[0], type=Answered) for row in rows if row[0])
        return {(answer.source, answer.id): answer for answer in answers}

    async def _subjects(self, before: Before, creates: set[UUID], keys: set[UUID]) -> None:
        if creates:
            await self.sql.execute(_CREATE, list(creates), [self._lane(key) for key in creates])
        for key, doc in await self.sql.fetch(_LOCK, list(keys)):
            before.entries[key] = self.codec.decode(doc)
        waiting = [_waiting(row) for row in await self.sql.fetch(_WAITING, list(keys))]
        for each in waiting:
            before.waiting.setdefault(each.subject, []).append(each)
        if asked := named(arrive(each.record, self.wiring) for each in waiting).commands:
            before.answered |= await self._answered(asked)

    async def _shared(self, before: Before) -> None:
        shared = self.wiring.domain.shared
        assert shared is not None
        await self.sql.fetch("SELECT FROM locks WHERE name = ANY($1) ORDER BY name FOR UPDATE", list(shared.locks))
        for kind in shared.rows:
            rows = await self.sql.fetch(_select(kind, self.wiring.domain.tables[kind].name))
            before.shared |= {kind(*row) for row in rows}

    def _lane(self, key: UUID) -> int:
        return lane_of(key, self.wiring.lanes)

    async def save(self, changes: Changes) -> None:
        """See `Books.save`."""
        if changes.entries:
            await self._entries(changes.entries, changes.due)
        await self._rows(changes.removed, changes.added)
        if changes.said:
            await self._speech(changes)
        if changes.settled:
            await self.sql.execute("DELETE FROM waiting WHERE id = ANY($1)", changes.settled)
        if changes.waits:
            rows = [self._wait(waiting) for waiting in changes.waits]
            await self.sql.copy_records_to_table("waiting", records=rows, columns=_WAITS)
        asked = {(answer.source, answer.id) for answer in changes.answers}
        if asked and await self._answers(changes.answers) < len(asked):
            raise DecidedElsewhere
        if changes.remembered:
            await self._answers(changes.remembered)
        if changes.parked:
            await self.sql.execute(_PARKED, *zip(*changes.parked, strict=True))
        await self._names(changes)

    async def _entries(self, entries: dict[UUID, Entry[Any]], due: dict[UUID, datetime | None]) -> None:
        keys = sorted(entries)
        lanes, docs = [self._lane(key) for key in keys], [self.codec.encode(entries[key]) for key in keys]
        await self.sql.execute(_SAVE, keys, lanes, docs, [due.get(key) for key in keys])

    async def _rows(self, removed: Iterable[Any], added: Iterable[Any]) -> None:
        tables = self.wiring.domain.tables
        for kind, rows in _by_kind(removed).items():
            table = tables[kind]
            await self.sql.executemany(_delete(kind, table.name, table.key), [row[: table.key] for row in rows])
        for kind, rows in _by_kind(added).items():
            await self.sql.copy_records_to_table(tables[kind].name, records=rows, columns=_columns(kind))

    async def _speech(self, changes: Changes) -> None:
        said = [
            (r.stream, r.subject, r.sequence, r.id, r.owner, r.lane, r.partition, r.headers, r.data)
            for r in changes.said
        ]
        await self.sql.copy_records_to_table("said", records=said, columns=_SAID)
        pointers = [(r.lane, r.stream, r.subject, r.sequence) for r in changes.said]
        await self.sql.copy_records_to_table("outbox", records=pointers, columns=_OUTBOX)

    def _wait(self, w: Waiting) -> tuple[object, ...]:
        return (w.subject, w.why, w.since, w.until, msgspec.msgpack.encode(w.record), w.detail, self.release)

    async def _answers(self, answers: list[Answered]) -> int:
        """Gives how many were news."""
        latest = {(answer.source, answer.id): answer for answer in answers}
        done = await self.sql.execute(
            _ANSWER,
            [source for source, _ in latest],
            [id_ for _, id_ in latest],
            [answer.body for answer in latest.values()],
            [msgspec.msgpack.encode(answer) for answer in latest.values()],
        )
        return int(done.rpartition(" ")[2])

    async def _names(self, changes: Changes) -> None:
        if changes.aliases:
            await self.sql.execute(_ALIAS, list(changes.aliases), list(changes.aliases.values()))
        if changes.woken:
            await self.sql.execute("DELETE FROM wakes WHERE key = ANY($1)", list(changes.woken))
        if changes.wakes:
            await self.sql.execute(_WAKE, sorted(changes.wakes))


def _waiting(row: asyncpg.Record) -> Waiting:
    record = msgspec.msgpack.decode(row["record"], type=Record)
    return Waiting(
        row["subject"], row["why"], row["since"], row["until"], record, row["detail"], row["id"], row["release"]
    )


def _by_kind(rows: Iterable[Any]) -> dict[type, list[Any]]:
    kinds: dict[type, list[Any]] = defaultdict(list)
    for row in rows:
        kinds[type(row)].append(row)
    return kinds


def _columns(kind: Any) -> tuple[str, ...]:  # a NamedTuple class
    return tuple(kind._fields)


def _quoted(names: Iterable[str]) -> list[str]:
    return ['"' + name.replace('"', '""') + '"' for name in names]


def _select(kind: Any, table: str) -> str:
    return " ".join(("SELECT", ", ".join(_quoted(_columns(kind))), "FROM", *_quoted([table])))


def _delete(kind: Any, table: str, key: int) -> str:
    where = (f"{name} = ${n}" for n, name in enumerate(_quoted(_columns(kind)[:key]), 1))
    return " ".join(("DELETE FROM", *_quoted([table]), "WHERE", " AND ".join(where)))
