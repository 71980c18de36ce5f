"""One run of one variant: the topic is full, the variant starts, and the clock runs while it works."""

import asyncio
import os
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.ports import free_ports
from deploy.local.processes import Child
from tests.bench.measure.databases import create, drop, prepare
from tests.bench.measure.log import Watch, everything, fill, topics
from tests.bench.measure.meter import Meter, Seconds, between
from tests.bench.measure.servers import Servers
from tests.bench.measure.variants import Variant, environment
from tests.bench.variants.where import Where
from tests.bench.workload.work import Work, differences

_WARM = 0.1
"""The part of the work that comes before the clock."""
_LOOK = 0.05
_SETTLE = 0.5
"""Seconds after the last record, in which a variant may still delete, commit and read what it wrote."""
_PATIENCE = 120.0


class OtherWork(RuntimeError):
    """A variant did not do the work that it was given; its figures mean nothing."""


@dataclass(frozen=True, slots=True)
class Hop:
    """What one run used. `cpu` is milliseconds of CPU per event by who used them, `rss` bytes, `start` seconds."""

    variant: str
    events: int
    per_second: float
    cpu: Mapping[str, float]
    rss: int
    start: float


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a run was at a moment."""

    at: float
    length: int
    cpu: Seconds


async def run(servers: Servers, variant: Variant, work: Work, *, profile: str = "", template: str = "") -> Hop:
    """Run a variant over `work`, on an empty database or on a copy of `template`.

    Raises `OtherWork` where it did not do all of it, once.
    """
    prefix = f"{variant.name}-{uuid.uuid4().hex[:6]}."
    where = Where(servers.kafka.bootstrap, servers.postgres.dsn(f"bench_{prefix[:-1]}"), prefix)
    names = [prefix + name for name in ("cases", "referrals", "answers.routing")]
    async with topics(where.kafka, names):
        await create(servers, f"bench_{prefix[:-1]}", template)
        if not template:
            await prepare(where, variant)
        await fill(where.kafka, where.cases, work.records)
        hop = await measured(servers, variant, where, work, profile)
        await drop(servers, f"bench_{prefix[:-1]}")
        wrong = differences(work, await everything(where.kafka, where.referrals), answers=variant.answers)
    if wrong:
        raise OtherWork(f"{variant.name}: {wrong} records are too many, too few or wrong")
    return hop


async def measured(servers: Servers, variant: Variant, where: Where, work: Work, profile: str) -> Hop:
    """Start the variant, wait for the whole work, and end it."""
    told = environment(where, servers, free_ports(1)[0]) | {"BENCH_PROFILE": profile}
    log = servers.home / f"{where.prefix}log"
    begun, whole = time.monotonic(), work.length(answers=variant.answers)
    child = Child(variant.command(), log=log, environment=dict(os.environ) | told, folder=Path.cwd())
    try:
        meter = Meter(servers, child.pid)
        begin = Moment(begun, 0, meter.cpu())
        async with Watch(where.kafka, where.referrals) as watch:
            await _until(watch, child, 1)
            start = time.monotonic() - begun
            first = await _moment(watch, child, meter, int(whole * _WARM))
            last = await _moment(watch, child, meter, whole)
        await asyncio.sleep(_SETTLE)
        first = begin if first.length == last.length else first  # so little work that it was done at once
        cpu = between(first.cpu, meter.cpu())
    finally:
        child.stop()
    share = (last.length - first.length) / whole
    events = share * len(work.records)
    each = {name: 1000 * used / events for name, used in cpu.items()}
    return Hop(variant.name, len(work.records), events / (last.at - first.at), each, meter.peak, start)


async def _moment(watch: Watch, child: Child, meter: Meter, length: int) -> Moment:
    reached = await _until(watch, child, length)
    return Moment(time.monotonic(), reached, meter.cpu())


async def _until(watch: Watch, child: Child, length: int) -> int:
    deadline = time.monotonic() + _PATIENCE
    while (reached := await watch.length()) < length:
        if not child.alive or time.monotonic() > deadline:
            raise RuntimeError(f"{reached} of {length} records, then:\n{child.said()[-3000:]}")
        await asyncio.sleep(_LOOK)
    return reached
