"""Turns in one another's way, on real PostgreSQL: each takes effect once, and no message suffers for it."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

import asyncpg
import pytest
from structlog.testing import capture_logs

from shared.contracts.cases import CategoryWithdrawn, RiskAssessed
from shared.contracts.commands import AcceptReferral
from shared.runtime.arrival import arrive
from shared.runtime.record import Record
from shared.runtime.turns import Contended, Misplaced
from tests.runtime.beds import BEDS, BEDS_TABLES, UNLOCKED
from tests.runtime.conftest import MakePool
from tests.runtime.desk import Desk, a_desk
from tests.runtime.losing import losing_the_next_commit
from tests.runtime.speaker import Speaker
from tests.runtime.toy import START, TOY

TWO_STREAMS = replace(TOY, hears=("cases", "placements"))
LINGERS = """
CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END';
CREATE TRIGGER lingers AFTER INSERT ON said FOR EACH STATEMENT EXECUTE FUNCTION linger()"""
"""A turn that says something stays open for a while."""
FAILS = """
CREATE SEQUENCE tries;
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN IF nextval('tries') <= {times} THEN RAISE EXCEPTION USING ERRCODE = '{state}'; END IF; RETURN NULL; END$$;
CREATE TRIGGER fails AFTER INSERT ON said FOR EACH STATEMENT EXECUTE FUNCTION fail()"""


@pytest.fixture
def shelter() -> Speaker:
    return Speaker("shelter", ("placements",), "placements")


def risk(intake: Speaker, child: UUID, level: str = "low") -> Record:
    return intake.says(child, RiskAssessed.model_validate({"occurred_at": START, "risk": level}))[0]


def moved(shelter: Speaker, child: UUID) -> Record:
    return shelter.says(child, CategoryWithdrawn(occurred_at=START, assertion=child))[0]


async def test_two_turns_that_both_bring_the_first_word_of_a_child_keep_both(
    pool_on: MakePool, intake: Speaker, shelter: Speaker
) -> None:
    desks = [a_desk(await pool_on(), TWO_STREAMS) for _ in "12"]
    await desks[0].turns.pool.execute(LINGERS)
    child = uuid4()

    async def later() -> None:
        await asyncio.sleep(0.1)  # the other turn lingers, its row not yet committed
        await desks[1].reads(moved(shelter, child))

    await asyncio.gather(desks[0].reads(risk(intake, child)), later())

    entry = desks[0].turns.codec.decode(await desks[0].turns.pool.fetchval("SELECT doc FROM subjects"))
    assert (entry.count("cases"), entry.count("placements")) == (1, 1)


async def test_a_turn_whose_commit_was_not_acknowledged_is_done_again_and_takes_effect_once(
    pool_on: MakePool, dsn: str, intake: Speaker
) -> None:
    async with losing_the_next_commit(dsn) as (address, lost):
        desk = a_desk(await pool_on(**address))
        child = uuid4()
        first, second = risk(intake, child), risk(intake, child)
        await desk.turns.pool.fetch("SELECT 1")
        lost.clear()

        await desk.reads(first)
        assert lost.is_set()
        await desk.reads(second)

    assert await desk.counts() == {child: (2, 2)}
    assert await desk.said() == ["referrals:1", "referrals:2"]
    assert [row[0] for row in await desk.rows("SELECT next FROM positions")] == [2]
    assert await desk.waits() == []


async def test_a_command_whose_commit_was_not_acknowledged_has_one_outcome(
    pool_on: MakePool, dsn: str, intake: Speaker
) -> None:
    async with losing_the_next_commit(dsn) as (address, lost):
        desk = a_desk(await pool_on(**address))
        child = uuid4()
        await desk.reads(risk(intake, child))
        come = arrive(
            intake.asks("dinkes", AcceptReferral(occurred_at=START, referral=uuid4()), child), desk.turns.wiring
        )
        lost.clear()

        await desk.reads(come.record)  # type: ignore[union-attr]  # a command that came

        assert lost.is_set()
    assert await desk.said() == ["referrals:1", "referrals:2"]
    assert len(await desk.rows("SELECT FROM commands WHERE answer IS NOT NULL")) == 1


async def test_of_two_turns_in_deadlock_the_one_that_is_ended_comes_again(pool_on: MakePool, intake: Speaker) -> None:
    """The engine locks in one order; an operator's own statement need not."""
    desk = a_desk(await pool_on(server_settings={"deadlock_timeout": "50ms"}))
    low, high = sorted([uuid4(), uuid4()])
    await desk.reads(risk(intake, low))
    await desk.reads(risk(intake, high))
    operators = await pool_on()

    with capture_logs() as logs:
        async with operators.acquire() as sql, sql.transaction():
            await sql.execute("SELECT FROM subjects WHERE key = $1 FOR UPDATE", high)
            turn = asyncio.ensure_future(desk.reads(risk(intake, low), risk(intake, high)))
            await until_somebody_waits(sql)
            await sql.execute("SELECT FROM subjects WHERE key = $1 FOR UPDATE", low)
        await turn

    assert {"event": "turn.repeated", "why": "DeadlockDetectedError", "log_level": "info"} in logs
    assert await desk.counts() == {low: (2, 2), high: (2, 2)}
    assert await desk.waits() == []


