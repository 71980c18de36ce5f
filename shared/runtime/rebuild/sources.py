"""Where a rebuild reads from: what was said, as its speaker keeps it, and logs up to the stored positions."""

from collections.abc import AsyncIterator, Mapping
from typing import Final

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.runtime.books import Connection
from shared.runtime.kafka import KafkaSettings, drop
from shared.runtime.positions import Position
from shared.runtime.rebuild.past import Name, Spoken
from shared.runtime.record import Record, record_of
from shared.runtime.turns import Place
from shared.runtime.wiring import Wiring

BATCH: Final = 1_000
_SAID: Final = """
SELECT stream, subject, id, owner, headers, data, said_at FROM said
WHERE (stream = $1) = $2 ORDER BY said_at, ctid"""
_POSITIONS: Final = "SELECT topic, partition, next, digest FROM positions WHERE next > 0"


async def positions(sql: Connection, wiring: Wiring) -> dict[Place, Position]:
    """How far each stream of facts was heard."""
    rows = await sql.fetch(_POSITIONS)
    return {(row[0], row[1]): Position(row[2], row[3]) for row in rows if row[0] in wiring.heard}


async def waiting(sql: Connection) -> frozenset[Name]:
    """What was heard and never applied."""
    rows = await sql.fetch("SELECT record FROM public.waiting")
    records = (msgspec.msgpack.decode(row[0], type=Record) for row in rows)
    return frozenset((record.topic, record.header("ce_id")) for record in records)


async def said(sql: Connection, wiring: Wiring) -> AsyncIterator[list[Spoken]]:
    """All that was said, in batches, in its order; outcomes first, for they tell what was set aside.

    What one turn said lies as it was said, for nothing of it is ever changed: two notices of one moment to one party
    under different ids have no other order.
    """
    for answers in (True, False):
        batch: list[Spoken] = []
        async for row in sql.cursor(_SAID, wiring.answers, answers, prefetch=BATCH):
            batch.append(Spoken(*row))
            if len(batch) == BATCH:
                yield batch
                batch = []
        yield batch


async def logged(kafka: KafkaSettings, known: Mapping[Place, Position]) -> AsyncIterator[list[Record]]:
    """Records of partitions from their beginning up to the positions, in batches."""
    if not known:
        return
    consumer = AIOKafkaConsumer(**kafka.client(), auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        async for batch in _read(consumer, kafka.prefix, known):
            yield batch
    finally:
        await drop(consumer)


async def _read(
    consumer: AIOKafkaConsumer, prefix: str, known: Mapping[Place, Position]
) -> AsyncIterator[list[Record]]:
    """A position is past what lies in a log, holes and markers included: it alone tells that a partition is read."""
    ends = {TopicPartition(prefix + topic, number): it.next for (topic, number), it in known.items()}
    consumer.assign(list(ends))
    await consumer.seek_to_beginning(*ends)
    while ends:
        found = await consumer.getmany(timeout_ms=200, max_records=BATCH)
        yield [record_of(raw, prefix) for part, raws in found.items() for raw in raws if raw.offset < ends.get(part, 0)]
        for part in [part for part, end in ends.items() if await consumer.position(part) >= end]:
            del ends[part]
            consumer.pause(part)
