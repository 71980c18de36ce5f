"""From `said` to the log: in order per subject, at least once, by whoever holds the lane."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg
import msgspec
import structlog
from aiokafka import AIOKafkaProducer

from shared.runtime.kafka import KafkaSettings, drop, new_producer

_TAKE: Final = """
SELECT o.id, o.stream, o.subject, s.partition, s.headers, s.data
FROM outbox o JOIN said s USING (stream, subject, sequence)
WHERE o.lane = ANY($1) ORDER BY o.id LIMIT $2"""
_HOLD: Final = "SELECT lane FROM unnest($1::int[]) AS lane WHERE pg_try_advisory_xact_lock($2, lane)"
_STALE: Final = "SELECT DISTINCT lane FROM outbox WHERE since < now() - interval '10 seconds'"
_NAMESPACE: Final = 730_199
_BATCH: Final = 2_000
_ACKNOWLEDGED_WITHIN: Final = 15.0
"""Seconds. A send that took longer is unknown, not failed: the producer is dropped and all is sent again."""

_unpack: Final = msgspec.msgpack.Decoder(list[tuple[str, bytes]]).decode

log = structlog.get_logger()


@dataclass(slots=True)
class Relay:
    """Publishes one service's outbox. `lanes` tells which partitions this replica holds now."""

    pool: asyncpg.Pool
    kafka: KafkaSettings
    name: str
    lanes: Callable[[], Sequence[int]]
    published: Callable[[int], None] = lambda _: None
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    producer: AIOKafkaProducer | None = None
    swept: float = 0.0

    async def run(self) -> None:
        """Until cancelled. A broker that is away is waited for; nothing is lost by waiting."""
        pause = 0.0
        try:
            while True:
                try:
                    sent = await self._round()
                    pause = 0.0
                except Exception as problem:  # noqa: BLE001 - whatever it was, a new producer and the outbox are the remedy
                    await self._give_up(problem)
                    pause = min(5.0, (pause or 0.1) * 2)
                    await asyncio.sleep(pause)
                    continue
                if sent < _BATCH:
                    await self._rest()
        finally:
            if self.producer is not None:
                await drop(self.producer)

    async def drain(self) -> int:
        """Publish what there is, once; gives how many."""
        return await self._round()

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.wake.wait(), 0.5)

    async def _round(self) -> int:
        self.wake.clear()
        if self.producer is None:
            self.producer = await new_producer(self.kafka, self.name)
        async with self.pool.acquire() as sql:
            lanes = list(self.lanes()) + await self._stale(sql)
            if not lanes:
                return 0
            async with sql.transaction():
                held = [row[0] for row in await sql.fetch(_HOLD, lanes, _NAMESPACE)]
                rows = await sql.fetch(_TAKE, held, _BATCH)
                if rows:
                    await self._publish(self.producer, rows)
                    await sql.execute("DELETE FROM outbox WHERE id = ANY($1)", [row[0] for row in rows])
        self.published(len(rows))
        return len(rows)

    async def _stale(self, sql: Any) -> list[int]:  # a pooled connection
        """Lanes whose holder is gone: swept by anyone, now and then."""
        now = asyncio.get_running_loop().time()
        if now - self.swept < 5:
            return []
        self.swept = now
        return [row[0] for row in await sql.fetch(_STALE)]

    async def _publish(self, producer: AIOKafkaProducer, rows: Sequence[asyncpg.Record]) -> None:
        """Whole batches per partition, and only then their acknowledgements: order per subject is kept."""
        places: dict[tuple[str, int], list[asyncpg.Record]] = defaultdict(list)
        for row in rows:
            places[self.kafka.prefix + row[1], row[3]].append(row)
        acks = [ack for place, part in places.items() for ack in await self._send(producer, place, part)]
        await asyncio.wait_for(asyncio.gather(*acks), _ACKNOWLEDGED_WITHIN)

    async def _send(
        self, producer: AIOKafkaProducer, place: tuple[str, int], rows: Sequence[asyncpg.Record]
    ) -> list["asyncio.Future[Any]"]:
        acks, batch = [], producer.create_batch()
        for _, _, subject, _, headers, data in rows:
            record = {"key": str(subject).encode(), "value": data, "headers": _unpack(headers), "timestamp": None}
            if batch.append(**record) is None:
                acks.append(await self._queue(producer, batch, place))
                batch = producer.create_batch()
                batch.append(**record)
        acks.append(await self._queue(producer, batch, place))
        return acks

    async def _queue(self, producer: AIOKafkaProducer, batch: Any, place: tuple[str, int]) -> "asyncio.Future[Any]":
        sending = producer.send_batch(batch, place[0], partition=place[1])
        return await asyncio.wait_for(sending, _ACKNOWLEDGED_WITHIN)

    async def _give_up(self, problem: Exception) -> None:
        log.warning("relay.repeats", why=type(problem).__name__)
        producer, self.producer = self.producer, None
        if producer is not None:
            await drop(producer)
