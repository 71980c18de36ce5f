"""A whole run: every variant in every round, one after another, so that a disturbance meets each alike."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from tests.bench.measure.hop import Hop, run
from tests.bench.measure.servers import Servers, servers
from tests.bench.measure.variants import VARIANTS, Variant
from tests.bench.report.results import Results
from tests.bench.workload.work import Work

Tell = Callable[[str], None]
work_of = cache(Work)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. `part` of each variant's events; `growth` are numbers of stored cases."""

    rounds: int
    part: float
    growth: Sequence[int]
    steady_seconds: float
    away_events: int


FULL = Plan(rounds=3, part=1.0, growth=(10_000, 100_000, 1_000_000), steady_seconds=30, away_events=60_000)
QUICK = Plan(rounds=1, part=0.1, growth=(), steady_seconds=5, away_events=2_000)


async def measure(plan: Plan, results: Results, tell: Tell) -> None:
    """Everything, into `results`."""
    tell("starting Apache Kafka and PostgreSQL …")
    with servers() as running:
        for n, variants in enumerate(rotated(list(VARIANTS.values()), plan.rounds), 1):
            tell(f"round {n} of {plan.rounds}")
            results.rounds.append(await a_round(running, variants, plan, tell))


async def a_round(running: Servers, variants: Sequence[Variant], plan: Plan, tell: Tell) -> dict[str, Hop]:
    """Each variant once."""
    done = {}
    for variant in variants:
        events = int(variant.events * plan.part)
        hop = done[variant.name] = await run(running, variant, work_of(events))
        tell(f"  {variant.title}: {hop.per_second:,.0f} events/s ({events:,} events)")
    return {name: done[name] for name in VARIANTS}


def rotated(variants: Sequence[Variant], rounds: int) -> Iterator[Sequence[Variant]]:
    """The same order in each round, begun by another."""
    for n in range(rounds):
        yield [*variants[n % len(variants) :], *variants[: n % len(variants)]]
