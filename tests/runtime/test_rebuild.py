"""A rebuild on real servers: equal row for row, refused where it could harm, and nothing is decided or said by it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from shared.contracts.cases import RiskAssessed
from shared.contracts.commands import AcceptReferral
from shared.contracts.message import Say
from shared.runtime.echoes import Echoes
from shared.runtime.migrations import migrate, migrations
from shared.runtime.rebuild.command import How
from shared.runtime.rebuild.command import rebuild as command
from shared.runtime.rebuild.run import Refused, check, rebuild
from shared.runtime.record import Record, lane_of
from shared.runtime.service import Service, open_pool
from shared.runtime.settings import EngineSettings
from tests.conftest import MakeDatabase
from tests.office import settings_of
from tests.runtime.replica import LANES, Replica, Town, toy_wiring, until
from tests.runtime.speaker import Speaker
from tests.runtime.toy import ABOUT, START

DERIVED = ("subjects", "aliases", "counts")
KEPT = ("said", "outbox", "positions", "waiting", "commands", "wakes")


@pytest.fixture
async def town(kafka: str, database: MakeDatabase, tmp_path: Path) -> Town:
    town = Town(kafka, await database([]), tmp_path)
    sql = await asyncpg.connect(town.dsn)
    await migrate(sql, migrations("tests.runtime.schema"))
    await sql.close()
    await town.make()
    return town


@pytest.fixture
async def sql(town: Town) -> AsyncIterator[asyncpg.Connection]:
    sql = await asyncpg.connect(town.dsn)
    yield sql
    await sql.close()


def service(town: Town, **more: Any) -> Service:
    settings = settings_of(EngineSettings, town.folder, town.dsn, kafka=town.bootstrap, topic_prefix=town.prefix)
    return Service(settings, toy_wiring(replace(town.domain, **more)), "tests.runtime.schema")


def risks(intake: Speaker, child: UUID, *levels: str) -> list[Record]:
    return [
        each
        for level in levels
        for each in intake.says(child, Say(RiskAssessed.model_validate({"occurred_at": START, "risk": level})))
    ]


async def a_story(live: Replica, town: Town, intake: Speaker) -> tuple[UUID, UUID]:
    """Two children: one sealed, with a command; the other with a message that fails, and one behind it.

    At rest, the service has read back all that it said.
    """
    well, ill = uuid4(), uuid4()
    sealed = intake.says(well, Say(RiskAssessed(occurred_at=START, risk="low"), about=ABOUT))
    accept = intake.asks("dinkes", AcceptReferral(occurred_at=START, referral=well), well)
    rubbish = Record("cases", 0, 0, START, [("ce_subject", str(well).encode())], b"?")
    await town.send(*sealed, *risks(intake, well, "low"), rubbish, *risks(intake, ill, "low", "emergency", "low"))
    await live.counts({well: (2, 2), ill: (1, 1)})
    await town.send(accept, accept)

    async def answered() -> bool:
        done = await live.desk.rows("SELECT answer FROM commands WHERE answer IS NOT NULL")
        return len(done) == 1 and len(await town.lies_in("answers.routing")) == 1  # the repeated one

    async def at_rest() -> bool:
        behind = await live.desk.rows("SELECT FROM outbox")
        back = await live.desk.rows("SELECT topic, sum(next) AS count FROM positions GROUP BY topic")
        said = {topic: len(await town.lies_in(topic)) for topic in ("referrals", "answers.routing")}
        read = said.items() <= {row["topic"]: row["count"] for row in back}.items()
        return not behind and read and len(await town.lies_in("dead-letters")) == 1

    await until(answered)
    await until(at_rest)
    return well, ill


async def contents(sql: asyncpg.Connection, tables: tuple[str, ...]) -> dict[str, list[list[Any]]]:
    """All rows; what a subject's holds is read, for in which order its parts were first written tells nothing."""
    found = {table: await sql.fetch(f"TABLE {table}") for table in tables}
    read = {table: [[_read(name, it) for name, it in row.items()] for row in rows] for table, rows in found.items()}
    return {
        table: sorted(rows, key=lambda row: repr(row[:3] if table == "said" else row[0]))
        for table, rows in read.items()
    }


def _read(column: str, value: Any) -> Any:
    return msgspec.msgpack.decode(value) if column == "doc" else value