async def until_somebody_waits(sql: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]") -> None:
    async with asyncio.timeout(5):
        while not await sql.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):  # noqa: ASYNC110  # it tells nobody
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03"])
async def test_a_turn_in_the_way_of_others_is_repeated_as_a_whole_and_parks_nothing(
    desk: Desk, intake: Speaker, state: str
) -> None:
    await desk.turns.pool.execute(FAILS.format(times=3, state=state))
    child = uuid4()

    await desk.reads(risk(intake, child), risk(intake, child))

    assert await desk.turns.pool.fetchval("SELECT last_value FROM tries") == 4
    assert await desk.counts() == {child: (2, 2)}
    assert await desk.waits() == []


async def test_a_turn_that_is_always_in_the_way_ends_and_leaves_its_messages_in_the_log(
    desk: Desk, intake: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.turns.pool.execute(FAILS.format(times=1_000_000, state="40001"))
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("shared.runtime.turns.asyncio.sleep", pause)
    child = uuid4()

    with pytest.raises(Contended):
        await desk.reads(risk(intake, child))

    assert len(pauses) == 25
    assert 60 < sum(pauses) < 150
    assert len({pause for pause in pauses if pause > 2}) > 10  # no two replicas come back at the same moment
    assert await desk.waits() == []
    assert [row[0] for row in await desk.rows("SELECT next FROM positions")] == [0]


@pytest.mark.parametrize("seed", range(3))
async def test_four_workers_on_the_same_children_in_any_order_end_as_one_does(
    pool_on: MakePool, intake: Speaker, shelter: Speaker, seed: int
) -> None:
    chance = random.Random(seed)
    children = [UUID(int=chance.getrandbits(128), version=4) for _ in range(24)]
    facts = [risk(intake, child) for child in children * 4] + [moved(shelter, child) for child in children * 4]
    one = a_desk(await pool_on(), TWO_STREAMS)
    await one.reads(*facts)
    expected = dict.fromkeys(children, (4, 4))
    assert await one.counts() == expected

    await one.turns.pool.execute("TRUNCATE subjects, said, outbox, waiting, positions, counts")
    desks = [a_desk(await pool_on(), TWO_STREAMS) for _ in range(4)]
    with capture_logs() as logs:
        await asyncio.gather(*(_work(desk, part, chance) for desk, part in zip(desks, _dealt(facts), strict=True)))

    assert await one.counts() == expected
    assert await one.waits() == []
    assert not [line for line in logs if line.get("why") == "DeadlockDetectedError"]


def _dealt(facts: Sequence[Record]) -> list[list[Record]]:
    """Each partition to one of four workers, so that both streams of a child mostly lie with two of them."""
    dealt: list[list[Record]] = [[], [], [], []]
    for fact in facts:
        dealt[(fact.partition + (fact.topic == "cases")) % 4].append(fact)
    return dealt


async def _work(desk: Desk, facts: list[Record], chance: random.Random) -> None:
    """Batches of any size; in each the children come in any order, the facts of one in theirs."""
    by_place: dict[tuple[str, int], list[Record]] = defaultdict(list)
    for fact in facts:
        by_place[fact.topic, fact.partition].append(fact)
    while by_place:
        places = chance.sample(sorted(by_place), k=min(len(by_place), 3))
        batch = [fact for place in places for fact in _cut(by_place, place, chance)]
        await desk.reads(*batch)


def _cut(by_place: dict[tuple[str, int], list[Record]], place: tuple[str, int], chance: random.Random) -> list[Record]:
    count = chance.randint(1, 6)
    cut, by_place[place] = by_place[place][:count], by_place[place][count:]
    if not by_place[place]:
        del by_place[place]
    return cut


async def test_an_owner_that_does_not_know_that_it_is_one_no_more_changes_nothing(
    pool_on: MakePool, intake: Speaker
) -> None:
    old, new = a_desk(await pool_on()), a_desk(await pool_on())
    child = uuid4()
    facts = [risk(intake, child) for _ in "1234"]
    await old.reads(facts[0])
    await new.reads(facts[1])
    await new.reads(facts[2])
    before = await new.everything()

    for stale in (facts[1:2], facts[1:3]):
        await old.reads(*stale)  # all of it is done: nothing to do
        old.cursors = dict.fromkeys(old.cursors, 1)
    with pytest.raises(Misplaced) as misplaced:
        await old.reads(*facts[1:])  # partly done: read on where the database says

    assert list(misplaced.value.places.values()) == [3]
    assert await new.everything() == before


@pytest.mark.parametrize(("domain", "seated"), [(BEDS, 1), (UNLOCKED, 2)])
async def test_two_children_at_once_for_the_last_bed_and_one_gets_it(
    pool_on: MakePool, intake: Speaker, domain: object, seated: int
) -> None:
    """Without the lock both do: the second case shows that this test would see it."""
    desks = [a_desk(await pool_on(), domain) for _ in "12"]  # type: ignore[arg-type]  # a domain
    sql = desks[0].turns.pool
    await sql.execute(BEDS_TABLES)
    children = [uuid4(), uuid4()]
    await desks[0].reads(*(risk(intake, child) for child in children))
    await sql.execute(LINGERS)
    asked = [
        intake.asks(agency, AcceptReferral(occurred_at=START, referral=uuid4()), child)
        for agency, child in zip(("dinkes", "dinsos"), children, strict=True)
    ]

    await asyncio.gather(*(desk.reads(command) for desk, command in zip(desks, asked, strict=True)))

    answers = [row[0] for row in await sql.fetch("SELECT stream FROM said ORDER BY stream")]
    assert answers.count("referrals") == seated
    assert answers.count("answers.routing") == 2 - seated
    assert await sql.fetchval("SELECT count(*) FROM beds") == seated
