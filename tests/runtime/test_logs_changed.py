"""A log that is not the one that was read stops the service, says so, and goes on when an operator accepts it."""

import asyncio
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from shared.contracts.cases import RiskAssessed
from shared.runtime.record import Record, lane_of
from shared.runtime.service import Process
from tests.runtime.replica import LANES, Replica, Town, until
from tests.runtime.speaker import Speaker
from tests.runtime.toy import START


@pytest.fixture
async def town(kafka: str, dsn: str, tmp_path: Path) -> Town:
    town = Town(kafka, dsn, tmp_path)
    await town.make()
    return town


def risks(intake: Speaker, child: UUID, count: int) -> list[Record]:
    return [intake.says(child, RiskAssessed(occurred_at=START, risk="low"))[0] for _ in range(count)]


async def remade(town: Town, topic: str) -> None:
    await town.unmake(topic)
    await town.make(topic)


async def test_a_topic_made_anew_while_the_service_was_away_halts_it_until_it_is_accepted(
    town: Town, intake: Speaker
) -> None:
    child = uuid4()
    known, place = risks(intake, child, 3), ("cases", lane_of(child, LANES))
    async with town.lives() as replica:
        await town.send(*known)
        await replica.counts({child: (3, 3)})
    await remade(town, "cases")

    async with town.lives() as replica:
        await replica.halted()
        assert list(await replica.problems()) == [place]
        await town.send(*known, *risks(intake, child, 1))  # its speaker says all again, and goes on
        await replica.asks("POST", "/operations/positions/accept", json={"topic": place[0], "partition": place[1]})

        await replica.ready()
        await replica.counts({child: (4, 4)})
        assert await replica.problems() == {}


async def test_a_log_is_accepted_at_whichever_replica_an_operator_asks(town: Town, intake: Speaker) -> None:
    child = uuid4()
    known, place = risks(intake, child, 2), ("cases", lane_of(child, LANES))
    async with town.lives() as replica:
        await town.send(*known)
        await replica.counts({child: (2, 2)})
        await until(lambda: read_back(replica, 2))  # else the replica that reads on would wait for the one that halts
    await remade(town, "cases")
    await town.send(known[0])

    async with town.lives() as one, town.lives() as other:

        async def apart() -> bool:
            """One has halted, and the other reads on."""
            missing = sorted([await one.missing(), await other.missing()])
            return missing[0] == [] and "log-changed" in missing[1]

        await until(apart, 60)
        [reads] = [each for each in (one, other) if not await each.missing()]
        await reads.asks("POST", "/operations/positions/accept", json={"topic": place[0], "partition": place[1]})

        await one.ready()
        await other.ready()


async def test_a_log_that_lost_what_had_not_been_read_halts_the_service(town: Town, intake: Speaker) -> None:
    child = uuid4()
    place = ("cases", lane_of(child, LANES))
    async with town.lives() as replica:
        await town.send(*risks(intake, child, 1))
        await replica.counts({child: (1, 1)})
    await town.send(*risks(intake, child, 2))
    await town.truncate(*place, before=2)

    async with town.lives() as replica:
        await replica.halted()
        assert list(await replica.problems()) == [place]
        assert "begins at 2" in (await replica.problems())[place]
        assert await replica.desk.counts() == {child: (1, 1)}


async def test_a_topic_made_anew_under_a_running_service_halts_it_before_anything_is_missed(
    town: Town, intake: Speaker
) -> None:
    child, other = uuid4(), uuid4()
    async with town.lives() as replica:
        await town.send(*risks(intake, child, 3))
        await replica.counts({child: (3, 3)})

        await town.unmake("cases")
        await replica.halted()
        await town.make("cases")
        while lane_of(other, LANES) != lane_of(child, LANES):
            other = uuid4()
        news = risks(intake, other, 4)
        await town.send(*news)
        await until(lambda: another(replica, lane_of(child, LANES)))
        assert await replica.desk.counts() == {child: (3, 3)}

        place = {"topic": "cases", "partition": lane_of(child, LANES)}
        await replica.asks("POST", "/operations/positions/accept", json=place)
        await replica.counts({child: (3, 3), other: (4, 4)})


