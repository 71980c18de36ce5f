"""A whole journey: through the city with a fault on the way, to rest, and judged."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from deploy.demo.readback.log import Log
from tests.journeys.city import Town
from tests.journeys.ending import Ending, at_rest, broken, differences, ending, lines_of
from tests.journeys.faults import PATIENCE, Fault, Road
from tests.journeys.journey import stalls, travelling, until


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a journey went."""

    fault: str
    seed: int
    children: int
    facts: int
    records: int
    faults: int
    seconds: float
    longest_stall: float
    recovery: float
    wrong: Sequence[str]
    """What must not be: broken invariants, differences from the undisturbed journey, refused commands."""
    ending: Ending
    types: Mapping[str, int]


async def whole(
    town: Town,
    fault: Fault,
    *,
    children: int,
    seed: int,
    calm: Ending | None = None,
    off: Callable[[str], timedelta] = lambda _: timedelta(),
) -> Outcome:
    """Travel, rest, and judge; `calm` is the ending to be reached."""
    begun = monotonic()
    name = f"{_name(fault).replace('_', '-')}-{seed}"
    town.spoilt = True
    async with travelling(name, town.kafka_settings, children=children, off=off) as journey:
        road = Road(town, journey, random.Random(seed))
        await fault(road)
        journey.report()
        await until(journey, lambda: journey.over, "the closing of every case", seconds=PATIENCE + children)
        await at_rest(town, journey, seconds=PATIENCE)
    town.spoilt = False
    lines = await lines_of(journey)
    log = Log(tuple(line for line in lines if line.envelope.id not in road.forged))
    end = ending(log)
    wrong = [*broken(log), *(differences(calm, end) if calm else ()), *journey.refused]
    return Outcome(
        _name(fault), seed, children, journey.facts, len(lines), len(road.struck), monotonic() - begun,
        max(stalls(journey.stamps)), road.recovery(), wrong, end, journey.types,
    )  # fmt: skip


def row(it: Outcome) -> str:
    """A line of the table that a run ends with."""
    return (
        f"{it.fault:<20} seed {it.seed:<6} {it.children:>5} children {it.facts:>6} facts {it.records:>7} records "
        f"{it.faults:>3} faults {it.seconds:>6.1f} s  longest stall {it.longest_stall:>5.1f} s  "
        f"recovery {it.recovery:>5.1f} s  {'held' if not it.wrong else 'WRONG'}"
    )


def _name(fault: Fault) -> str:
    return str(fault.__name__)
