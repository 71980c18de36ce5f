"""The whole way: a community reports a child, and the agency that is asked reads of it in its own mailbox."""

import asyncio
import contextlib
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.local.city import City
from deploy.local.processes import Child
from shared.contracts.topics import SERVICES, STREAMS, Stream
from tests.bench.measure.log import everything
from tests.bench.workload.reports import ASKED, Report, report
from tests.servers.running import short_folder

RATE: Final = 200
_WARM: Final = 3.0
"""Seconds at the full rate before anything is counted."""
_PATIENCE: Final = 120.0
Tell = Callable[[str], None]
Figures = dict[str, float]


@dataclass(slots=True)
class Mailbox:
    """What came into the mailbox of the agency asked: each referral's id, with the moment at which it was read."""

    came: dict[str, float] = field(default_factory=dict)

    async def read(self, consumer: AIOKafkaConsumer) -> None:
        """Read on until cancelled."""
        async for record in consumer:
            headers = dict(record.headers)
            if headers["ce_type"] == b"senandung.referred.v1":
                self.came[headers["ce_subject"].decode()] = time.monotonic()

    async def holds(self, count: int) -> None:
        """Wait until so many have come. Raises `TimeoutError`."""
        async with asyncio.timeout(_PATIENCE):
            while len(self.came) < count:  # noqa: ASYNC110 - a look costs less than an event for each notice
                await asyncio.sleep(0.002)


@dataclass(slots=True)
class Pipeline:
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


class Sampled(City):
    """A city whose services look at their own stacks: into `profiles`, a file for each."""

    profiles: Path = Path()

    def launch(self, service: str) -> None:
        """Start a service by way of the sampler."""
        told = self.environment(service) | {"BENCH_PROFILE": str(self.profiles / f"{service}.txt")}
        command = [sys.executable, "-m", "tests.bench.variants.service", service]
        self.running[service] = Child(command, log=self.home / f"{service}.log", environment=told)


async def measure(steady_seconds: float, away_seconds: float, tell: Tell, profiles: Path | None = None) -> Figures:
    """Start a city, measure, and end it; with `profiles` each service is sampled into a file there."""
    with short_folder() as home:
        city = Sampled(home / "city") if profiles else City(home / "city")
        if isinstance(city, Sampled) and profiles:
            city.profiles = profiles
        tell("starting a city of four services …")
        await asyncio.to_thread(city.start)
        try:
            async with _reporting(city) as pipeline:
                return await _measured(pipeline, steady_seconds, away_seconds, tell)
        finally:
            await asyncio.to_thread(city.stop)


async def _measured(pipeline: Pipeline, steady_seconds: float, away_seconds: float, tell: Tell) -> Figures:
    await pipeline.at_rate(_WARM)
    await pipeline.all_there()
    figures = await steady(pipeline, steady_seconds)
    tell(f"  {RATE} reports/s: p50 {figures['p50_ms']:.1f} ms, p99 {figures['p99_ms']:.1f} ms")
    figures |= await alone(pipeline, 100)
    tell(f"  one report at a time: p50 {figures['alone_p50_ms']:.1f} ms")
    figures |= memory(pipeline.city)
    figures |= await away(pipeline, away_seconds)
    tell(f"  back after {away_seconds:.0f} s away: all told after {figures['catch_up_s']:.1f} s")
    return figures


async def steady(pipeline: Pipeline, seconds: float) -> Figures:
    """A steady rate of reports; CPU by process, in ms per report."""
    since, before = len(pipeline.sent), _cpu(pipeline.city)
    await pipeline.at_rate(seconds)
    await pipeline.all_there()
    used, count = _cpu(pipeline.city), len(pipeline.sent) - since
    facts = sum([await _length(pipeline.city, stream) for stream in STREAMS.values()]) / len(pipeline.sent)
    cpu = {"records": facts} | {f"cpu_{name}_ms": 1000 * (used[name] - before[name]) / count for name in used}
    return {**_quantiles(await pipeline.latencies(since)), **cpu}


async def alone(pipeline: Pipeline, count: int) -> Figures:
    """One report at a time, each sent when the one before has arrived."""
    since = len(pipeline.sent)
    for _ in range(count):
        await pipeline.send(time.monotonic())
        await pipeline.all_there()
    return {f"alone_{name}": value for name, value in _quantiles(await pipeline.latencies(since)).items()}


async def away(pipeline: Pipeline, seconds: float) -> Figures:
    """Notifications is stopped while reports come in, and then starts: how long until every mailbox is filled."""
    since, child = len(pipeline.sent), pipeline.city.running["notifications"]
    await asyncio.to_thread(child.stop)
    await pipeline.at_rate(seconds)
    begun = time.monotonic()
    pipeline.city.launch("notifications")
    await asyncio.to_thread(pipeline.city.wait_ready, "notifications")
    ready = time.monotonic()
    await pipeline.all_there()
    took, count = time.monotonic() - begun, len(pipeline.sent) - since
    return {"start_s": ready - begun, "away_reports": count, "catch_up_s": took, "catch_up_per_s": count / took}


async def _length(city: City, stream: Stream) -> int:
    parts = [TopicPartition(stream.name, n) for n in range(stream.partitions)]
    async with AIOKafkaConsumer(bootstrap_servers=city.kafka.bootstrap) as consumer:
        return sum((await consumer.end_offsets(parts)).values())


def memory(city: City) -> Figures:
    """MiB of each service after the load, and of the largest."""
    used = {f"rss_{name}_mb": psutil.Process(city.running[name].pid).memory_info().rss / 2**20 for name in SERVICES}
    return {"rss_mb": max(used.values()), **used}


def _quantiles(latencies: Sequence[float]) -> Figures:
    cuts = statistics.quantiles(latencies, n=100, method="inclusive")
    return {"p50_ms": cuts[49], "p99_ms": cuts[98]}


def _cpu(city: City) -> Mapping[str, float]:
    """Seconds of CPU by process."""
    pids: dict[str, list[int]] = {name: [city.running[name].pid] for name in SERVICES}
    pids |= {"kafka": city.kafka.pids, "postgres": [city.postgres.pid]}
    return {name: sum(_used(pid) for pid in each) for name, each in pids.items()}


def _used(pid: int) -> float:
    tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    times = [process.cpu_times() for process in tree]
    return sum(used.user + used.system + used.children_user + used.children_system for used in times)


@contextlib.asynccontextmanager
async def _reporting(city: City) -> AsyncIterator[Pipeline]:
    """Somebody who writes into the mailbox of a community, and somebody who reads that of an agency."""
    address = {"bootstrap_servers": city.kafka.bootstrap}
    consumer = AIOKafkaConsumer(**address)
    async with AIOKafkaProducer(**address, acks="all", enable_idempotence=True) as producer, consumer:
        consumer.assign([TopicPartition(f"agency.{ASKED}.in", 0)])
        mailbox = Mailbox()
        reading = asyncio.create_task(mailbox.read(consumer))
        try:
            yield Pipeline(city, producer, mailbox)
        finally:
            reading.cancel()
