"""A whole run: every variant in every round, one after another, so that a disturbance meets each alike."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from tests.bench.measure.databases import filled
from tests.bench.measure.hop import Hop, run
from tests.bench.measure.pipeline import Amount
from tests.bench.measure.pipeline import measure as whole_way
from tests.bench.measure.servers import Servers, servers
from tests.bench.measure.variants import VARIANTS, Variant
from tests.bench.profile import areas
from tests.bench.report.results import Results
from tests.bench.workload.work import Work

Tell = Callable[[str], None]
T = TypeVar("T")
work_of = cache(Work)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. `part` of each variant's events; `growth` are numbers of stored cases."""

    rounds: int
    part: float
    growth: Sequence[int]
    growth_rounds: int
    grown_events: int
    way: Amount


FULL = Plan(
    rounds=3, part=1.0, growth=(10_000, 100_000, 1_000_000), growth_rounds=3, grown_events=30_000,
    way=Amount(warm_seconds=5, steady_seconds=30, alone=200, away_seconds=30),
)  # fmt: skip
QUICK = Plan(
    rounds=1, part=0.05, growth=(), growth_rounds=0, grown_events=0,
    way=Amount(warm_seconds=0.5, steady_seconds=1.5, alone=10, away_seconds=0, rest_seconds=0.5),
)  # fmt: skip


async def measure(plan: Plan, results: Results, tell: Tell) -> None:
    """Everything, into `results`."""
    tell("starting Apache Kafka and PostgreSQL …")
    with servers() as running:
        for n, variants in enumerate(rotated(list(VARIANTS.values()), plan.rounds), 1):
            tell(f"round {n} of {plan.rounds}")
            results.rounds.append(await a_round(running, variants, plan, tell))
        if plan.growth:
            tell("ours again, sampled: where the time goes")
            results.areas = await sampled(running, plan)
            tell("cost by stored cases: filling …")
            await grow(running, plan, results, tell)
    results.pipeline = await whole_way(plan.way, tell)


async def sampled(running: Servers, plan: Plan) -> dict[str, float]:
    """Microseconds of CPU per event by part of the program; the sampling itself slows it a little."""
    path, ours = running.home / "profile.txt", VARIANTS["ours"]
    work = work_of(int(ours.events * plan.part))
    await run(running, ours, work, profile=str(path))
    return areas(path, len(work.records))


async def a_round(running: Servers, variants: Sequence[Variant], plan: Plan, tell: Tell) -> dict[str, Hop]:
    """Each variant once."""
    done = {}
    for variant in variants:
        events = int(variant.events * plan.part)
        hop = done[variant.name] = await run(running, variant, work_of(events))
        tell(f"  {variant.title}: {hop.per_second:,.0f} events/s ({events:,} events)")
    return {name: done[name] for name in VARIANTS}


async def grow(running: Servers, plan: Plan, results: Results, tell: Tell) -> None:
    """Our hop on databases with more and more cases in them, each as often as there are rounds."""
    works = {size: Work(plan.grown_events, cases=size, stored=True) for size in plan.growth}
    for size in plan.growth:
        await filled(running, f"stored_{size}", size)
    for order in rotated(plan.growth, plan.growth_rounds):
        done = {}
        for size in order:
            hop = done[str(size)] = await run(running, VARIANTS["ours"], works[size], template=f"stored_{size}")
            tell(f"  {size:,} cases stored: {hop.per_second:,.0f} events/s")
        results.growth.append({str(size): done[str(size)] for size in plan.growth})


def rotated(order: Sequence[T], rounds: int) -> Iterator[Sequence[T]]:
    """The same order in each round, begun by another."""
    for n in range(rounds):
        yield [*order[n % len(order) :], *order[: n % len(order)]]
