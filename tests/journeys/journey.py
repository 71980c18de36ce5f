"""One journey: children are reported, agencies read and act, until every case is closed or nothing goes on."""

import asyncio
import contextlib
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from time import monotonic
from typing import Final, TypeAlias

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.demo.line import Line, line_of
from shared.contracts.topics import PARTIES, STREAMS, SUBJECT_STREAMS, outbox
from shared.runtime.kafka import KafkaSettings, drop, new_producer
from tests.journeys.people import Act, Party, headers, react, reports, value

SUBJECT: Final = frozenset(stream.name for stream in SUBJECT_STREAMS)
Ends: TypeAlias = dict[tuple[str, int], int]
"""Offsets by topic and partition."""
PLACES: Final = [(s.name, at) for s in STREAMS.values() for at in range(s.partitions)]


@dataclass(slots=True)
class Journey:
    """What the agencies of one journey have read and sent. `name` begins the id of each report."""

    name: str
    kafka: KafkaSettings
    children: int
    parties: dict[str, Party]
    to_come: list[Act]
    """Reports not yet sent."""
    begins: Ends = field(default_factory=dict)
    begun: datetime = field(default_factory=lambda: datetime.now(UTC))
    reading: asyncio.Event = field(default_factory=asyncio.Event)
    sent: dict[str, Act] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    mine: dict[str, str] = field(default_factory=dict)
    """Cases of this journey, by their id, with the report each came by."""
    closed: set[str] = field(default_factory=set)
    facts: int = 0
    types: Counter[str] = field(default_factory=Counter)
    stamps: list[float] = field(default_factory=list)
    """When each fact of this journey was seen."""
    early: dict[tuple[str, str], dict[int, Line]] = field(default_factory=lambda: defaultdict(dict))
    read: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By mailbox and subject, how many notices were acted upon; and those that came before their turn."""
    troubles: list[str] = field(default_factory=list)
    """What ended an agency's own system, which then began again."""
    doubled: float = 0.1
    """How many commands are sent twice, for their sender was not sure."""
    agenda: "asyncio.Queue[Act]" = field(default_factory=asyncio.Queue)

    @property
    def over(self) -> bool:
        return len(self.closed) == self.children

    def take(self, line: Line) -> None:
        """One record of any topic; what was said before this journey, and now again, is another's."""
        if line.envelope.id in self.seen or line.envelope.time < self.begun:
            return
        self.seen.add(line.envelope.id)
        if line.topic in SUBJECT:
            self._fact(line)
        elif line.topic.startswith("agency.") and line.topic.endswith(".in"):
            self._notice(line)

    def _fact(self, line: Line) -> None:
        if line.type == "child-identified" and line.envelope.causation in self.sent:
            self.mine[line.subject] = line.envelope.causation
        if line.subject in self.mine:
            self.facts += 1
            self.types[line.type] += 1
            self.stamps.append(monotonic())
            if line.type == "case-closed":
                self.closed.add(line.subject)

    def _notice(self, line: Line) -> None:
        """Notices of a child are acted upon in their order: one that comes before its predecessor is kept."""
        self.answered.update((line.envelope.causation, line.text("command")))
        if line.type == "command-refused" and line.text("command") in self.sent:
            self.refused.append(f"{line.text('command')}: {line.text('code')}")
        chain = line.topic, line.subject
        self.early[chain][line.envelope.sequence] = line
        while following := self.early[chain].pop(self.read[chain] + 1, None):
            self.read[chain] += 1
            self._acts(following)

    def _acts(self, line: Line) -> None:
        for act in react(self.parties[line.topic.split(".")[1]], line):
            if act.id not in self.sent:
                self.do(act)

    def do(self, act: Act) -> None:
        """Send a command, some of them twice."""
        self.sent[act.id] = act
        for _ in range(2 if self.parties[act.agency].chance("twice", act.key[:12]) < self.doubled else 1):
            self.agenda.put_nowait(act)

    def unanswered(self) -> list[Act]:
        """What was sent, and has no outcome yet that its sender could read."""
        return [act for id_, act in self.sent.items() if id_ not in self.answered]

    def again(self) -> int:
        """Whoever has no answer sends again; gives how many commands."""
        found = self.unanswered()
        for act in found:
            self.agenda.put_nowait(act)
        return len(found)

    def left(self) -> str:
        """What is not done yet, for people who must find out why."""
        open_ = [f"{case} of {report}" for case, report in self.mine.items() if case not in self.closed]
        silent = [act.id for act in self.unanswered()]
        return (
            f"{self.facts} facts, {len(self.mine)} of {self.children} cases, open: {open_[:3]}, "
            f"unanswered: {silent[:3]}, troubles of agencies: {self.troubles[-3:]}"
        )

    def report(self, share: float = 1.0) -> None:
        """Find some of the children, or all who are left."""
        for _ in range(min(len(self.to_come), 1 + round(share * self.children))):
            self.do(self.to_come.pop(0))


