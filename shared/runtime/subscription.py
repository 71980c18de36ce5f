"""One subscription over all streams of a service: batches to turns, read on from positions in the database."""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber

from shared.runtime.kafka import KafkaSettings, drop
from shared.runtime.logs import Plain
from shared.runtime.positions import LogChanged, Position, nothing_between, positions, untouched, verify
from shared.runtime.reading import BATCH, FETCH_WAIT_MS, Reading
from shared.runtime.record import Record, record_of
from shared.runtime.turns import AWAY, BadDeploy, Contended, Misplaced, Place, Turns
from shared.runtime.wiring import Wiring

_FETCH_BYTES: Final = 2_097_152
"""Of one answer, as it came over the wire: what is read ahead is memory, and two turns of it are enough."""
_REJOIN_SECONDS: Final = 30
"""How long others wait for a replica to join again at most, for it may be stopped; a client waits no longer than 40."""

log = structlog.get_logger()


@dataclass(slots=True, repr=False)  # FastStream asks for it, and it would be all law and every profile: 3 s and 12 MB
class Subscription:
    """Reads for one replica. `ready` is set once our own streams have been read to their end."""

    turns: Turns
    wiring: Wiring
    kafka: KafkaSettings
    session_seconds: int = 10
    cursors: dict[Place, int] = field(default_factory=dict)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    stopped: asyncio.Future[None] | None = None
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    reading: asyncio.Task[None] | None = None
    subscriber: BatchSubscriber | None = None
    halted: LogChanged | None = None
    accepting: asyncio.Lock = field(default_factory=asyncio.Lock)
    holes: dict[Place, int] = field(default_factory=dict)
    gaps: dict[Place, tuple[int, int]] = field(default_factory=dict)
    bare: dict[Place, tuple[int, int]] = field(default_factory=dict)
    """Ranges at the ends of logs in which no record lies."""
    turn: asyncio.Task[None] | None = None

    def attach(self, broker: KafkaBroker) -> None:
        """Declare the subscription; it starts with the broker."""
        self.turns.recalling = lambda: not self.ready.is_set()
        subscribe = broker.subscriber(
            *(self.kafka.prefix + topic for topic in self.wiring.topics),
            batch=True,
            group_id=self.kafka.prefix + self.wiring.domain.name,
            parser=_as_it_is,
            decoder=_records,
            ack_policy=AckPolicy.MANUAL,
            no_reply=True,
            listener=_Listener(self),
            partition_assignment_strategy=(RangePartitionAssignor,),
            auto_offset_reset="earliest",
            fetch_max_wait_ms=FETCH_WAIT_MS,
            fetch_max_bytes=_FETCH_BYTES,
            max_partition_fetch_bytes=_FETCH_BYTES // 8,
            max_records=BATCH,
            session_timeout_ms=self.session_seconds * 1000,
            heartbeat_interval_ms=self.session_seconds * 1000 // 4,
            rebalance_timeout_ms=min(_REJOIN_SECONDS, 3 * self.session_seconds) * 1000,
            max_poll_interval_ms=3_600_000,
        )
        subscribe(self.on_records)
        self.subscriber = next(iter(broker.subscribers))  # type: ignore[assignment]  # the broker's list holds base classes
        reading = Reading(self.wiring, self.kafka.prefix, self.ready.is_set)
        self.subscriber.get_msg = reading.batch  # type: ignore[method-assign, union-attr]  # its own sleeps after a wait in which nothing came: what comes then is late

    @property
    def consumer(self) -> AIOKafkaConsumer:
        """The client under the subscription; only while it runs."""
        assert self.subscriber is not None
        assert self.subscriber.consumer is not None
        return self.subscriber.consumer

    async def drop(self) -> None:
        """Let go of a client that did not come to read."""
        if self.subscriber is not None and self.subscriber.consumer is not None:
            await drop(self.subscriber.consumer)

    def lanes(self) -> list[int]:
        """Which partitions of the subject streams this replica holds."""
        return sorted({partition for topic, partition in self.cursors if self.wiring.streams[topic].partitions > 1})

    async def on_records(self, raw: Sequence[ConsumerRecord]) -> None:
        """One batch is one turn. A fault of the database is waited out; only what nobody can mend stops the service."""
        records = [record_of(record, self.kafka.prefix) for record in raw]
        mine = [record for record in records if (record.topic, record.partition) in self.cursors]
        if skipped := self._skipped(mine):
            if await self._as_remembered(list(skipped)):
                self._read_on(skipped)
        elif mine:
            await self._turn(mine)

    async def _as_remembered(self, places: Sequence[Place]) -> bool:
        """Whether these logs are still those that were read; else nothing is read on."""
        try:
            await self._known(places)
        except LogChanged as problem:
            self._halt(problem)
            return False
        return True

    def _skipped(self, records: Sequence[Record]) -> dict[Place, int]:
        """Partitions that do not go on where we had read to: something between was dropped before it came to us.

        A hole that is still there after reading again is one in the log (compaction, markers of transactions).
        """
        firsts: dict[Place, int] = {}
        for record in records:
            firsts.setdefault((record.topic, record.partition), record.offset)
        torn = {place: first for place, first in firsts.items() if first != self.cursors[place]}
        skipped = {place: self.cursors[place] for place, first in torn.items() if self.holes.get(place) != first}
        self.holes = torn
        return skipped

    async def _turn(self, mine: Sequence[Record]) -> None:
        async with self.busy:
            self.turn = asyncio.ensure_future(self.turns.batch(mine, self.cursors))
            try:
                await self.turn
            except Misplaced as misplaced:
                self._read_on(misplaced.places)
            except asyncio.CancelledError:
                if not self.turn.cancelled() or asyncio.current_task().cancelling():  # type: ignore[union-attr]  # we run in a task
                    raise
            except Exception as problem:  # noqa: BLE001 - whatever it is, it is told, and the service stops
                self._stop(problem)
            else:
                self.cursors.update(
                    {(r.topic, r.partition): r.offset + 1 for r in mine if (r.topic, r.partition) in self.cursors}
                )

    def _read_on(self, places: Mapping[Place, int]) -> None:
        """Somebody else has moved a position, or we were cut off: go where the database says."""
        for place, offset in places.items():
            log.warning("position.moved", topic=place[0], partition=place[1], next=offset)
            if place in self.cursors:
                self.cursors[place] = offset
                with contextlib.suppress(IllegalStateError):
                    self.consumer.seek(self._part(place), offset)

    def _stop(self, problem: Exception) -> None:
        log.critical(
            "service.stops",
            why=type(problem).__name__,
            detail=Plain(problem) if isinstance(problem, (LogChanged, BadDeploy)) else "",
        )
        if self.stopped is not None and not self.stopped.done():
            self.stopped.set_exception(problem)

    def _part(self, place: Place) -> TopicPartition:
        return TopicPartition(self.kafka.prefix + place[0], place[1])

    def _place(self, part: TopicPartition) -> Place:
        return (part.topic[len(self.kafka.prefix) :], part.partition)

    # -- assignment -----------------------------------------------------------------------------------------------

    async def revoked(self) -> None:
        """Give up in-place waits only: positions fence whatever is still under way."""
        self._pause_work()
        if self.turn is not None and not self.turn.done():
            self.turn.cancel()
        self.cursors.clear()
        self.bare.clear()

    def _pause_work(self) -> None:
        self.ready.clear()
        if self.reading is not None:
            self.reading.cancel()

    async def assigned(self, parts: Iterable[TopicPartition]) -> None:
        """Read on from the database's positions, our own streams first.

        Nothing is awaited here, for until this returns the client gives no sign of life: whoever compared its positions
        with the log for longer than a session would be put out of the group, and begin again, for ever.
        """
        if parts := list(parts):
            self.consumer.pause(*parts)
            self.reading = asyncio.ensure_future(self._read_from(parts))

    async def _read_from(self, parts: Sequence[TopicPartition]) -> None:
        try:
            if await self._placed([self._place(part) for part in parts]):
                await self._own_first(parts)
        except LogChanged as problem:
            self._halt(problem)
        except Exception as problem:  # noqa: BLE001 - whatever it is, it is told, and the service stops
            self._stop(problem)

    async def _placed(self, places: Sequence[Place]) -> bool:
        """Go to the positions; False where the partitions were taken from us meanwhile. Raises `LogChanged`."""
        self._all_there()
        known = await self._known(places)
        self.halted = None
        try:
            for place in places:
                self.consumer.seek(self._part(place), known[place].next)
        except IllegalStateError:
            return False
        self.cursors.update({place: known[place].next for place in places})
        return True

    def _all_there(self) -> None:
        """Raise `LogChanged` for a topic that somebody deleted: Kafka hands out the rest as if there were no more."""
        for topic in self.wiring.topics:
            if self.consumer.partitions_for_topic(self.kafka.prefix + topic) is None:
                raise LogChanged((topic, 0), "the topic is gone")

    async def _known(self, places: Sequence[Place]) -> Mapping[Place, Position]:
        """Positions that fit the log. A server that is away is waited for. Raises `LogChanged`."""
        while True:
            try:
                known = await positions(self.turns.pool, places)
                await verify(self.kafka, known)
            except (*AWAY, KafkaError, TimeoutError) as problem:
                log.warning("assignment.repeats", why=type(problem).__name__)
                await asyncio.sleep(1)
            else:
                return known

    def _halt(self, problem: LogChanged) -> None:
        """Read nothing on from a log that is not the one we know, until an operator accepts it."""
        log.critical("log.changed", topic=problem.place[0], partition=problem.place[1], why=Plain(problem.why))
        self.halted = problem
        self._pause_work()
        self.consumer.pause(*self.consumer.assignment())

    async def look_again(self) -> None:
        """An operator may have accepted our log at another replica than this."""
        begun = self.reading is not None and not self.reading.done()
        if self.halted and not begun and await untouched(self.turns.pool, self.halted.place):
            await self.start_over()

    async def start_over(self) -> None:
        """After an operator accepted a log: as if the partitions had just been assigned."""
        async with self.accepting:
            parts = self.consumer.assignment()
            await self.revoked()
            self.consumer.resume(*parts)
            await self.assigned(parts)

    async def _own_first(self, parts: Sequence[TopicPartition]) -> None:
        """Decide nothing before we know all that we have ever said; a server that is away is waited for."""
        while True:
            try:
                return await self._read_own(parts)
            except (*AWAY, Contended, KafkaError, TimeoutError) as problem:
                log.warning("assignment.repeats", why=type(problem).__name__)
                await asyncio.sleep(1)

    async def _read_own(self, parts: Sequence[TopicPartition]) -> None:
        self._resume(part for part in parts if self._place(part)[0] in self.wiring.first)
        own = [(topic, n) for topic in self.wiring.first for n in range(self.wiring.streams[topic].partitions)]
        while not await self.reached(own):  # noqa: ASYNC110 - the log tells nobody that its end was reached
            await asyncio.sleep(0.05)
        self._resume(parts)
        async with self.busy:
            self.ready.set()
        await self.turns.look_again()
        log.info("service.ready", lanes=len(self.lanes()))

    def _resume(self, parts: Iterable[TopicPartition]) -> None:
        with contextlib.suppress(IllegalStateError):
            self.consumer.resume(*parts)

    async def reached(self, places: Sequence[Place]) -> bool:
        """Whether the positions in the database have reached what the logs hold at this moment."""
        ends = await self.consumer.end_offsets([self._part(place) for place in places])
        known = await positions(self.turns.pool, places)
        gaps = {place: (known[place].next, end) for part, end in ends.items() for place in [self._place(part)]}
        return await self._bare({place: gap for place, gap in gaps.items() if gap[0] < gap[1]})

    async def _bare(self, gaps: dict[Place, tuple[int, int]]) -> bool:
        """Whether nothing is left to read, for a log may end in what is no record; asked of those that stay behind."""
        asked = {place: gap for place, gap in gaps.items() if self.bare.get(place) != gap}
        again, self.gaps = asked == self.gaps, asked
        if asked and again and await nothing_between(self.kafka, asked):
            self.bare |= asked
            return True
        return not asked


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # the library has no types
    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # noqa: ARG002 - the library's form
        await self.subscription.revoked()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        await self.subscription.assigned(assigned)


async def _as_it_is(raw: tuple[ConsumerRecord, ...]) -> KafkaMessage:
    """FastStream's own parser decodes headers, and loses the batch at the first that is no text."""
    return KafkaMessage(body=raw, raw_message=raw, headers={}, consumer=_NOBODY)


async def _records(message: KafkaMessage) -> Any:  # FastStream hands it on as the body
    return message.raw_message


class _Nobody:
    """Stands for a consumer where a message must not acknowledge anything: positions are ours."""

    async def commit(self) -> None: ...

    def seek(self, partition: TopicPartition, offset: int) -> None: ...


_NOBODY: Final = _Nobody()
