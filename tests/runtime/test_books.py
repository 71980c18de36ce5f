"""Books keep what a turn leaves and give it back: one suite, in memory and in PostgreSQL."""

import importlib.resources
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import asyncpg
import msgspec
import pytest

from shared.contracts.message import Domain, Part, Shared, State, Table
from shared.runtime.books import EntryCodec, Named
from shared.runtime.changes import Answered, Before, Changes, SaidRow, Waiting
from shared.runtime.entry import Entry
from shared.runtime.memory import Conflict, MemoryBooks, Tables
from shared.runtime.postgres import DecidedElsewhere, PostgresBooks
from shared.runtime.record import Record
from shared.runtime.wiring import Wiring
from tests.conftest import MakeDatabase

NOW = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
ONE, OTHER, THIRD = (UUID(int=n, version=4) for n in (1, 2, 3))
COMMAND = ("/agencies/dinkes", "dinkes-1")


class Thing(msgspec.Struct, frozen=True):
    at: datetime
    by: str | None = None


class Things(Part, frozen=True):
    by_id: dict[UUID, Thing] = msgspec.field(default_factory=dict)


class Stored(State, frozen=True):
    cases: Things = Things()


class ThingRow(NamedTuple):
    subject: UUID
    thing: UUID
    by: str | None
    at: datetime
    done: bool


class SeatRow(NamedTuple):
    subject: UUID
    seat: int


DOMAIN = Domain(
    name="intake",
    state=Stored,
    speaks=("cases",),
    hears=("placements",),
    streams={},
    evolves={},
    decides={},
    deadlines=lambda _: {},
    rows=lambda *_: (),
    tables={ThingRow: Table("things", key=2), SeatRow: Table("seats")},
    shared=Shared(rows=(SeatRow,), users=frozenset(), locks=("seats",), wakes=lambda *_: set()),
)
TABLES = """
CREATE TABLE things (subject uuid, thing uuid, by text, at timestamptz, done boolean, PRIMARY KEY (subject, thing));
CREATE TABLE seats (subject uuid PRIMARY KEY, seat integer);
INSERT INTO locks (name) VALUES ('seats');
"""
WIRING = Wiring(DOMAIN, token_key=bytes(32))


class Shelf(Protocol):
    """Books and what lies behind them: each load and save is a transaction of its own."""

    async def load(self, names: Named) -> Before: ...

    async def save(self, changes: Changes) -> None: ...

    async def said(self) -> set[tuple[str, UUID, int, bytes]]: ...

    async def outbox(self) -> list[tuple[str, UUID, int]]: ...

    async def dues(self) -> dict[UUID, datetime]: ...

    async def wakes(self) -> set[UUID]: ...

    async def rows(self) -> set[Any]: ...


class InMemory:
    def __init__(self) -> None:
        self.tables = Tables()
        self.books = MemoryBooks(self.tables, WIRING, EntryCodec(WIRING), NOW)

    async def load(self, names: Named) -> Before:
        return await self.books.load(names)

    async def save(self, changes: Changes) -> None:
        await self.books.save(changes)

    async def said(self) -> set[tuple[str, UUID, int, bytes]]:
        return {(row.stream, row.subject, row.sequence, row.data) for row in self.tables.said.values()}

    async def outbox(self) -> list[tuple[str, UUID, int]]:
        return list(self.tables.outbox.values())

    async def dues(self) -> dict[UUID, datetime]:
        return {subject: due for subject, (_, due) in self.tables.subjects.items() if due}

    async def wakes(self) -> set[UUID]:
        return set(self.tables.wakes)

    async def rows(self) -> set[Any]:
        return {row for rows in self.tables.rows.values() for row in rows.values()}