async def another(replica: Replica, partition: int) -> bool:
    """Whether it has seen that a new log lies where the old one did."""
    return "another record" in (await replica.problems()).get(("cases", partition), "")


async def test_what_a_service_said_in_a_topic_that_was_lost_it_says_again(town: Town, intake: Speaker) -> None:
    child = uuid4()
    async with town.lives() as replica:
        await town.send(*risks(intake, child, 3))
        await replica.counts({child: (3, 3)})
        before = await read(town, 3)
        await until(lambda: read_back(replica, 3))
    await remade(town, "referrals")

    async with town.lives() as replica:
        await replica.halted()
        again = await replica.asks("POST", "/operations/resend", json={"stream": "referrals"})
        assert again.json() == {"count": 3}
        assert await read(town, 3) == before
        place = {"topic": "referrals", "partition": lane_of(child, LANES)}
        await replica.asks("POST", "/operations/positions/accept", json=place)
        await replica.ready()
        assert (await replica.desk.waits(), await replica.desk.counts()) == ([], {child: (3, 3)})


async def read_back(replica: Replica, count: int) -> bool:
    """Whether it has noted that so many of its own facts lie in the log."""
    return bool(await replica.desk.rows(f"SELECT FROM positions WHERE topic = 'referrals' AND next = {count}"))


async def read(town: Town, count: int) -> list[tuple[bytes, list[tuple[str, bytes]]]]:
    """What lies in `referrals`, once there are so many."""
    found: list[tuple[bytes, list[tuple[str, bytes]]]] = []

    async def there() -> bool:
        found[:] = [(record.value, list(record.headers)) for record in await town.lies_in("referrals")]
        return len(found) >= count

    await until(there)
    return found


async def test_records_that_nobody_can_read_make_one_dead_letter_each_however_often_their_log_is_read(
    town: Town, intake: Speaker
) -> None:
    child = uuid4()
    lost = [Record("cases", 0, n, START, [("ce_subject", str(child).encode())], b"?") for n in range(2)]
    async with town.lives() as replica:
        await town.send(*lost, *risks(intake, child, 1))
        await replica.counts({child: (1, 1)})

        place = {"topic": "cases", "partition": lane_of(child, LANES)}
        await replica.asks("POST", "/operations/positions/accept", json=place)
        await town.send(*risks(intake, child, 1))
        await replica.counts({child: (2, 2)})

        letters = [said for said in await replica.desk.said() if said.startswith("dead-letters")]
        assert letters == ["dead-letters:1", "dead-letters:1"]


async def test_a_replica_gives_signs_of_life_however_long_it_compares_its_positions_with_the_log(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = asyncio.Event()

    async def slow(*_: object) -> None:
        await compared.wait()

    async with town.lives() as replica:
        await replica.ready()
        monkeypatch.setattr("shared.runtime.subscription.verify", slow)
        subscription = replica.process.subscription
        async with asyncio.timeout(10):
            await subscription.revoked()
            await subscription.assigned(subscription.consumer.assignment())
        assert await replica.missing() == ["own-streams-not-read"]

        compared.set()
        await replica.ready()


async def test_no_service_makes_a_topic_by_itself(town: Town) -> None:
    await town.unmake("case-keys")
    await until(lambda: _gone(town, "case-keys"))

    async with town.process() as process:
        subscribing = asyncio.ensure_future(process.subscribe())
        await until(lambda: _begun(process))
        assert await _gone(town, "case-keys")
        subscribing.cancel()
        await asyncio.wait([subscribing])
        await process.broker.stop()


async def _gone(town: Town, topic: str) -> bool:
    return topic not in await town.topics()


async def _begun(process: Process) -> bool:
    """Whether the library has done all that it does about topics before it reads."""
    return process.subscription.subscriber is not None and process.subscription.subscriber.consumer is not None
