"""Turns on real PostgreSQL: once only, in order, and nothing lost by a bad message."""

import json
from dataclasses import replace
from uuid import uuid4

import pytest

from shared.contracts.cases import CategoryWithdrawn, ChildIdentified, RiskAssessed
from shared.contracts.commands import AcceptReferral
from shared.contracts.message import Say, State
from shared.contracts.model import UNSEALED
from shared.runtime.arrival import arrive
from shared.runtime.entry import Entry
from shared.runtime.record import HTTP, Record
from shared.runtime.turns import Misplaced
from tests.runtime.conftest import MakePool
from tests.runtime.desk import Desk, a_desk
from tests.runtime.speaker import Speaker
from tests.runtime.toy import ABOUT, START, TOY


def identified() -> Say:
    body = ChildIdentified(
        occurred_at=START, report=uuid4(), source="raid", reported_by="satpol-pp", about_child=UNSEALED
    )
    return Say(body, about=ABOUT)


async def test_a_sealed_fact_is_opened_and_a_risk_answered(desk: Desk, intake: Speaker) -> None:
    child = uuid4()
    facts = intake.says(child, identified()) + intake.says(child, RiskAssessed(occurred_at=START, risk="high"))

    await desk.reads(*facts)

    assert await desk.counts() == {child: (2, 1)}
    assert await desk.said() == ["referrals:1"]


async def test_a_batch_read_twice_takes_effect_once(desk: Desk, intake: Speaker) -> None:
    child = uuid4()
    facts = intake.says(child, RiskAssessed(occurred_at=START, risk="low"))
    await desk.reads(*facts)

    desk.cursors[facts[0].topic, facts[0].partition] = 0
    await desk.reads(*facts)

    assert await desk.counts() == {child: (1, 1)}


async def test_a_fact_that_lies_twice_in_the_log_takes_effect_once(desk: Desk, intake: Speaker) -> None:
    """Its speaker did not hear that the broker had it, and said it again."""
    child = uuid4()
    [fact] = intake.says(child, RiskAssessed(occurred_at=START, risk="low"))

    await desk.reads(fact, moved_to(fact, 1))
    await desk.reads(moved_to(fact, 2))

    assert await desk.counts() == {child: (1, 1)}
    assert await desk.waits() == []


async def test_a_fact_that_names_another_predecessor_stops_its_child_and_is_told(desk: Desk, intake: Speaker) -> None:
    child = uuid4()
    await desk.reads(*intake.says(child, RiskAssessed(occurred_at=START, risk="low")))
    intake.entries[child].chains["cases"] = uuid4().bytes  # as a speaker that was restored and said something else

    await desk.reads(*intake.says(child, RiskAssessed(occurred_at=START, risk="high")))

    assert await desk.counts() == {child: (1, 1)}
    assert await desk.waits() == ["fork"]


async def test_a_fact_waits_for_what_its_speaker_had_heard_in_another_stream(
    pool_on: MakePool, intake: Speaker
) -> None:
    desk, child = a_desk(await pool_on(), replace(TOY, hears=("cases", "placements"))), uuid4()
    shelter = Speaker("shelter", ("placements",), "placements")
    shelter.entries[child] = Entry(State(), beyond={"cases": 1})
    cause = intake.says(child, RiskAssessed(occurred_at=START, risk="low"))

    await desk.reads(*shelter.says(child, CategoryWithdrawn(occurred_at=START, assertion=child)))
    assert await desk.waits() == ["early"]
    await desk.reads(*cause)

    assert await desk.waits() == []
    entry = desk.turns.codec.decode(await desk.turns.pool.fetchval("SELECT doc FROM subjects"))
    assert (entry.count("cases"), entry.count("placements")) == (1, 1)


def moved_to(record: Record, offset: int) -> Record:
    """The same record at another place of its log."""
    return Record(record.topic, record.partition, offset, record.at, record.headers, record.value)


async def test_a_fact_that_comes_too_early_waits_for_the_one_before_it(desk: Desk, intake: Speaker) -> None:
    child = uuid4()
    first, second = [intake.says(child, RiskAssessed(occurred_at=START, risk=r))[0] for r in ("low", "high")]

    await desk.reads(moved_to(second, 0))
    assert await desk.counts() == {}
    await desk.reads(moved_to(first, 1))

    assert await desk.counts() == {child: (2, 2)}
    assert not await desk.turns.pool.fetchval("SELECT count(*) FROM waiting")


async def test_the_same_command_twice_has_one_effect_and_two_answers(desk: Desk, intake: Speaker) -> None:
    child, referral = uuid4(), uuid4()
    await desk.reads(*intake.says(child, RiskAssessed(occurred_at=START, risk="low")))
    asked = [
        intake.asks("dinkes", AcceptReferral(occurred_at=START, referral=referral), child, id_="same") for _ in "12"
    ]

    await desk.reads(*asked)

    rows = await desk.turns.pool.fetch("SELECT stream, count(*) FROM said GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in rows] == [("answers.routing", 1), ("referrals", 2)]
    [answer] = await desk.rows("SELECT data FROM said WHERE stream = 'answers.routing'")
    assert json.loads(answer[0]).get("repeated") is True  # and not a refusal, though it was done before


async def test_a_command_by_http_that_two_hands_take_up_is_answered_once(desk: Desk, intake: Speaker) -> None:
    """The one who stored it, and whoever looks every second for what is stored and undecided."""
    child = uuid4()
    await desk.reads(*intake.says(child, RiskAssessed(occurred_at=START, risk="low")))
    mailed = intake.asks("dinkes", AcceptReferral(occurred_at=START, referral=uuid4()), child)
    headers = [*mailed.headers, ("caller", b"dinkes/officer/petugas-1")]
    come = arrive(Record(HTTP, 0, 0, START, headers, mailed.value), desk.turns.wiring)

    await desk.turns.one([come])
    before = await desk.said()
    await desk.turns.one([come])

    assert await desk.said() == before


async def test_a_zombie_is_told_where_to_read_on(desk: Desk, intake: Speaker) -> None:
    child = uuid4()
    first, second = [intake.says(child, RiskAssessed(occurred_at=START, risk=r))[0] for r in ("low", "high")]
    await desk.reads(first)

    desk.cursors[second.topic, second.partition] = 0
    with pytest.raises(Misplaced):
        await desk.reads(second)


async def test_another_fact_under_a_known_number_is_told_and_stops_no_other_child(desk: Desk, intake: Speaker) -> None:
    """A fork is an alarm, with ids alone; the service goes on."""
    child, other = uuid4(), uuid4()
    await desk.reads(*intake.says(child, RiskAssessed(occurred_at=START, risk="low")))
    intake.entries.pop(child)  # as a speaker that was restored and forgot what it had said

    forked = intake.says(child, RiskAssessed(occurred_at=START, risk="high"))
    await desk.reads(*forked, *intake.says(other, RiskAssessed(occurred_at=START, risk="low")))

    assert await desk.counts() == {child: (1, 1), other: (1, 1)}
    assert [tuple(row) for row in await desk.turns.pool.fetch("SELECT subject, why FROM waiting")] == [(child, "fork")]
