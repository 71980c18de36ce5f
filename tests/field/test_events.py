"""The field's bugs in reading, storing and publishing events, on real PostgreSQL."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.commands import AcceptReferral
from shared.runtime.arrival import arrive
from shared.runtime.clockwork import Clockwork
from shared.runtime.kafka import KafkaSettings
from shared.runtime.operations import OperatorDesk
from shared.runtime.record import HTTP, Record
from shared.runtime.relay import Relay
from tests.runtime.conftest import MakePool
from tests.runtime.desk import Desk, a_desk
from tests.runtime.replica import OPERATOR
from tests.runtime.speaker import Speaker
from tests.runtime.test_poison import MENDED, risk
from tests.runtime.toy import START

LINGERS = """
CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.2); RETURN NULL; END';
CREATE TRIGGER lingers AFTER INSERT ON said FOR EACH STATEMENT EXECUTE FUNCTION linger()"""
"""Between what is said and what is read of it."""
BEHIND = "SELECT (SELECT count(*) FROM said) - (SELECT coalesce(sum(owned), 0) FROM counts)"
HTTP_CALLER = ("caller", b"dinkes/officer/petugas-1")


def clicked(intake: Speaker, child: UUID, id_: str = "") -> Record:
    """An acceptance as the HTTP side stores it."""
    mailed = intake.asks("dinkes", AcceptReferral(occurred_at=START, referral=uuid4()), child, id_=id_)
    return Record(HTTP, 0, 0, START, [*mailed.headers, HTTP_CALLER], mailed.value)


def again(record: Record, offset: int) -> Record:
    return Record(record.topic, record.partition, offset, record.at, record.headers, record.value)


async def test_double_click_makes_one_acceptance_though_two_replicas_have_it_at_the_same_moment(
    pool_on: MakePool, intake: Speaker
) -> None:
    child, desks = uuid4(), [a_desk(await pool_on()) for _ in "12"]
    await desks[0].reads(risk(intake, child))
    await desks[0].turns.pool.execute(LINGERS)
    click = clicked(intake, child, "one key")

    await asyncio.gather(*(desk.turns.one([arrive(click, desk.turns.wiring)]) for desk in desks))

    assert await desks[0].said() == ["referrals:1", "referrals:2"]
    assert len(await desks[0].rows("SELECT FROM commands WHERE answer IS NOT NULL")) == 1


async def test_event_when_transaction_rolled_back_is_neither_kept_nor_published(desk: Desk, intake: Speaker) -> None:
    await desk.turns.pool.execute("ALTER TABLE counts ADD CHECK (heard <> 1)")

    await desk.reads(risk(intake, uuid4()))

    assert await desk.waits() == ["failed"]
    assert await desk.said() == []
    assert await desk.rows("SELECT FROM outbox") == []


async def test_stale_dashboard_after_event_is_seen_by_nobody_at_any_moment(
    pool_on: MakePool, desk: Desk, intake: Speaker
) -> None:
    await desk.turns.pool.execute(LINGERS)
    looker, behind, child = await pool_on(), set[int](), uuid4()

    for _ in "123":
        turn = asyncio.ensure_future(desk.reads(risk(intake, child)))
        while not turn.done():
            behind.add(await looker.fetchval(BEHIND))
        await turn
        behind.add(await looker.fetchval(BEHIND))

    assert await desk.counts() == {child: (3, 3)}
    assert behind == {0}


async def test_retried_old_update_overwriting_newer_is_known_and_overwrites_nothing(
    desk: Desk, intake: Speaker
) -> None:
    child = uuid4()
    old, newer = risk(intake, child, "low"), risk(intake, child, "high")
    await desk.reads(old, newer)

    await desk.reads(again(old, 2))

    state = desk.turns.codec.decode(await desk.turns.pool.fetchval("SELECT doc FROM subjects")).state
    assert state.cases.risks == ("low", "high")


async def test_first_commit_after_a_failure_hides_the_failed_message_from_nobody(
    pool_on: MakePool, desk: Desk, intake: Speaker
) -> None:
    bad, good = uuid4(), uuid4()
    failing, fine = risk(intake, bad, "emergency"), risk(intake, good)
    await desk.reads(failing)
    await desk.reads(fine)  # moves the position past it
    assert await desk.waits() == ["failed"]

    [waiting] = await desk.rows("SELECT id FROM waiting")
    mended = a_desk(await pool_on(), MENDED)
    await OperatorDesk(mended.turns, None, None).retry(waiting[0], OPERATOR)  # type: ignore[arg-type]  # neither is asked

    assert await mended.counts() == {bad: (1, 1), good: (1, 1)}
    assert await mended.waits() == []


async def test_truncated_id_collides_with_no_other_for_it_is_kept_whole(desk: Desk, intake: Speaker) -> None:
    child, long = uuid4(), "x" * 199
    await desk.reads(risk(intake, child))

    await desk.turns.one([arrive(clicked(intake, child, long + end), desk.turns.wiring) for end in "12"])

    assert await desk.said() == ["referrals:1", "referrals:2", "referrals:3"]
    assert {row[0] for row in await desk.rows("SELECT id FROM commands")} == {long + "1", long + "2"}


async def test_table_of_processed_ids_grows_forever_no_for_what_was_answered_long_ago_is_forgotten(
    desk: Desk,
) -> None:
    await desk.turns.pool.execute("""
        INSERT INTO commands (source, id, digest, at, answer) VALUES
        ('/agencies/dinkes', 'answered, old', '', now() - interval '401 days', ''),
        ('/agencies/dinkes', 'answered', '', now() - interval '399 days', ''),
        ('/agencies/dinkes', 'undecided, old', '', now() - interval '401 days', NULL)""")

    await Clockwork(desk.turns, None, asyncio.Event()).tell()  # type: ignore[arg-type]  # nothing is read

    assert {row[0] for row in await desk.rows("SELECT id FROM commands")} == {"answered", "undecided, old"}


class Broker:
    """Takes batches, as a producer does, and says at once that it has them."""

    def __init__(self) -> None:
        self.has: list[bytes] = []

    def create_batch(self) -> Any:
        return self

    def append(self, *, key: bytes, **_: Any) -> bool:
        self.has.append(key)
        return True

    async def send_batch(self, *_: Any, **__: Any) -> Any:
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done


async def test_cursor_skips_rows_changed_during_the_run_never_for_the_outbox_is_a_queue(
    pool_on: MakePool, desk: Desk, intake: Speaker
) -> None:
    """A turn took its number first and ended last: what it said is published all the same."""
    await desk.reads(risk(intake, uuid4()), risk(intake, uuid4()))
    pool, broker = desk.turns.pool, Broker()
    pointers: Sequence[Any] = await pool.fetch("DELETE FROM outbox RETURNING lane, stream, subject, sequence")
    relay = Relay(pool, KafkaSettings(("nowhere:1",)), "toy", lambda: range(12), producer=broker)

    async with (await pool_on()).acquire() as slow:
        turn = slow.transaction()
        await turn.start()
        await slow.execute(_POINT, *pointers[0])
        await pool.execute(_POINT, *pointers[1])
        assert await relay.drain() == 1
        await turn.commit()

    assert await relay.drain() == 1
    assert len(set(broker.has)) == len(broker.has) == 2


_POINT = "INSERT INTO outbox (lane, stream, subject, sequence) VALUES ($1, $2, $3, $4)"