async def test_what_is_lost_is_made_again_row_for_row_and_nothing_else_is_touched(
    town: Town, intake: Speaker, sql: asyncpg.Connection
) -> None:
    async with town.lives() as live:
        well, ill = await a_story(live, town, intake)
    derived, kept = await contents(sql, DERIVED), await contents(sql, KEPT)
    await sql.execute("DELETE FROM subjects; DELETE FROM counts")
    await sql.execute("INSERT INTO aliases VALUES ($1, $1)", uuid4())

    outcome = await rebuild(service(town), print)

    assert {(each.table, each.what) for each in outcome.differences} == {
        ("subjects", ("missing",)), ("counts", ("missing",)), ("aliases", ("surplus",)),
    }  # fmt: skip
    assert await contents(sql, DERIVED) == derived
    assert await contents(sql, KEPT) == kept
    async with town.lives() as live:  # and it goes on from there
        await town.send(*risks(intake, well, "low"))
        await live.counts({well: (3, 3), ill: (1, 1)})


async def test_while_the_service_runs_it_can_be_compared_and_only_that(
    town: Town, intake: Speaker, sql: asyncpg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    async with town.lives() as live:
        well, _ = await a_story(live, town, intake)
        assert (await check(service(town), print)).equal
        await sql.execute("UPDATE counts SET owned = 7 WHERE subject = $1", well)
        pool = await open_pool(town.dsn, 6, Echoes())

        with pytest.raises(Refused, match="stop the service first"):
            await rebuild(service(town), print)

        await pool.close()
        outcome = await check(service(town), print)
        assert [(each.table, each.key, each.what) for each in outcome.differences] == [
            ("counts", (str(well),), ("owned",))
        ]
        told = await asyncio.to_thread(command, service(town), How(check=True))
    assert told == 1
    assert f"counts {well}: owned" in capsys.readouterr().out


async def test_what_an_operator_set_aside_stays_aside_and_what_came_behind_it_is_there(
    town: Town, intake: Speaker
) -> None:
    async with town.lives() as live:
        well, ill = await a_story(live, town, intake)
        (row,) = await live.desk.rows("SELECT id FROM waiting WHERE why = 'failed'")
        await live.asks("POST", f"/operations/waiting/{row['id']}/discard", json={"reason": "said-in-error"})
        await live.counts({well: (2, 2), ill: (2, 2)})

        assert (await check(service(town), print)).equal


async def test_what_a_restored_database_has_forgotten_is_read_from_the_log(
    town: Town, intake: Speaker, sql: asyncpg.Connection
) -> None:
    async with town.lives() as live:
        await a_story(live, town, intake)
    await sql.execute("DELETE FROM said WHERE stream <> 'dead-letters'")

    assert (await check(service(town), print)).equal


async def test_where_a_log_has_lost_its_beginning_nothing_is_replaced_until_that_is_said_again(
    town: Town, intake: Speaker, sql: asyncpg.Connection
) -> None:
    child = uuid4()
    said = risks(intake, child, "low", "low", "low")
    async with town.lives() as live:
        await town.send(*said)
        await live.counts({child: (3, 3)})
    await town.truncate("cases", lane_of(child, LANES), before=2)
    await sql.execute("DELETE FROM counts")
    before = await contents(sql, DERIVED)

    with pytest.raises(Refused, match=r"1 of cases \(gap\): .* senandung resend intake cases"):
        await rebuild(service(town), print)

    assert await contents(sql, DERIVED) == before
    async with town.lives() as live:
        await town.send(*said)

        async def read() -> bool:
            return bool(await live.desk.rows("SELECT FROM positions WHERE topic = 'cases' AND next = 6"))

        await until(read)
    assert (await rebuild(service(town), print)).equal is False
    assert [tuple(row) for row in await sql.fetch("TABLE counts")] == [(child, 3, 3)]


async def test_whoever_is_asked_and_does_not_say_yes_changes_nothing(
    town: Town, intake: Speaker, sql: asyncpg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    async with town.lives() as live:
        await a_story(live, town, intake)
    await sql.execute("DELETE FROM counts")

    no = await asyncio.to_thread(command, service(town), How(), ask=lambda _: "tidak")
    told = await asyncio.to_thread(command, service(town), How(dry_run=True))

    assert (no, told, await sql.fetch("TABLE counts")) == (1, 0, [])
    shown = capsys.readouterr().out
    assert "made anew: subjects (" in shown
    assert "kept as it is: commands, locks, migrations, outbox, positions, said, waiting, wakes" in shown
    assert await asyncio.to_thread(command, service(town), How(), ask=lambda _: "ya") == 0
    assert len(await sql.fetch("TABLE counts")) == 2