@contextlib.asynccontextmanager
async def travelling(
    name: str,
    kafka: KafkaSettings,
    *,
    children: int,
    seed: int = 1,
    off: Callable[[str], timedelta] = lambda _: timedelta(),
) -> AsyncIterator[Journey]:
    """A journey under way for as long as the block lasts. `off` tells how wrong each agency's clock is."""
    parties = {code: Party(code, seed, off(code)) for code in PARTIES}
    journey = Journey(name, kafka, children, parties, [*reports(name, children)])
    tasks = [asyncio.create_task(_forever(work, journey)) for work in (_read, _write)]
    try:
        await asyncio.wait_for(journey.reading.wait(), 30)
        yield journey
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _forever(work: Callable[[Journey], Awaitable[None]], journey: Journey) -> None:
    """Agencies' own systems start again, whatever ended them."""
    while True:
        try:
            await work(journey)
        except Exception as problem:  # noqa: BLE001 - it is told where the journey fails
            journey.troubles.append(f"{work.__name__}: {problem!r:.200}")
        await asyncio.sleep(0.2)


async def _read(journey: Journey) -> None:
    """All mailboxes, each by its agency; and what outsiders need to see that the journey is over."""
    async with asking(journey.kafka) as consumer:
        journey.begins = journey.begins or await ends(consumer)
        read_from(consumer, journey.begins)
        journey.reading.set()
        while True:
            for record in await records(consumer, 200):
                journey.take(record)


async def _write(journey: Journey) -> None:
    producer = await new_producer(journey.kafka, "agencies")
    try:
        while True:
            acts = [await journey.agenda.get()]
            while not journey.agenda.empty() and len(acts) < 200:
                acts.append(journey.agenda.get_nowait())
            try:
                await asyncio.wait_for(_send(producer, journey, acts), 15)
            except BaseException:
                for act in acts:
                    journey.agenda.put_nowait(act)
                raise
    finally:
        await drop(producer)


async def _send(producer: AIOKafkaProducer, journey: Journey, acts: list[Act]) -> None:
    waits = []
    for act in acts:
        now = journey.parties[act.agency].now()
        waits.append(await producer.send(outbox(act.agency), value(act), headers=headers(act, now)))
    await asyncio.gather(*waits)


@contextlib.asynccontextmanager
async def asking(kafka: KafkaSettings) -> AsyncIterator[AIOKafkaConsumer]:
    """A plain consumer of every topic, which reads nothing yet."""
    consumer = AIOKafkaConsumer(**kafka.client(), auto_offset_reset="earliest", enable_auto_commit=False)
    try:
        await consumer.start()
        consumer.assign([TopicPartition(topic, at) for topic, at in PLACES])
        consumer.pause(*consumer.assignment())
        yield consumer
    finally:
        await drop(consumer)


def read_from(consumer: AIOKafkaConsumer, begins: Ends) -> None:
    """Read on, from given offsets."""
    for part in consumer.assignment():
        consumer.seek(part, begins.get((part.topic, part.partition), 0))
    consumer.resume(*consumer.assignment())


async def records(consumer: AIOKafkaConsumer, wait_ms: int) -> list[Line]:
    """The next records of all topics, in the order in which the log took them."""
    batches = await consumer.getmany(timeout_ms=wait_ms)
    found = [record for batch in batches.values() for record in batch]
    return [line_of(record) for record in sorted(found, key=lambda each: each.timestamp)]


async def ends(consumer: AIOKafkaConsumer) -> Ends:
    """Where every log ends now."""
    found = await consumer.end_offsets([TopicPartition(topic, at) for topic, at in PLACES])
    return {(part.topic, part.partition): end for part, end in found.items()}


async def until(journey: Journey, holds: Callable[[], bool], what: str, *, seconds: float) -> None:
    """Wait for a condition. Raises `TimeoutError` with what did not come, and what is left to do."""
    deadline = monotonic() + seconds
    while not holds():
        if monotonic() > deadline:
            raise TimeoutError(f"{journey.name}: {what} did not come within {seconds:.0f} s; {journey.left()}")
        await asyncio.sleep(0.02)


def stalls(stamps: list[float]) -> Iterator[float]:
    """Seconds between one fact and the next."""
    yield from (after - before for before, after in pairwise(stamps))
