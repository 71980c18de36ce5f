"""A limit: from broker to broker with the same client and whole batches, and no work at all."""

import asyncio
from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from tests.bench.variants.program import program
from tests.bench.variants.where import Where
from tests.bench.workload.work import copies_of

MOST = 1_000


async def main() -> None:
    """Run until told to stop."""
    where = Where.from_environment()
    async with consumer(where) as source, producer(where) as target:
        while True:
            batches = (await source.getmany(timeout_ms=50, max_records=MOST)).items()
            acks = [await send(target, where.referrals, part.partition, records) for part, records in batches]
            await asyncio.gather(*acks)
            if batches:
                await source.commit()


def consumer(where: Where) -> AIOKafkaConsumer:
    """Reads the topic from its beginning."""
    return AIOKafkaConsumer(
        where.cases, bootstrap_servers=where.kafka, group_id=where.group, auto_offset_reset="earliest",
        enable_auto_commit=False,
    )  # fmt: skip


def producer(where: Where) -> AIOKafkaProducer:
    """As safe as the engine's own, and with batches as large."""
    return AIOKafkaProducer(
        bootstrap_servers=where.kafka, acks="all", enable_idempotence=True, compression_type="lz4",
        max_batch_size=1_048_576,
    )  # fmt: skip


async def send(
    target: AIOKafkaProducer, topic: str, partition: int, records: Iterable[ConsumerRecord]
) -> "asyncio.Future[object]":
    """One batch for one partition, copies included."""
    batch = target.create_batch()
    for record in records:
        for _ in range(copies_of(record.offset)):
            batch.append(key=record.key, value=record.value, timestamp=None, headers=list(record.headers))
    acknowledged: asyncio.Future[object] = await target.send_batch(batch, topic, partition=partition)
    return acknowledged


if __name__ == "__main__":
    program(main)
