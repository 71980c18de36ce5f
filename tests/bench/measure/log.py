"""The topics of one run: made, filled, watched, read back and deleted."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.bench.workload.facts import LANES, Incoming

_SETTINGS = {"message.timestamp.type": "LogAppendTime"}


@contextlib.asynccontextmanager
async def topics(bootstrap: str, names: Sequence[str]) -> AsyncIterator[None]:
    """Topics of twelve partitions for as long as a run takes."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, LANES, 1, topic_configs=_SETTINGS) for name in names])
        yield
        await admin.delete_topics([name for name in await admin.list_topics() if name.startswith(names[0][:-5])])
    finally:
        await admin.close()


async def fill(bootstrap: str, topic: str, records: Iterable[Incoming]) -> None:
    """Write records, each into its partition, in batches, and wait until the broker has them all."""
    parts: dict[int, list[Incoming]] = defaultdict(list)
    for record in records:
        parts[record.partition].append(record)
    async with AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, compression_type="lz4", max_batch_size=262_144
    ) as producer:
        acks = [ack for part, mine in parts.items() for ack in await _write(producer, topic, part, mine)]
        await asyncio.gather(*acks)


async def _write(producer: AIOKafkaProducer, topic: str, part: int, records: Sequence[Incoming]) -> list[Any]:
    acks, batch = [], producer.create_batch()
    for _, key, headers, value in records:
        if batch.append(key=key, value=value, headers=headers, timestamp=None) is None:
            acks.append(await producer.send_batch(batch, topic, partition=part))
            batch = producer.create_batch()
            batch.append(key=key, value=value, headers=headers, timestamp=None)
    acks.append(await producer.send_batch(batch, topic, partition=part))
    return acks


class Watch:
    """Tells how far a topic has grown."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self.parts = [TopicPartition(topic, n) for n in range(LANES)]
        self.consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, isolation_level="read_uncommitted")

    async def length(self) -> int:
        """Records in the topic; the marks of transactions count too."""
        return sum((await self.consumer.end_offsets(self.parts)).values())

    async def __aenter__(self) -> Self:
        await self.consumer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.consumer.stop()


async def everything(bootstrap: str, topic: str) -> list[Any]:  # records of a library without types
    """All committed records of a topic, each partition's in order."""
    parts = [TopicPartition(topic, n) for n in range(LANES)]
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap, isolation_level="read_committed") as consumer:
        consumer.assign(parts)
        await consumer.seek_to_beginning(*parts)
        ends, found = await consumer.end_offsets(parts), []
        while any([await consumer.position(part) < end for part, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found += records
        return found
