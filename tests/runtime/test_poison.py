"""A message that cannot be applied waits or is refused alone; all others go on, and its own go on when it is mended."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.contracts.cases import RiskAssessed
from shared.contracts.commands import AcceptReferral, ReferChild
from shared.contracts.message import Domain, Events, Message, Rows, Say, Woken
from shared.contracts.outcomes import CommandRefused
from shared.contracts.referrals import CaseOwned
from shared.runtime.arrival import Discard, DueCome, Poke
from shared.runtime.clockwork import _WAITING, _WOKEN
from shared.runtime.http.ports import Unknown
from shared.runtime.operations import OperatorDesk
from shared.runtime.record import Record
from shared.runtime.turns import BadDeploy
from tests.runtime.conftest import MakePool
from tests.runtime.desk import Desk, a_desk
from tests.runtime.replica import OPERATOR
from tests.runtime.speaker import Speaker
from tests.runtime.toy import ABOUT, START, TOY, Count, Toy

BAD, GOOD = uuid4(), uuid4()


def risk(intake: Speaker, child: UUID, level: str = "low") -> Record:
    return intake.says(child, RiskAssessed.model_validate({"occurred_at": START, "risk": level}))[0]


def own(_: Toy, message: Message, now: datetime) -> Events:
    return [CaseOwned(occurred_at=now, owner="dinsos", cause="toy")]


MENDED = replace(TOY, decides={**TOY.decides, RiskAssessed: own})


def spoilt(row: Any) -> Domain:
    """A toy whose rows of the bad child, once it has heard two facts, cannot be made or stored."""

    def rows(subject: UUID, state: Toy) -> Rows:
        if subject == BAD and state.cases.facts == 2:
            yield row(subject)
        else:
            yield Count(subject, state.cases.facts, state.referrals.owned)

    return replace(MENDED, rows=rows)


def fails(subject: UUID) -> Iterator[Any]:
    raise KeyError(subject)


def cannot(_: Toy, message: Message, now: datetime) -> Events:
    raise KeyError(message.subject, now)


SPOILT = [
    pytest.param(spoilt(lambda subject: Count(subject, 13, 1)), id="a row that the database refuses"),
    pytest.param(spoilt(lambda subject: Count(subject, 2**40, 1)), id="a number that has no place in its column"),
    pytest.param(spoilt(lambda subject: Count(subject, "\x00", 1)), id="a text where a number belongs"),  # type: ignore[arg-type]  # a mistake
    pytest.param(spoilt(fails), id="a rule that fails over its own state"),
]


def operators(desk: Desk) -> OperatorDesk:
    return OperatorDesk(desk.turns, None, None)  # type: ignore[arg-type]  # neither is asked


async def test_a_poisoned_fact_waits_with_what_follows_it_and_all_other_children_go_on(
    desk: Desk, intake: Speaker
) -> None:
    await desk.reads(
        risk(intake, GOOD), risk(intake, BAD), risk(intake, BAD, "emergency"), risk(intake, GOOD), risk(intake, BAD)
    )

    assert await desk.counts() == {GOOD: (2, 2), BAD: (1, 1)}
    assert await desk.waits() == ["failed", "gap"]


async def test_once_mended_what_waited_is_applied_in_its_order(pool_on: MakePool, desk: Desk, intake: Speaker) -> None:
    facts = [risk(intake, BAD, level) for level in ("emergency", "high", "low")]
    await desk.reads(*facts)
    [failed] = await desk.rows("SELECT id FROM waiting WHERE why = 'failed'")

    mended = a_desk(await pool_on(), MENDED)
    await operators(mended).retry(failed[0], OPERATOR)

    assert await mended.counts() == {BAD: (3, 3)}
    assert await mended.waits() == []
    state = mended.turns.codec.decode(await mended.turns.pool.fetchval("SELECT doc FROM subjects")).state
    assert state.cases.risks == ("emergency", "high", "low")


async def test_a_fact_set_aside_is_said_and_what_followed_it_goes_on(desk: Desk, intake: Speaker) -> None:
    await desk.reads(*(risk(intake, BAD, level) for level in ("low", "emergency", "high")))
    [failed] = await desk.rows("SELECT id FROM waiting WHERE why = 'failed'")

    await operators(desk).discard(failed[0], "never-readable", OPERATOR)

    assert await desk.counts() == {BAD: (2, 2)}
    assert await desk.waits() == []
    assert sorted(await desk.said()) == ["answers.routing:1", "referrals:1", "referrals:2"]
    with pytest.raises(Unknown):
        await operators(desk).discard(failed[0], "never-readable", OPERATOR)


async def test_what_is_set_aside_before_its_turn_keeps_its_place_and_changes_nothing_there(
    pool_on: MakePool, desk: Desk, intake: Speaker
) -> None:
    await desk.reads(*(risk(intake, BAD, level) for level in ("low", "emergency", "high")))
    waits = await desk.rows("SELECT id FROM waiting WHERE why = 'gap'")

    for _ in range(2):
        await operators(desk).discard(waits[0][0], "said-in-error", OPERATOR)
        assert await desk.rows("SELECT id FROM waiting WHERE why = 'gap'") == waits
        assert (await desk.said()).count("answers.routing:1") == 1

    mended = a_desk(await pool_on(), MENDED)
    [failed] = await desk.rows("SELECT id FROM waiting WHERE why = 'failed'")
    await operators(mended).retry(failed[0], OPERATOR)
    assert await mended.waits() == []
    state = mended.turns.codec.decode(await mended.turns.pool.fetchval("SELECT doc FROM subjects")).state
    assert state.cases.risks == ("low", "emergency")


async def test_what_is_set_aside_waits_for_no_key(desk: Desk, intake: Speaker) -> None:
    _, sealed = intake.says(BAD, Say(RiskAssessed(occurred_at=START, risk="high"), about=ABOUT))
    await desk.reads(sealed)
    [waiting] = await desk.rows("SELECT id FROM waiting WHERE why = 'no-key'")

    await operators(desk).discard(waiting[0], "never-readable", OPERATOR)

    assert await desk.waits() == []


@pytest.mark.parametrize("domain", SPOILT)
async def test_a_child_that_cannot_be_stored_stops_no_other_and_comes_back_when_it_is_mended(
    pool_on: MakePool, intake: Speaker, domain: Domain
) -> None:
    desk = a_desk(await pool_on(), domain)
    for level in ("low", "high", "low"):
        await desk.reads(risk(intake, BAD, level), risk(intake, GOOD))

    assert await desk.counts() == {GOOD: (3, 3), BAD: (1, 1)}
    assert await desk.waits() == ["failed", "gap"]

    [failed] = await desk.rows("SELECT id FROM waiting WHERE why = 'failed'")
    mended = a_desk(await pool_on(), MENDED)
    await operators(mended).retry(failed[0], OPERATOR)
    assert await mended.counts() == {GOOD: (3, 3), BAD: (3, 3)}


async def test_the_first_fact_of_a_child_that_cannot_be_stored_leaves_a_row_that_others_can_lock(
    pool_on: MakePool, intake: Speaker
) -> None:
    desk = a_desk(await pool_on())
    await desk.turns.pool.execute("ALTER TABLE counts ADD CHECK (heard <> 1)")

    await desk.reads(risk(intake, BAD))

    assert await desk.waits() == ["failed"]
    assert [row[0] for row in await desk.rows("SELECT key FROM subjects")] == [BAD]


async def test_what_fails_again_when_it_is_tried_again_is_not_tried_for_ever(
    pool_on: MakePool, intake: Speaker
) -> None:
    desk = a_desk(await pool_on(), spoilt(fails))
    await desk.reads(risk(intake, BAD), risk(intake, BAD))
    [failed] = await desk.rows("SELECT id FROM waiting")

    await operators(desk).retry(failed[0], OPERATOR)

    assert await desk.rows(_WAITING) == []
    assert await desk.waits() == ["failed"]


async def test_a_child_that_cannot_look_when_it_is_woken_is_woken_later(pool_on: MakePool, intake: Speaker) -> None:
    desk = a_desk(await pool_on(), MENDED)
    await desk.reads(risk(intake, BAD), risk(intake, BAD))
    await desk.turns.pool.execute("INSERT INTO wakes (key) VALUES ($1)", BAD)

    await a_desk(desk.turns.pool, spoilt(fails)).turns.one([DueCome(BAD, woken=True)])

    assert await desk.rows(_WOKEN) == []
    assert [row[0] for row in await desk.rows("SELECT key FROM wakes")] == [BAD]


async def test_a_child_that_fails_to_look_when_it_is_woken_is_woken_later_too(
    pool_on: MakePool, intake: Speaker
) -> None:
    desk = a_desk(await pool_on(), replace(MENDED, decides={**MENDED.decides, Woken: cannot}))
    await desk.reads(risk(intake, BAD))
    await desk.turns.pool.execute("INSERT INTO wakes (key) VALUES ($1)", BAD)

    await desk.turns.one([DueCome(BAD, woken=True)])

    assert await desk.rows(_WOKEN) == []
    assert [row[0] for row in await desk.rows("SELECT key FROM wakes")] == [BAD]


@pytest.mark.parametrize("nul", [b"\\u0000", b"\x00"])
async def test_a_nul_in_a_text_makes_a_command_refused_and_a_fact_wait_and_the_next_is_served(
    desk: Desk, intake: Speaker, nul: bytes
) -> None:
    bad_fact, good_fact = risk(intake, BAD), risk(intake, GOOD)
    bad_fact = replaced(bad_fact, bad_fact.value.replace(b'"low"', b'"low' + nul + b'"'))  # type: ignore[union-attr]  # it has a value
    asked = [intake.asks("dinkes", AcceptReferral(occurred_at=START, referral=GOOD), GOOD) for _ in "12"]
    bad_command = replaced(asked[0], b'{"occurred_at":"2026-11-02T22:00:00+08:00","referral":"' + nul + b'"}')

    await desk.reads(bad_fact, good_fact)
    await desk.reads(bad_command, asked[1])

    assert await desk.counts() == {GOOD: (1, 1)}
    assert [tuple(row) for row in await desk.rows("SELECT why, detail FROM waiting")] == [("failed", "nul-in-text")]
    assert await refusals(desk) == ["nul-in-text"]
    assert (await desk.said()).count("referrals:2") == 1  # the acceptance


def replaced(record: Record, value: bytes) -> Record:
    return Record(record.topic, record.partition, record.offset, record.at, record.headers, value)


async def refusals(desk: Desk) -> list[str]:
    rows = await desk.rows("SELECT data FROM said WHERE stream = 'answers.routing' ORDER BY said_at")
    return [CommandRefused.model_validate_json(row[0]).code for row in rows]


async def test_a_command_that_fails_is_refused_alone(desk: Desk, intake: Speaker) -> None:
    await desk.reads(risk(intake, GOOD))
    fails_ = ReferChild(occurred_at=START, agency="dinkes", service="health")
    await desk.reads(
        intake.asks("dinkes", fails_, GOOD),
        intake.asks("dinkes", AcceptReferral(occurred_at=START, referral=GOOD), GOOD),
    )

    assert await refusals(desk) == ["not-ready"]
    assert (await desk.said()).count("referrals:2") == 1


async def test_too_many_new_failures_are_a_bad_deploy_and_old_ones_are_not(desk: Desk, intake: Speaker) -> None:
    children = [uuid4() for _ in range(51)]
    with pytest.raises(BadDeploy):
        await desk.reads(*(risk(intake, child, "emergency") for child in children))
    assert await desk.waits() == ["failed"] * 51

    desk.turns.failures.clear()
    await desk.turns.pool.execute("UPDATE waiting SET release = true")
    await desk.turns.one([Poke(child) for child in children])
    assert await desk.waits() == ["failed"] * 51


@pytest.mark.parametrize(("ahead", "refused"), [(40, []), (59, []), (61, ["occurs-in-the-future"])])
async def test_a_clock_weeks_off_loses_no_message_and_a_year_mistyped_is_asked_for_again(
    desk: Desk, intake: Speaker, ahead: int, refused: list[str]
) -> None:
    await desk.reads(risk(intake, GOOD))
    when = intake.now + timedelta(days=ahead)

    await desk.reads(intake.asks("dinkes", AcceptReferral(occurred_at=when, referral=GOOD), GOOD))

    assert await refusals(desk) == refused
    assert (await desk.said()).count("referrals:2") == 1 - len(refused)


async def test_a_wait_that_somebody_else_settled_meanwhile_is_set_aside_by_nobody(desk: Desk, intake: Speaker) -> None:
    await desk.reads(risk(intake, GOOD))
    before = await desk.said()

    await desk.turns.one([Discard(GOOD, 4711, "never-readable", OPERATOR)])

    assert await desk.said() == before
