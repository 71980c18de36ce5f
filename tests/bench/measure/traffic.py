"""Who reports, and who reads: the two ends of the whole way, outside of the city."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.local.city import City
from tests.bench.measure.log import everything
from tests.bench.workload.reports import ASKED, Report, report

RATE: Final = 200
"""Reports a second."""
_PATIENCE: Final = 120.0


@dataclass(slots=True)
class Mailbox:
    """What came into the mailbox of the agency asked: each referral's id, with the moment at which it was read."""

    came: dict[str, float] = field(default_factory=dict)
    twice: int = 0

    async def read(self, consumer: AIOKafkaConsumer) -> None:
        """Read on until cancelled."""
        async for record in consumer:
            headers = dict(record.headers)
            if headers["ce_type"] == b"senandung.referred.v1":
                referral = headers["ce_subject"].decode()
                self.twice += referral in self.came
                self.came[referral] = time.monotonic()

    async def holds(self, count: int) -> None:
        """Wait until so many have come. Raises `TimeoutError`."""
        async with asyncio.timeout(_PATIENCE):
            while len(self.came) < count:  # noqa: ASYNC110 - a look costs less than an event for each notice
                await asyncio.sleep(0.002)


@dataclass(slots=True)
class Traffic:
    """A city that runs, with somebody who reports."""

    city: City
    producer: AIOKafkaProducer
    mailbox: Mailbox
    sent: dict[str, float] = field(default_factory=dict)
    """By the id of a report, the moment at which it was to be sent."""

    async def send(self, moment: float) -> None:
        """Send one report, meant for a moment."""
        made: Report = report(len(self.sent))
        self.sent[made.id] = moment
        await self.producer.send(made.topic, made.value, headers=made.headers)

    async def at_rate(self, seconds: float) -> None:
        """So many a second, each at its own moment, however late the ones before were."""
        begin = time.monotonic()
        for n in range(int(seconds * RATE)):
            moment = begin + n / RATE
            await asyncio.sleep(max(0.0, moment - time.monotonic()))
            await self.send(moment)

    async def all_there(self) -> None:
        """Wait until each report has led to its notice."""
        await self.mailbox.holds(len(self.sent))

    async def latencies(self, since: int) -> list[float]:
        """Milliseconds from a report to its notice, sorted; of the reports from number `since` on."""
        facts = await everything(self.city.kafka.bootstrap, "referrals")
        begun = dict(list(self.sent.items())[since:])
        return sorted(
            1000 * (self.mailbox.came[referral] - begun[cause])
            for referral, cause in _referrals(facts)
            if referral in self.mailbox.came and cause in begun
        )


def _referrals(facts: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """Each referral of the agency asked: its id, and the report that it goes back to."""
    for fact in facts:
        headers = dict(fact.headers)
        if headers["ce_type"] == b"senandung.referred.v1" and ASKED.encode() in fact.value:
            yield _field(fact.value, b'"referral":"'), headers["ce_correlationid"].decode()


def _field(value: bytes, before: bytes) -> str:
    begin = value.index(before) + len(before)
    return value[begin : value.index(b'"', begin)].decode()


@contextlib.asynccontextmanager
async def reporting(city: City) -> AsyncIterator[Traffic]:
    """Somebody who writes into the mailbox of a community, and somebody who reads that of an agency."""
    address = {"bootstrap_servers": city.kafka.bootstrap}
    consumer = AIOKafkaConsumer(**address)
    async with AIOKafkaProducer(**address, acks="all", enable_idempotence=True) as producer, consumer:
        consumer.assign([TopicPartition(f"agency.{ASKED}.in", 0)])
        mailbox = Mailbox()
        reading = asyncio.create_task(mailbox.read(consumer))
        try:
            yield Traffic(city, producer, mailbox)
        finally:
            reading.cancel()
