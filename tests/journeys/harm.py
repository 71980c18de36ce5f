"""What befalls messages and logs: lost, doubled, forged, poisoned, cut off; and what operators then do about it."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterable
from time import monotonic
from uuid import UUID, uuid4

import msgspec
from pydantic import JsonValue

from deploy.demo.line import Line
from deploy.demo.officer import Officer
from shared.contracts.message import Caller
from shared.contracts.topics import PARTITIONS, SERVICES, STREAMS, spoken_by
from shared.runtime.kafka import drop, new_producer
from tests.journeys.city import Town
from tests.journeys.ending import lines_of
from tests.journeys.faults import PATIENCE, Fault, Road
from tests.journeys.journey import until

LOSSY = """
CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN IF random() < 0.03 THEN RETURN NULL; END IF; RETURN NEW; END';
CREATE TRIGGER lossy BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION lose()"""
KEPT = "DROP TRIGGER lossy ON outbox; DROP FUNCTION lose()"
POISON = """
CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN
     IF NEW.key = ''{case}'' AND length(NEW.doc) > 0 THEN RAISE ''poison'' USING ERRCODE = ''22P05''; END IF;
     RETURN NEW;
   END';
CREATE TRIGGER poison BEFORE INSERT OR UPDATE ON subjects FOR EACH ROW EXECUTE FUNCTION poison()"""
CURED = "DROP TRIGGER poison ON subjects; DROP FUNCTION poison()"


async def messages_harmed(road: Road) -> None:
    """Events dropped on their way to the log, doubled in it, and one forged, at every hop; operators heal it."""
    await road.further(20, 60)
    for service in SERVICES:
        await road.town.execute(service, LOSSY)
    try:
        forged = await _harm(road)
    finally:
        for service in SERVICES:
            await road.town.execute(service, KEPT)
    road.strikes("messages lost, doubled, forged")
    for service in SERVICES:
        await set_aside(road, service, forged.envelope.id)
        await say_again(road.town, service, spoken_by(service))
    road.strikes("healed")


async def _harm(road: Road) -> Line:
    """Gives the forged fact. Each child may stop at what was lost, so this goes on for as long as anything does."""
    await road.as_far_as_it_goes()
    there = await lines_of(road.journey)
    await _append(road, road.chance.sample(there, min(60, len(there))))
    forged = _forged(road, [line for line in there if line.topic == "cases" and line.subject in road.journey.mine])
    await _append(road, [forged])
    await road.as_far_as_it_goes()
    return forged


async def _append(road: Road, lines: Iterable[Line]) -> None:
    producer = await new_producer(road.town.kafka_settings, "nobody")
    try:
        for line in lines:
            await producer.send_and_wait(
                line.topic, line.value, key=line.key, headers=list(line.headers), partition=line.partition
            )
    finally:
        await drop(producer)


def _forged(road: Road, lines: list[Line]) -> Line:
    """Another fact under a number that one has already."""
    line, id_ = road.chance.choice(lines), str(uuid4())
    road.forged.add(id_)
    headers = tuple((name, id_.encode() if name == "ce_id" else value) for name, value in line.headers)
    return Line(
        line.topic, line.partition, line.offset, line.at, line.key, headers, line.value,
        msgspec.structs.replace(line.envelope, id=id_), line.data,
    )  # fmt: skip


async def set_aside(road: Road, service: str, event: str) -> None:
    """An operator discards what should never have been said; others of its case wait until then."""
    query = "SELECT id FROM waiting WHERE why = 'fork'"
    await eventually(road, lambda: _rows(road.town, service, query), f"the forged fact in {service}")
    for (id_,) in await road.town.sql(service, query):
        await operate(road.town, service, f"/operations/waiting/{id_}/discard", {"reason": "said-in-error"})


async def poison_in_one_case(road: Road) -> None:
    """Routing cannot keep what it hears of one child: all others are closed, it waits, and a release frees it."""
    town, journey = road.town, road.journey
    town.kill("routing")
    journey.report()
    await until(journey, lambda: len(journey.mine) == journey.children, "every case", seconds=PATIENCE)
    case = min(case for case, report in journey.mine.items() if report.startswith("koppaja"))
    await town.execute("routing", POISON.format(case=case))
    await road.away(town.bring_back)
    await until(journey, lambda: len(journey.closed) == journey.children - 1, "all others", seconds=PATIENCE * 2)
    assert case not in journey.closed
    waits = "SELECT DISTINCT why FROM waiting WHERE subject = $1"
    assert "failed" in {row[0] for row in await town.sql("routing", waits, UUID(case))}
    await town.execute("routing", CURED)
    town.kill("routing")
    town.settings["routing"]["RELEASE"] = f"after-{journey.name}"
    await road.away(town.bring_back)
    road.strikes("a release")


async def log_cut_off(road: Road) -> None:
    """The broker comes back without the end of a log: whoever had read it stops and says so, until it is healed."""
    town = road.town
    await road.further(30, 80)
    there = await lines_of(road.journey)
    place = max((line.topic, line.partition) for line in there if line.topic == "referrals")
    town.kafka.stop_node(1, signal.SIGKILL)
    assert town.truncate(*place, keep=0.5) > 0
    road.journey.begins[place] = 0
    await road.away(town.kafka.start_node, 1)
    road.strikes("log cut off")
    await heal(road, *place)


async def topic_made_again(road: Road) -> None:
    """A topic is deleted and made again, empty: the same."""
    await road.further(30, 80)
    await road.town.remake("placements")
    road.strikes("topic made again")
    road.journey.begins |= {("placements", partition): 0 for partition in range(PARTITIONS)}
    await heal(road, "placements", *range(PARTITIONS))


async def eventually(road: Road, holds: Callable[[], Awaitable[bool]], what: str) -> None:
    """Wait for something that must be asked for. Raises `TimeoutError` with what did not come."""
    deadline = monotonic() + PATIENCE
    while not await holds():
        if monotonic() > deadline:
            raise TimeoutError(f"{what} did not come; {road.journey.left()}")
        await asyncio.sleep(0.2)


async def _rows(town: Town, service: str, query: str) -> bool:
    return bool(await town.sql(service, query))


async def _halted(town: Town, services: Iterable[str]) -> bool:
    """Whether each has stopped, or says that it is not ready."""
    found = [await asyncio.to_thread(town.ready, service) for service in services]
    return not any(found)


async def heal(road: Road, topic: str, *partitions: int) -> None:
    """Readers that stopped are started, the speaker says all again, and each is told to take the log as it is."""
    town, stream = road.town, STREAMS[topic]
    hearers = sorted({stream.speaker, *stream.hearers} & set(SERVICES))
    await eventually(road, lambda: _halted(town, hearers), f"{hearers} stop")
    await road.away(town.revive)
    await say_again(town, stream.speaker, [topic])
    for service in hearers:
        for partition in partitions:
            asked: dict[str, JsonValue] = {"topic": topic, "partition": partition}
            await operate(town, service, "/operations/positions/accept", asked)
    for service in hearers:
        await road.away(town.wait_ready, service)


async def say_again(town: Town, service: str, streams: Iterable[str]) -> None:
    """`senandung resend`."""
    for stream in streams:
        await operate(town, service, "/operations/resend", {"stream": stream, "subject": None, "from_sequence": 1})


async def operate(town: Town, service: str, path: str, body: dict[str, JsonValue]) -> None:
    """What an operator does."""
    urls: dict[str, str] = {name: town.url(name) for name in SERVICES}
    officer = Officer(Caller("dinsos", "operator", "petugas-1"), urls, town.keys, [])
    answer = await officer.sends(service, "POST", path, body)
    assert answer.status < 400, f"{service} {path}: {answer}"


FAULTS: tuple[Fault, ...] = (messages_harmed, poison_in_one_case, log_cut_off, topic_made_again)
