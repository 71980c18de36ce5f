"""An agency may write in transactions: the marks that these leave at the end of a log hold nothing up."""

from pathlib import Path
from uuid import uuid4

import pytest

from shared.contracts.cases import RiskAssessed
from shared.contracts.commands import AcceptReferral
from shared.runtime.positions import nothing_between
from shared.runtime.record import lane_of
from tests.runtime.replica import LANES, Replica, Town, until
from tests.runtime.speaker import Speaker
from tests.runtime.toy import START

MAILBOX = ("agency.dinkes.out", 0)


@pytest.fixture
async def town(kafka: str, dsn: str, tmp_path: Path) -> Town:
    town = Town(kafka, dsn, tmp_path)
    await town.make()
    return town


async def test_a_log_that_ends_in_the_mark_of_a_transaction_is_read_to_its_end(town: Town, intake: Speaker) -> None:
    """Else no deadline would ever fire: it is asked of every mailbox whether it has been read."""
    child = uuid4()
    async with town.lives() as replica:
        await town.send(intake.says(child, RiskAssessed(occurred_at=START, risk="low"))[0])
        await replica.counts({child: (1, 1)})
        accepted = AcceptReferral(occurred_at=START, referral=uuid4())

        await town.send(intake.asks("dinkes", accepted, child), transaction=f"{town.prefix}dinkes")

        await until(lambda: marked(replica))
        await until(lambda: replica.process.subscription.reached([MAILBOX]))
        assert (await replica.desk.said()).count("referrals:2") == 1


async def marked(replica: Replica) -> bool:
    """Whether the mark lies behind the one record, which has been read: a broker writes it a moment later."""
    part = replica.process.subscription._part(MAILBOX)
    ends = await replica.process.subscription.consumer.end_offsets([part])
    read = await replica.desk.turns.pool.fetchval("SELECT next FROM positions WHERE topic = $1", MAILBOX[0])
    return (read, ends[part]) == (1, 2)


async def test_a_record_that_is_not_yet_read_is_no_mark(town: Town, intake: Speaker) -> None:
    child = uuid4()
    place = ("cases", lane_of(child, LANES))
    await town.send(*(intake.says(child, RiskAssessed(occurred_at=START, risk="low"))[0] for _ in "12"))

    assert not await nothing_between(town.kafka, {place: (0, 2)})
    assert not await nothing_between(town.kafka, {place: (1, 2)})
    assert await nothing_between(town.kafka, {place: (2, 2)})