class InPostgres:
    def __init__(self, sql: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.sql = sql
        self.books = PostgresBooks(sql, WIRING, EntryCodec(WIRING), "release-1")

    async def load(self, names: Named) -> Before:
        async with self.sql.transaction():
            return await self.books.load(names)

    async def save(self, changes: Changes) -> None:
        async with self.sql.transaction():
            await self.books.save(changes)

    async def said(self) -> set[tuple[str, UUID, int, bytes]]:
        return {tuple(row) for row in await self.sql.fetch("SELECT stream, subject, sequence, data FROM said")}

    async def outbox(self) -> list[tuple[str, UUID, int]]:
        return [tuple(row) for row in await self.sql.fetch("SELECT stream, subject, sequence FROM outbox ORDER BY id")]

    async def dues(self) -> dict[UUID, datetime]:
        rows = await self.sql.fetch("SELECT key, next_due FROM subjects WHERE next_due IS NOT NULL")
        return {row[0]: row[1] for row in rows}

    async def wakes(self) -> set[UUID]:
        return {row[0] for row in await self.sql.fetch("SELECT key FROM wakes")}

    async def rows(self) -> set[Any]:
        things = await self.sql.fetch("SELECT subject, thing, by, at, done FROM things")
        return {ThingRow(*row) for row in things} | {SeatRow(*row) for row in await self.sql.fetch("TABLE seats")}


def an_entry(*things: UUID) -> Entry[Stored]:
    made = Stored(cases=Things({thing: Thing(NOW, "dinsos") for thing in things}))
    entry = Entry(made, beyond={"clocks": 2}, covered={"placements": 1}, key=b"k" * 32, kid="k-1", skipped=["x"])
    entry.extend("cases", ONE)
    entry.extend("cases", OTHER)
    return entry


def a_record(subject: UUID | None = None, topic: str = "placements", id_: str = str(THIRD)) -> Record:
    headers: list[tuple[str, bytes | None]] = [
        ("ce_specversion", b"1.0"),
        ("ce_id", id_.encode()),
        ("ce_type", b"senandung.request-closing.v1"),
        ("ce_source", b"/agencies/dinkes"),
        ("ce_time", b"2026-11-02T14:00:00.000Z"),
        ("binary", b"\xff\x00"),
        ("null", None),
    ]
    named = [("ce_subject", str(subject).encode())] if subject else []
    return Record(topic, 3, 17, NOW, [*headers[:5], *named] if subject else headers, b"\x00\xff")


def a_fact(sequence: int, subject: UUID = ONE, data: bytes = b"{}") -> SaidRow:
    return SaidRow("cases", subject, sequence, UUID(int=sequence), subject, "risk-assessed", 1, 2, b"\x90", data)


def a_wait(subject: UUID, minutes: int = 10, record: Record | None = None) -> Waiting:
    return Waiting(subject, "early", NOW, NOW + timedelta(minutes=minutes), record or a_record(), "because")


def about(*subjects: UUID) -> Named:
    return Named(mentions=set(subjects))


def thing(number: int, *, done: bool = False) -> ThingRow:
    return ThingRow(ONE, UUID(int=number), None, NOW, done)


class Suite:
    """What books promise; `shelf` is one kind of them."""

    async def test_a_subject_that_nobody_spoke_of_is_there_only_for_a_fact(self, shelf: Shelf) -> None:
        before = await shelf.load(Named(creates={ONE}, mentions={OTHER}))

        assert before.entries == {ONE: Entry(Stored())}

    async def test_a_subject_comes_back_as_it_was_saved(self, shelf: Shelf) -> None:
        await shelf.save(Changes(entries={ONE: an_entry(OTHER, THIRD)}, due={ONE: None}))

        before = await shelf.load(about(ONE))

        assert before.entries == {ONE: an_entry(OTHER, THIRD)}
        assert before.entries[ONE].count("cases") == 2

    async def test_what_is_loaded_is_a_copy(self, shelf: Shelf) -> None:
        await shelf.save(Changes(entries={ONE: an_entry()}))
        (await shelf.load(about(ONE))).entries[ONE].extend("cases", THIRD)

        assert (await shelf.load(about(ONE))).entries == {ONE: an_entry()}

    async def test_two_subjects_of_a_turn_are_saved_with_their_dues_and_the_later_turn_counts(
        self, shelf: Shelf
    ) -> None:
        dues: dict[UUID, datetime | None] = {ONE: NOW + timedelta(hours=1), OTHER: NOW}
        await shelf.save(Changes(entries={ONE: an_entry(), OTHER: an_entry(THIRD)}, due=dues))
        await shelf.save(Changes(entries={OTHER: an_entry(ONE)}, due={OTHER: None}))

        before = await shelf.load(about(ONE, OTHER))

        assert before.entries == {ONE: an_entry(), OTHER: an_entry(ONE)}
        assert await shelf.dues() == {ONE: NOW + timedelta(hours=1)}

    async def test_what_waits_comes_back_with_its_subject_in_its_order(self, shelf: Shelf) -> None:
        waits = [a_wait(ONE, 1), a_wait(OTHER, 2), replace(a_wait(ONE, 3), why="gap", release=False)]
        await shelf.save(Changes(waits=waits))

        found = (await shelf.load(about(ONE))).waiting

        assert [(each.why, each.until, each.detail) for each in found[ONE]] == [
            ("early", NOW + timedelta(minutes=1), "because"),
            ("gap", NOW + timedelta(minutes=3), "because"),
        ]
        assert [each.record for each in found[ONE]] == [a_record(), a_record()]
        assert found.keys() == {ONE}

    async def test_what_waits_no_more_is_gone_and_the_rest_is_not(self, shelf: Shelf) -> None:
        await shelf.save(Changes(waits=[a_wait(ONE, 1), a_wait(ONE, 2)]))
        first = (await shelf.load(about(ONE))).waiting[ONE][0]
        await shelf.save(Changes(settled=[first.id]))

        left = (await shelf.load(about(ONE))).waiting[ONE]

        assert [each.until for each in left] == [NOW + timedelta(minutes=2)]
        assert first.id > 0

    async def test_something_can_wait_for_a_subject_that_is_not_known(self, shelf: Shelf) -> None:
        await shelf.save(Changes(waits=[a_wait(THIRD)]))

        before = await shelf.load(about(THIRD))

        assert (len(before.waiting[THIRD]), before.entries) == (1, {})

    async def test_an_alias_leads_to_its_subject_and_is_never_given_away(self, shelf: Shelf) -> None:
        await shelf.save(Changes(entries={ONE: an_entry(), OTHER: an_entry()}, aliases={THIRD: ONE}))
        await shelf.save(Changes(aliases={THIRD: OTHER}))

        before = await shelf.load(about(THIRD))

        assert (before.aliases, set(before.entries)) == ({THIRD: ONE}, {ONE})

    async def test_what_became_of_a_command_is_remembered(self, shelf: Shelf) -> None:
        answer = Answered(*COMMAND, b"digest", "case-closed", ("case-owner",), (("id", "referred", "referrals", 3),))
        await shelf.save(Changes(answers=[answer]))

        before = await shelf.load(Named(commands={COMMAND, ("/agencies/pn", "dinkes-1")}))

        assert before.answered == {COMMAND: answer}

    async def test_what_became_of_a_command_that_waits_comes_with_its_subject(self, shelf: Shelf) -> None:
        record = a_record(ONE, "agency.dinkes.out", COMMAND[1])
        await shelf.save(Changes(waits=[a_wait(ONE, record=record)], answers=[Answered(*COMMAND, b"digest")]))

        assert (await shelf.load(about(ONE))).answered == {COMMAND: Answered(*COMMAND, b"digest")}

    async def test_a_command_is_answered_once_and_a_turn_that_does_it_again_leaves_nothing(self, shelf: Shelf) -> None:
        await shelf.save(Changes(answers=[Answered(*COMMAND, b"digest")]))

        with pytest.raises((Conflict, DecidedElsewhere)):
            await shelf.save(Changes(answers=[Answered(*COMMAND, b"digest", "no-bed")], said=[a_fact(1)]))

        assert (await shelf.load(Named(commands={COMMAND}))).answered[COMMAND].code == ""
        assert await shelf.said() == set()

    async def test_rows_are_added_and_removed_by_their_key(self, shelf: Shelf) -> None:
        await shelf.save(Changes(added={thing(1), thing(2), SeatRow(ONE, 4)}))
        await shelf.save(Changes(removed={thing(1), thing(2)}, added={thing(2, done=True)}))

        assert await shelf.rows() == {thing(2, done=True), SeatRow(ONE, 4)}

    async def test_a_row_with_a_key_that_is_there_stops_the_whole_turn(self, shelf: Shelf) -> None:
        await shelf.save(Changes(added={thing(1)}))

        with pytest.raises((Conflict, asyncpg.UniqueViolationError)):
            await shelf.save(Changes(added={thing(1, done=True), thing(2)}, waits=[a_wait(ONE)]))

        assert await shelf.rows() == {thing(1)}
        assert (await shelf.load(about(ONE))).waiting == {}

    async def test_rows_that_subjects_share_are_there_for_every_turn(self, shelf: Shelf) -> None:
        await shelf.save(Changes(added={SeatRow(ONE, 1), SeatRow(OTHER, 2), thing(1)}))

        assert (await shelf.load(about(THIRD))).shared == {SeatRow(ONE, 1), SeatRow(OTHER, 2)}

    async def test_what_is_said_is_kept_and_stands_in_the_outbox_in_its_order(self, shelf: Shelf) -> None:
        await shelf.save(Changes(said=[a_fact(2, data=b"\x00"), a_fact(1), a_fact(1, OTHER)]))

        assert await shelf.outbox() == [("cases", ONE, 2), ("cases", ONE, 1), ("cases", OTHER, 1)]
        assert await shelf.said() == {
            ("cases", ONE, 2, b"\x00"), ("cases", ONE, 1, b"{}"), ("cases", OTHER, 1, b"{}")
        }  # fmt: skip

    async def test_a_number_is_never_used_twice(self, shelf: Shelf) -> None:
        await shelf.save(Changes(said=[a_fact(1)]))

        with pytest.raises((Conflict, asyncpg.UniqueViolationError)):
            await shelf.save(Changes(said=[a_fact(2), a_fact(1, data=b"other")], entries={ONE: an_entry()}))

        assert await shelf.said() == {("cases", ONE, 1, b"{}")}
        assert (await shelf.load(about(ONE))).entries == {}

    async def test_a_subject_is_woken_until_it_has_looked(self, shelf: Shelf) -> None:
        await shelf.save(Changes(wakes={ONE, OTHER}))
        await shelf.save(Changes(wakes={OTHER}, woken={ONE}))

        assert await shelf.wakes() == {OTHER}

    async def test_one_that_looks_and_is_woken_by_that_looks_again(self, shelf: Shelf) -> None:
        await shelf.save(Changes(wakes={ONE}))
        await shelf.save(Changes(wakes={ONE}, woken={ONE}))

        assert await shelf.wakes() == {ONE}


class TestInMemory(Suite):
    @pytest.fixture
    def shelf(self) -> Shelf:
        return InMemory()


class TestInPostgres(Suite):
    @pytest.fixture
    async def shelf(self, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Shelf]:
        (tables := tmp_path / "tables.sql").write_text(TABLES)
        sql = await asyncpg.connect(await database([*_engine(), tables]))
        yield InPostgres(sql)
        await sql.close()


def _engine() -> Iterable[Path]:
    with importlib.resources.as_file(importlib.resources.files("shared.runtime.migrations")) as folder:
        return sorted(folder.glob("*.sql"))
