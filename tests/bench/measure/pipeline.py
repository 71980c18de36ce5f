"""The whole way: a community reports a child, and the agency that is asked reads of it in its own mailbox."""

import asyncio
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.local.city import City
from deploy.local.processes import Child
from shared.contracts.topics import SERVICES, STREAMS, Stream
from tests.bench.measure.hop import OtherWork
from tests.bench.measure.traffic import RATE, Traffic, reporting
from tests.servers.running import short_folder

Tell = Callable[[str], None]
Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is measured. `alone` counts reports; `warm_seconds` of the full rate come before anything counts.

    With no `away_seconds` nobody is away, and nothing is told of it.
    """

    warm_seconds: float
    steady_seconds: float
    alone: int
    away_seconds: float
    rest_seconds: float = 2.0


class Sampled(City):
    """A city whose services look at their own stacks: into `profiles`, a file for each."""

    profiles: Path = Path()

    def launch(self, service: str) -> None:
        """Start a service by way of the sampler."""
        told = self.environment(service) | {"BENCH_PROFILE": str(self.profiles / f"{service}.txt")}
        command = [sys.executable, "-m", "tests.bench.variants.service", service]
        self.running[service] = Child(command, log=self.home / f"{service}.log", environment=told)


async def measure(amount: Amount, tell: Tell, profiles: Path | None = None) -> Figures:
    """Start a city, measure, and end it; with `profiles` each service is sampled into a file there."""
    with short_folder() as home:
        city = Sampled(home / "city") if profiles else City(home / "city")
        if isinstance(city, Sampled) and profiles:
            city.profiles = profiles
        tell("starting a city of four services …")
        await asyncio.to_thread(city.start)
        try:
            async with reporting(city) as traffic:
                return await _measured(traffic, amount, tell)
        finally:
            await asyncio.to_thread(city.stop)


async def _measured(traffic: Traffic, amount: Amount, tell: Tell) -> Figures:
    await traffic.at_rate(amount.warm_seconds)
    await traffic.all_there()
    figures = await steady(traffic, amount.steady_seconds)
    tell(f"  {RATE} reports/s: p50 {figures['p50_ms']:.1f} ms, p99 {figures['p99_ms']:.1f} ms")
    figures |= await alone(traffic, amount.alone)
    tell(f"  one report at a time: p50 {figures['alone_p50_ms']:.1f} ms")
    figures |= memory(traffic.city) | await at_rest(traffic.city, amount.rest_seconds)
    if amount.away_seconds:
        figures |= await away(traffic, amount.away_seconds)
        tell(f"  notifications back after {figures['away_reports']:.0f} reports: {figures['catch_up_s']:.1f} s")
    if traffic.mailbox.twice or len(traffic.mailbox.came) != len(traffic.sent):
        raise OtherWork(f"{len(traffic.mailbox.came)} notices for {len(traffic.sent)} reports")
    return figures


async def steady(traffic: Traffic, seconds: float) -> Figures:
    """A steady rate of reports; CPU by process, in ms per report."""
    since, before = len(traffic.sent), _cpu(traffic.city)
    await traffic.at_rate(seconds)
    await traffic.all_there()
    used, count = _cpu(traffic.city), len(traffic.sent) - since
    facts = sum([await _length(traffic.city, stream) for stream in STREAMS.values()]) / len(traffic.sent)
    cpu = {"records": facts} | {f"cpu_{name}_ms": 1000 * (used[name] - before[name]) / count for name in used}
    return {**_quantiles(await traffic.latencies(since)), **cpu}


async def alone(traffic: Traffic, count: int) -> Figures:
    """One report at a time, each sent when the one before has arrived."""
    since = len(traffic.sent)
    for _ in range(count):
        await traffic.send(time.monotonic())
        await traffic.all_there()
    return {f"alone_{name}": value for name, value in _quantiles(await traffic.latencies(since)).items()}


async def away(traffic: Traffic, seconds: float) -> Figures:
    """Notifications is stopped while reports come in, and then starts: how long until every mailbox is filled."""
    since, child = len(traffic.sent), traffic.city.running["notifications"]
    await asyncio.to_thread(child.stop)
    await traffic.at_rate(seconds)
    begun = time.monotonic()
    traffic.city.launch("notifications")
    await asyncio.to_thread(traffic.city.wait_ready, "notifications")
    ready = time.monotonic()
    await traffic.all_there()
    took, count = time.monotonic() - begun, len(traffic.sent) - since
    return {"start_s": ready - begun, "away_reports": count, "catch_up_s": took, "catch_up_per_s": count / took}


async def _length(city: City, stream: Stream) -> int:
    parts = [TopicPartition(stream.name, n) for n in range(stream.partitions)]
    async with AIOKafkaConsumer(bootstrap_servers=city.kafka.bootstrap) as consumer:
        return sum((await consumer.end_offsets(parts)).values())


async def at_rest(city: City, seconds: float) -> Figures:
    """Milliseconds of CPU in a second in which nothing happens, by process."""
    await asyncio.sleep(seconds)  # what was told last is still read back by whoever told it
    before = _cpu(city)
    await asyncio.sleep(seconds)
    return {f"rest_{name}_ms": 1000 * (used - before[name]) / seconds for name, used in _cpu(city).items()}


def memory(city: City) -> Figures:
    """MiB of each service after the load, and of the largest."""
    used = {f"rss_{name}_mb": psutil.Process(city.running[name].pid).memory_info().rss / 2**20 for name in SERVICES}
    return {"rss_mb": max(used.values()), **used}


def _quantiles(latencies: Sequence[float]) -> Figures:
    cuts = statistics.quantiles(latencies, n=100, method="inclusive")
    return {f"p{at}_ms": cuts[at - 1] for at in (50, 90, 99)} | {"max_ms": latencies[-1]}


def _cpu(city: City) -> Mapping[str, float]:
    """Seconds of CPU by process."""
    pids: dict[str, list[int]] = {name: [city.running[name].pid] for name in SERVICES}
    pids |= {"kafka": city.kafka.pids, "postgres": [city.postgres.pid]}
    return {name: sum(_used(pid) for pid in each) for name, each in pids.items()}


def _used(pid: int) -> float:
    tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    times = [process.cpu_times() for process in tree]
    return sum(used.user + used.system + used.children_user + used.children_system for used in times)
