"""One consumer over every topic, without a group: it sees what any reader with all rights would see, and keeps it."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.demo.line import Line, line_of
from shared.contracts.topics import STREAMS
from shared.runtime.kafka import KafkaSettings, drop

Shown: TypeAlias = Callable[[Line], None]
Which: TypeAlias = Callable[[Line], bool]


class DidNotComeError(RuntimeError):
    """What was waited for did not come in time; the message names it."""


@dataclass(slots=True)
class Watch:
    """What was read so far, in the order in which it came. `shown` is told each line."""

    shown: Shown
    consumer: AIOKafkaConsumer
    next: Counter[tuple[str, int]] = field(default_factory=Counter)
    """By topic and partition, the offset that comes next."""
    lines: list[Line] = field(default_factory=list)
    came: asyncio.Condition = field(default_factory=asyncio.Condition)
    patience: float = 25.0
    """Seconds that anything is waited for at least."""

    async def take(self, line: Line) -> None:
        """Keep a line, and wake who waits for it."""
        self.shown(line)
        self.next[line.topic, line.partition] = line.offset + 1
        async with self.came:
            self.lines.append(line)
            self.came.notify_all()

    async def ends(self) -> Mapping[tuple[str, int], int]:
        """Where the log ends now, by topic and partition; the empty ones are left out."""
        found = await self.consumer.end_offsets(self.consumer.assignment())
        return {(place.topic, place.partition): end for place, end in found.items() if end}

    async def all(self, which: Which, what: str, count: int, seconds: float = 0.0) -> list[Line]:
        """The lines of a kind, once there are `count`. Raises `DidNotComeError`."""
        seconds = max(seconds, self.patience)
        found: list[Line] = []
        read = 0

        def enough() -> bool:
            nonlocal read
            found.extend(filter(which, self.lines[read:]))
            read = len(self.lines)
            return len(found) >= count

        async with self.came:
            try:
                await asyncio.wait_for(self.came.wait_for(enough), seconds)
            except TimeoutError:
                have = f"{len(found)} of {count}"
                raise DidNotComeError(f"{what} did not come within {seconds:.0f} s ({have})") from None
        return found


@contextlib.asynccontextmanager
async def watching(kafka: KafkaSettings, shown: Shown) -> AsyncIterator[Watch]:
    """Read all topics from their beginning for as long as the block lasts."""
    consumer = AIOKafkaConsumer(**kafka.client(), auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    places = [TopicPartition(kafka.prefix + s.name, at) for s in STREAMS.values() for at in range(s.partitions)]
    consumer.assign(places)
    watch = Watch(shown, consumer)
    reading = asyncio.create_task(_read(watch))
    try:
        yield watch
    finally:
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading
        await drop(consumer)


async def _read(watch: Watch) -> None:
    while True:
        batches = await watch.consumer.getmany(timeout_ms=200)
        records = [record for batch in batches.values() for record in batch]
        for record in sorted(records, key=lambda each: each.timestamp):
            await watch.take(line_of(record))
