"""What befalls the city while children are under way: each fault begins at an instant drawn by the journey's seed."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, NamedTuple, TypeAlias

from shared.contracts.topics import SERVICES
from tests.journeys.city import Town
from tests.journeys.journey import Journey, until

PATIENCE = 90.0
"""Seconds in which something must go on after a fault."""


class Struck(NamedTuple):
    """One fault: what it was, and from when on it was over, so that the city could recover."""

    what: str
    over: float


@dataclass(slots=True)
class Road:
    """A journey, the city that it goes through, and the chance by which faults strike."""

    town: Town
    journey: Journey
    chance: random.Random
    struck: list[Struck] = field(default_factory=list)
    forged: set[str] = field(default_factory=set)
    """Ids of records that nobody of the city wrote."""

    async def further(self, fewest: int = 1, most: int = 40) -> None:
        """More children are found; wait for an instant: so many facts later, or when all cases are closed."""
        journey = self.journey
        journey.report(0.1)
        goal = journey.facts + self.chance.randint(fewest, most)
        await until(
            journey,
            lambda: journey.facts >= goal or len(journey.closed) == len(journey.mine) > 0,
            "the next facts",
            seconds=PATIENCE,
        )

    async def as_far_as_it_goes(self, most: int = 60, still: float = 3.0) -> None:
        """More children are found; wait for so many facts, or until none came for a while."""
        journey = self.journey
        journey.report(0.1)
        goal, begun = journey.facts + most, monotonic()
        await until(
            journey,
            lambda: journey.facts >= goal or monotonic() - max(begun, journey.stamps[-1]) > still,
            "a pause",
            seconds=PATIENCE,
        )

    async def away(self, work: Callable[..., Any], *args: Any) -> None:
        """Something that blocks, in a thread, while agencies go on."""
        await asyncio.to_thread(work, *args)

    def strikes(self, what: str) -> None:
        """A fault is over."""
        self.struck.append(Struck(what, monotonic()))

    def recovery(self) -> float:
        """The longest time from a fault's end to the next fact, in seconds."""
        after = [[at - it.over for at in self.journey.stamps if at > it.over][:1] for it in self.struck]
        return max((seconds for found in after for seconds in found), default=0.0)


Fault: TypeAlias = Callable[[Road], Awaitable[None]]


async def nothing(_: Road) -> None:
    """An undisturbed journey."""


async def services_killed(road: Road, times: int = 3) -> None:
    """Kill each service, two or more at once, at random instants."""
    for number in range(times):
        await road.further()
        doomed = [SERVICES[number % 4], SERVICES[(number + 1) % 4], *road.chance.sample(SERVICES, number % 2)]
        for service in set(doomed):
            road.town.kill(service)
        await road.away(road.town.bring_back)
        road.strikes(f"kill -9 {' '.join(sorted(set(doomed)))}")


async def a_zombie_returns(road: Road) -> None:
    """Two replicas of each; the one that holds the partitions is stopped, its twin takes over, and it comes back."""
    town = road.town
    for service in SERVICES:
        town.twin(service)
    await road.away(town.wait_twins)
    await road.further(1, 20)
    paused = road.chance.sample(SERVICES, 2)
    for service in paused:
        town.pause(service)
    await road.away(town.wait_alone, paused)
    road.strikes(f"SIGSTOP {' '.join(paused)}")
    await road.further(1, 10)
    for service in paused:
        town.wake(service)
    await road.further(1, 20)
    for service in set(SERVICES) - set(paused):
        town.kill(service)
    road.strikes("kill -9 of a replica of the others")
    await road.further(1, 20)
    await road.away(town.bring_back)
    await road.away(town.without_twins)
    road.strikes("twins ended")


async def postgres_crashes(road: Road, times: int = 2) -> None:
    """Kill PostgreSQL; and, in between, COMMITs that take effect and are never answered."""
    for _ in range(times):
        await road.further()
        road.town.proxy.to_swallow = road.chance.randint(1, 6)
        await road.further()
        road.town.proxy.cut()
        road.strikes("connections cut")
        await road.further()
        await road.away(road.town.crash_postgres)
        road.strikes("kill -9 postgres")


async def kafka_crashes(road: Road, times: int = 2) -> None:
    """Kill the broker."""
    for _ in range(times):
        await road.further()
        await road.away(road.town.crash_kafka)
        road.strikes("kill -9 kafka")


async def thrown_back(road: Road) -> None:
    """Each service's database, one after another, is restored to what it was long before, while commands come in."""
    town = road.town
    await road.further()
    for service in SERVICES:
        town.kill(service)
    for service in SERVICES:
        await road.away(town.snapshot, service)
    await road.away(town.bring_back)
    for service in road.chance.sample(SERVICES, 4):
        await road.further(10, 60)
        town.kill(service)
        await road.away(town.restore, service)
        await road.away(town.bring_back)
        road.strikes(f"{service} restored")


FAULTS: tuple[Fault, ...] = (services_killed, a_zombie_returns, postgres_crashes, kafka_crashes, thrown_back)
"""After each of these every child ends as on a quiet day."""
