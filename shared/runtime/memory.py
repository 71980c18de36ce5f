"""The books in memory: one service's database without a database, for tests, the simulation and the rehearsal."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from typing import Any, Protocol
from uuid import UUID

from shared.runtime.arrival import arrive
from shared.runtime.books import Named, named
from shared.runtime.changes import Answered, Before, Changes, SaidRow, Waiting
from shared.runtime.entry import Entry
from shared.runtime.record import Record
from shared.runtime.wiring import Wiring

Place = tuple[str, int]
"""A topic and a partition."""
Pointer = tuple[str, UUID, int]
"""Stream, subject and sequence: the primary key of `said`."""


class Conflict(ValueError):
    """A primary key is there already: what PostgreSQL calls a unique violation. `table` names which."""

    def __init__(self, table: str) -> None:
        super().__init__(f"{table}: a key twice")
        self.table = table


class Codec(Protocol):
    """How a subject's row is kept: see `EntryCodec`."""

    def encode(self, entry: Entry[Any]) -> bytes:
        """As stored."""
        ...

    def decode(self, doc: bytes) -> Entry[Any]:
        """A copy of its own."""
        ...


@dataclass(slots=True)
class Tables:
    """What a service has committed: the engine's tables, and in `rows` the service's own, by class and primary key."""

    subjects: dict[UUID, tuple[bytes, datetime | None]] = field(default_factory=dict)
    aliases: dict[UUID, UUID] = field(default_factory=dict)
    positions: dict[Place, int] = field(default_factory=dict)
    said: dict[Pointer, SaidRow] = field(default_factory=dict)
    outbox: dict[int, Pointer] = field(default_factory=dict)
    waiting: dict[int, Waiting] = field(default_factory=dict)
    commands: dict[tuple[str, str], Answered] = field(default_factory=dict)
    submitted: dict[tuple[str, str], Record | None] = field(default_factory=dict)
    """Commands that came by HTTP and are not decided yet; None where it stands in `waiting`."""
    wakes: dict[UUID, datetime] = field(default_factory=dict)
    rows: dict[type, dict[tuple[Any, ...], Any]] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: count(1))
    dues: list[tuple[datetime, UUID]] = field(default_factory=list)
    """A heap over `next_due`, with entries that hold no more; see `due`."""

    def due(self, moment: datetime) -> list[UUID]:
        """Subjects whose `next_due` is not after `moment`, the earliest first."""
        found: dict[UUID, datetime] = {}
        while self.dues and self.dues[0][0] <= moment:
            at, subject = heappop(self.dues)
            if self.subjects[subject][1] == at:
                found[subject] = at
        for subject, at in found.items():
            heappush(self.dues, (at, subject))
        return list(found)

    def next_due(self) -> datetime | None:
        """The earliest deadline of all."""
        while self.dues and self.subjects[self.dues[0][1]][1] != self.dues[0][0]:
            heappop(self.dues)
        return self.dues[0][0] if self.dues else None

    def put(self, subject: UUID, doc: bytes, due: datetime | None) -> None:
        """A subject's row as it is now."""
        before = self.subjects.get(subject)
        self.subjects[subject] = (doc, due)
        if due is not None and (before is None or before[1] != due):
            heappush(self.dues, (due, subject))


class MemoryBooks:
    """One transaction on `Tables`, at `now`. It is atomic because nothing else runs between its lines."""

    def __init__(self, tables: Tables, wiring: Wiring, codec: Codec, now: datetime) -> None:
        self.tables, self.wiring, self.codec, self.now = tables, wiring, codec, now

    async def load(self, names: Named) -> Before:
        """See `Books.load`."""
        return self.read(names)

    async def save(self, changes: Changes) -> None:
        """See `Books.save`."""
        self.write(changes)

    def read(self, names: Named) -> Before:
        """`load`, for callers that do not wait."""
        tables = self.tables
        before = Before(now=self.now, entries={}, answered=self._answered(names.commands))
        before.aliases = {name: tables.aliases[name] for name in names.mentions if name in tables.aliases}
        keys = names.creates | names.mentions | set(before.aliases.values())
        for key in sorted(key for key in keys if key in tables.subjects or key in names.creates):
            before.entries[key] = self.codec.decode(tables.subjects[key][0] if key in tables.subjects else b"")
        self._waiting(before, keys)
        if shared := self.wiring.domain.shared:
            before.shared = {row for kind in shared.rows for row in tables.rows.get(kind, {}).values()}
        return before

    def _answered(self, asked: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Answered]:
        return {key: self.tables.commands[key] for key in asked if key in self.tables.commands}

    def _waiting(self, before: Before, keys: set[UUID]) -> None:
        waiting = [each for each in self.tables.waiting.values() if each.subject in keys]
        for each in waiting:
            before.waiting.setdefault(each.subject, []).append(each)
        asked = named(arrive(each.record, self.wiring) for each in waiting).commands
        before.answered |= self._answered(asked)

    def write(self, changes: Changes) -> None:
        """`save`, for callers that do not wait. Raises `Conflict` before anything is written."""
        self._check(changes)
        for subject, entry in changes.entries.items():
            self.tables.put(subject, self.codec.encode(entry), changes.due.get(subject))
        for row in changes.removed:
            self.tables.rows.get(type(row), {}).pop(self._key(row), None)
        for row in changes.added:
            self.tables.rows.setdefault(type(row), {})[self._key(row)] = row
        for said in changes.said:
            self.tables.said[_pointer(said)] = said
            self.tables.outbox[next(self.tables.ids)] = _pointer(said)
        self._waits(changes)
        self._commands(changes)
        self._names(changes)

    def _check(self, changes: Changes) -> None:
        """Primary keys, before anything is written."""
        tables = self.tables
        gone = {(type(row), self._key(row)) for row in changes.removed}
        rows = [(type(row), self._key(row)) for row in changes.added]
        _unique("rows", rows, {(kind, key) for kind, key in rows if key in tables.rows.get(kind, ())} - gone)
        _unique("said", [_pointer(row) for row in changes.said], tables.said)
        _unique("commands", [(answer.source, answer.id) for answer in changes.answers], tables.commands)

    def _key(self, row: Any) -> tuple[Any, ...]:  # a NamedTuple
        return tuple(row[: self.wiring.domain.tables[type(row)].key])

    def _waits(self, changes: Changes) -> None:
        for id_ in changes.settled:
            self.tables.waiting.pop(id_, None)
        for each in changes.waits:
            each.id = next(self.tables.ids)
            self.tables.waiting[each.id] = each

    def _commands(self, changes: Changes) -> None:
        tables = self.tables
        tables.submitted |= dict.fromkeys(tables.submitted.keys() & changes.parked)
        for answer in changes.answers:
            tables.commands[answer.source, answer.id] = answer
            tables.submitted.pop((answer.source, answer.id), None)
        for answer in changes.remembered:
            tables.commands.setdefault((answer.source, answer.id), answer)
            tables.submitted.pop((answer.source, answer.id), None)

    def _names(self, changes: Changes) -> None:
        for alias, subject in changes.aliases.items():
            self.tables.aliases.setdefault(alias, subject)
        for subject in changes.woken:
            self.tables.wakes.pop(subject, None)
        for subject in sorted(changes.wakes):
            self.tables.wakes.setdefault(subject, self.now)


def _pointer(row: SaidRow) -> Pointer:
    return (row.stream, row.subject, row.sequence)


def _unique(table: str, keys: Sequence[Any], taken: Container[Any]) -> None:
    if len(set(keys)) < len(keys) or any(key in taken for key in keys):
        raise Conflict(table)
