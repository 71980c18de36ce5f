"""Positions against the log itself: a log that is shorter, or another, than remembered must stop the service."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.runtime.kafka import KafkaSettings, drop
from shared.runtime.record import record_of
from shared.runtime.turns import Place

_KNOWN: Final = """
SELECT topic, partition, next, digest FROM positions JOIN unnest($1::text[], $2::int[]) AS v (topic, partition)
USING (topic, partition)"""
_ENSURE: Final = """
INSERT INTO positions (topic, partition) SELECT * FROM unnest($1::text[], $2::int[]) ON CONFLICT DO NOTHING"""


class LogChanged(RuntimeError):
    """The log is not the one that was read: resend from `said`, then `senandung positions accept`."""

    def __init__(self, place: Place, why: str) -> None:
        super().__init__(f"{place[0]}[{place[1]}]: {why}. Resend, then run `senandung positions accept`")
        self.place, self.why = place, why


@dataclass(frozen=True, slots=True)
class Position:
    """The next offset to apply, and the digest of the record before it."""

    next: int
    digest: bytes | None


async def positions(pool: asyncpg.Pool, places: Sequence[Place]) -> dict[Place, Position]:
    """Stored positions of partitions; a row is made for each that has none, so that a turn can lock it."""
    topics, partitions = [place[0] for place in places], [place[1] for place in places]
    await pool.execute(_ENSURE, topics, partitions)
    rows = await pool.fetch(_KNOWN, topics, partitions)
    return {(row[0], row[1]): Position(row[2], row[3]) for row in rows}


async def verify(kafka: KafkaSettings, known: Mapping[Place, Position], *, seconds: float = 20) -> None:
    """Compare the last record that was applied of each partition with the log. Raises `LogChanged`."""
    started = {place: position for place, position in known.items() if position.next > 0}
    if not started:
        return
    consumer = AIOKafkaConsumer(**kafka.client(), auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        await asyncio.wait_for(_verify(consumer, kafka.prefix, started), seconds)
    finally:
        await drop(consumer)


async def _verify(consumer: AIOKafkaConsumer, prefix: str, known: Mapping[Place, Position]) -> None:
    places = {TopicPartition(prefix + place[0], place[1]): place for place in known}
    consumer.assign(list(places))
    begins, ends = await consumer.beginning_offsets(list(places)), await consumer.end_offsets(list(places))
    todo = set()
    for part, place in places.items():
        if ends[part] < known[place].next:
            raise LogChanged(place, f"ends at {ends[part]}, but {known[place].next} had been read")
        if begins[part] > known[place].next:
            raise LogChanged(place, f"begins at {begins[part]}, but {known[place].next} is the next to read")
        if begins[part] < known[place].next and known[place].digest:
            consumer.seek(part, known[place].next - 1)
            todo.add(part)
        else:
            consumer.pause(part)
    await _compare(consumer, places, known, {part: ends[part] for part in todo})


async def _compare(
    consumer: AIOKafkaConsumer,
    places: Mapping[TopicPartition, Place],
    known: Mapping[Place, Position],
    todo: dict[TopicPartition, int],
) -> None:
    """Until each has shown its record, or its end: a record that compaction took away cannot be compared."""
    while todo:
        for part, records in (await consumer.getmany(timeout_ms=200, max_records=len(todo) * 2)).items():
            place, first = places[part], record_of(records[0])
            todo.pop(part, None)
            consumer.pause(part)
            if first.offset == known[place].next - 1 and first.digest() != known[place].digest:
                raise LogChanged(place, f"another record lies at {first.offset} than had been read")
        for part in [part for part, end in todo.items() if await consumer.position(part) >= end]:
            del todo[part]


async def nothing_between(kafka: KafkaSettings, gaps: Mapping[Place, tuple[int, int]], *, seconds: float = 5) -> bool:
    """Whether no record lies from one offset up to another: only markers of transactions, or what compaction left."""
    consumer = AIOKafkaConsumer(**kafka.client(), auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        return await asyncio.wait_for(_all_bare(consumer, kafka.prefix, gaps), seconds)
    except TimeoutError:
        return False
    finally:
        await drop(consumer)


async def _all_bare(consumer: AIOKafkaConsumer, prefix: str, gaps: Mapping[Place, tuple[int, int]]) -> bool:
    ends = {TopicPartition(prefix + place[0], place[1]): gap for place, gap in gaps.items()}
    consumer.assign(list(ends))
    for part, (begin, _) in ends.items():
        consumer.seek(part, begin)
    while ends:
        found = await consumer.getmany(timeout_ms=200)
        if any(record.offset < ends[part][1] for part, records in found.items() for record in records if part in ends):
            return False
        for part in [part for part in ends if await consumer.position(part) >= ends[part][1]]:
            del ends[part]
    return True


async def untouched(pool: asyncpg.Pool, place: Place) -> bool:
    """Whether nothing was read of a log since an operator accepted it, or ever."""
    return bool(await pool.fetchval("SELECT at IS NULL FROM positions WHERE topic = $1 AND partition = $2", *place))


async def accept(pool: asyncpg.Pool, kafka: KafkaSettings, place: Place) -> int:
    """An operator takes the log as it is now: read on from its beginning; what is known already changes nothing."""
    consumer = AIOKafkaConsumer(**kafka.client(), enable_auto_commit=False)
    await consumer.start()
    try:
        part = TopicPartition(kafka.prefix + place[0], place[1])
        begin = int((await consumer.beginning_offsets([part]))[part])
    finally:
        await drop(consumer)
    await pool.execute(
        "UPDATE positions SET next = $3, digest = NULL, at = NULL WHERE topic = $1 AND partition = $2", *place, begin
    )
    return begin
