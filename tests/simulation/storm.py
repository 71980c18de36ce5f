"""Weather that loses, repeats and delays messages, lets clocks disagree, and crashes services between any two steps."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from shared.runtime.changes import Changes, SaidRow
from shared.runtime.rehearsal.log import Log
from shared.runtime.rehearsal.weather import Weather, publish

Observer = Callable[[str, Changes], None]


class Crash(Exception):
    """A service ends here, without a word."""


@dataclass(slots=True)
class Odds:
    """How likely what is, at each occasion; drawn for each run, so that runs differ in what they are rich in."""

    crash: float
    lost: float
    unacknowledged: float
    twice: float
    pause: float
    restored: float
    """How likely a service that crashed has lost its database too, and starts from a backup."""

    @classmethod
    def drawn(cls, chance: random.Random) -> "Odds":
        def some(most: float) -> float:
            return most * chance.choice((0.0, 0.1, 0.3, 1.0))

        return cls(some(0.04), some(0.08), some(0.05), some(0.1), some(0.2), some(0.5))


CALM = Odds(0, 0, 0, 0, 0, 0)


@dataclass(slots=True)
class Storm(Weather):
    """`wait` lets virtual time pass; `observe` sees each commit before anything else can happen."""

    chance: random.Random
    odds: Odds
    wait: Callable[[timedelta], None]
    tell: Callable[..., None]
    meanwhile: Callable[[], None]
    """What others do while a service is between two steps."""
    observe: Observer = field(init=False)
    skews: dict[str, timedelta] = field(default_factory=dict)

    def skew(self, service: str) -> timedelta:
        if service not in self.skews:
            self.skews[service] = timedelta(milliseconds=self.chance.randint(-1500, 1500))
        return self.skews[service]

    def step(self, service: str, what: str) -> None:
        if self.chance.random() < self.odds.crash:
            self.tell("crash", service, what)
            raise Crash(service)
        if what == "fence reached" and self.chance.random() < self.odds.pause * 2:
            self.meanwhile()
        if self.chance.random() < self.odds.pause:
            self.wait(timedelta(seconds=self.chance.choice((0.2, 2, 20))))

    def send(self, service: str, log: Log, row: SaidRow) -> bool:
        self.step(service, "publishing")
        if self.chance.random() < self.odds.lost:
            self.tell("lost", service, row.stream, row.type, row.sequence)
            return False
        for _ in range(2 if self.chance.random() < self.odds.twice else 1):
            publish(log, row)
        return self.chance.random() >= self.odds.unacknowledged

    def committed(self, service: str, changes: Changes) -> None:
        self.observe(service, changes)
