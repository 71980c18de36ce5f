"""One run of the whole city from a seed: the same seed, the same run."""

import hashlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, NamedTuple

from shared.runtime.chance import seeded
from shared.runtime.memory import Tables
from shared.runtime.rehearsal.city import City
from shared.runtime.rehearsal.member import Member
from tests.simulation import garbage, rest
from tests.simulation.agencies import Agencies
from tests.simulation.children import Children
from tests.simulation.habits import react
from tests.simulation.plan import ALL, Plan
from tests.simulation.restore import backup, restore
from tests.simulation.services import START, houses, wirings
from tests.simulation.storm import CALM, Crash, Odds, Storm
from tests.simulation.street import found
from tests.simulation.violation import Violation, check
from tests.simulation.witness import Witness

STEPS: Final = 1400
PATIENCE: Final = 400
"""How often a command by HTTP is asked again before somebody says that it has no answer."""
LONGEST: Final = timedelta(days=230)
"""More than any limit has: after an agreement somebody may order what lasts 200 days."""


@dataclass(slots=True)
class Report:
    """What a run was made of, so that nobody takes an empty one for a success."""

    seed: int
    trace: list[str] = field(default_factory=list)
    types: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    records: int = 0
    steps: int = -1
    """The number of the last step, from 0: what lies before them is -1, and the calm after the storm is one more."""
    fingerprint: str = ""
    """Of everything in every topic: the same for the same seed, wherever and whenever it runs."""
    violation: Violation | None = None


class Tempo(NamedTuple):
    """How fast a run goes: what each partition's pace may be, and how much is read, published or answered at a time."""

    paces: tuple[float, ...]
    batches: tuple[int, ...]
    jumps: float
    """How likely a wait for an hour or a deadline is, at each occasion."""


TEMPOS: Final = (
    Tempo((1.0,), (100, 1000), 0.3),
    Tempo((1.0, 1.0, 0.5), (10, 100, 1000), 0.5),
    Tempo((1.0, 0.7, 0.2), (3, 100), 0.5),
    Tempo((1.0, 1.0, 0.2, 0.05), (1, 3, 10, 100), 1.0),
)


class Run:
    """The scheduler: takes one step after another, each drawn by chance from those that can be taken."""

    def __init__(self, seed: int, *, traced: bool = False, plan: Plan = ALL) -> None:
        self.report, self.traced, self.plan = Report(seed), traced, plan
        self.chance = random.Random(seed)
        self.tempo = self.chance.choice(TEMPOS)
        beds = houses(self.chance)
        self.odds = Odds.drawn(self.chance)
        self.storm = Storm(self.chance, self.odds, self._wait, self.tell, self._meanwhile)
        wired = wirings(self.chance, beds, self._fires)
        self.city = City(wired, seeded(self.chance.getrandbits(64)), START, self.storm)
        self.witness = Witness(self.city, Children(beds))
        self.storm.observe = self.witness.committed
        self.storm.skews = {name: self.storm.skew(name) for name in self.city.members}
        self.agencies = Agencies(self.city, self.chance, react, self.tell)
        self.witness.asked = self.agencies.sent
        self.down: dict[str, int] = {}
        self.backups: dict[str, Tables] = {}
        self.pace: dict[tuple[str, str, int], float] = {}
        self.thrown: list[garbage.Rubbish] = []
        self.steps: list[tuple[float, Callable[[], None]]] = [
            (30, self.read), (16, self.publish), (12, self.tick), (16, self.open_mail), (18, self.act), (0.4, self.throw),
            (0.7, self.crash), (1.2, self.jump), (1.5, self.change_pace), (0.1, self.news),
            (0.8, self.back_up),
        ]  # fmt: skip

    def _fires(self, *what: Any) -> None:
        self.witness.fires(*what)

    def _wait(self, time: timedelta) -> None:
        self.city.now += time

    def tell(self, what: str, *details: object) -> None:
        self.report.events[what] += 1
        if self.traced:
            when = f"{self.report.steps:4} {self.city.now:%d %H:%M:%S.%f}"
            self.report.trace.append(f"{when} {what} {' '.join(map(str, details))}")

    # -- the whole ------------------------------------------------------------------------------------------------

    def go(self, steps: int = STEPS) -> Report:
        """Run to the end, or to the first violation."""
        try:
            self._begin(steps)
            self._rest(steps)
        except Violation as violation:
            self.report.violation = violation
        except Exception as problem:  # whatever breaks in a service is what we look for
            self.report.violation = Violation("nothing fails", f"{type(problem).__name__}: {problem}")
            self.report.violation.__cause__ = problem
        self.report.types, self.report.codes = self.witness.types, Counter(self.witness.answered.values())
        self.report.fingerprint = self._fingerprint()
        self.report.records = sum(map(len, self.city.log.places.values()))
        return self.report

    def _fingerprint(self) -> str:
        digest = hashlib.sha256()
        for place in sorted(self.city.log.places):
            for record in self.city.log.places[place]:
                digest.update(f"{place}{record.at}".encode() + record.digest())
        return digest.hexdigest()

    def _begin(self, steps: int) -> None:
        for _ in range(self.chance.randint(1, 3)):
            self.news()
        weights, kinds = zip(*self.steps, strict=True)
        for number, step in enumerate(self.chance.choices(kinds, weights, k=steps)):
            if not self.plan.takes(number):
                continue
            self._alone(number)
            self._wait(timedelta(milliseconds=self.chance.randint(0, 400)))
            self._revive()
            try:
                step()
            except Crash as crash:
                self._crashed(str(crash))

    def _alone(self, number: int) -> None:
        """What a step draws must not hang on the steps before it, or a plan without some of them were another run."""
        self.report.steps = number
        self.chance.seed(f"{self.report.seed}/{number}")
        self.storm.odds = self.odds if self.plan.storms(number) else CALM

    def _rest(self, number: int) -> None:
        """The storm is over and nobody acts any more: read, publish and wait until nothing is left to do."""
        self._alone(number)
        self.tell("calm")
        self.storm.odds = CALM
        for service in list(self.down):
            self._start(service)
        for _ in range(PATIENCE):
            if not self.agencies.agenda and not self.agencies.waiting:
                break
            self.agencies.finish()
            self.city.until(self.city.now + timedelta(seconds=10))
        check(not self.agencies.waiting, "each command has one outcome", f"no answer: {list(self.agencies.waiting)}")
        self.city.until(self.city.now + timedelta(minutes=15))
        rest.settled(self.witness)
        self.city.until(self.city.now + LONGEST)
        rest.settled(self.witness)
        rest.ended(self.witness)
        rest.mailboxes(self.witness)
        rest.outcomes(self.witness, self.agencies)
        rest.rubbish(self.witness, self.thrown)

    # -- services -------------------------------------------------------------------------------------------------

    def _up(self) -> list[Member]:
        return [member for name, member in self.city.members.items() if name not in self.down]

    def _one_that(self, can: Callable[[Member], object]) -> Member | None:
        """A service at random of those that run and have something to do."""
        able = [member for member in self._up() if can(member)]
        return self.chance.choice(able) if able else None

    def _revive(self) -> None:
        for service, steps in list(self.down.items()):
            self.down[service] = steps - 1
            if steps <= 0:
                self._start(service)

    def _start(self, service: str) -> None:
        del self.down[service]
        self.city.restart(service)
        self.tell("start", service)

    def _crashed(self, service: str) -> None:
        self.down[service] = self.chance.choice((0, 2, 10, 40))
        if service in self.backups and self.chance.random() < self.storm.odds.restored:
            self.tell("restored", service)
            restore(self.city, service, self.backups[service])
            self.witness.restored(service)

    def back_up(self) -> None:
        """Of one service, whatever it is about to do; only the last backup is kept."""
        service = self.chance.choice(list(self.city.members))
        self.backups[service] = backup(self.city.members[service].tables)
        self.tell("backup", service)

    def read(self) -> None:
        """Some of the partitions, each at its own pace; never all that there is."""
        if member := self._one_that(Member.unread):
            places = [place for place in member.unread() if self._willing(member.name, place)]
            self.chance.shuffle(places)
            if count := member.read(places, self.chance.choice(self.tempo.batches)):
                self.tell("read", member.name, count)

    def _willing(self, service: str, place: tuple[str, int]) -> bool:
        key = (service, *place)
        if key not in self.pace:
            self.pace[key] = self.chance.choice(self.tempo.paces)
        return self.chance.random() < self.pace[key]

    def change_pace(self) -> None:
        self.pace.clear()

    def publish(self) -> None:
        if member := self._one_that(lambda member: member.tables.outbox):
            self.tell("publish", member.name, member.publish(self.chance.choice((1, 5, 20))))

    def tick(self) -> None:
        """What nobody sends, in one service."""
        if member := self._one_that(Member.ready):
            kind = self.chance.choice((member.fire, member.fire, member.wake, member.wake, member.look, member.decide))
            if count := kind():
                self.tell(kind.__name__, member.name, count)

    def crash(self) -> None:
        """Between two turns."""
        if member := self._one_that(Member.ready):
            self.tell("crash", member.name, "idle")
            self._crashed(member.name)

    # -- people ---------------------------------------------------------------------------------------------------

    def open_mail(self) -> None:
        if unread := self.agencies.unread():
            self.agencies.read(self.chance.choice(unread), 2 * self.chance.choice(self.tempo.batches))

    def act(self) -> None:
        """The next on the agenda; sometimes nothing else happens until then."""
        if self.agencies.agenda and self.chance.random() < 0.25:
            self.city.now = max(self.city.now, self.agencies.agenda[0][0])
        if self.agencies.due():
            self.agencies.send(self.storm.odds.lost, frozenset(self.down))

    def _meanwhile(self) -> None:
        """While a service is about to let a deadline pass, time goes on, and mail comes in."""
        for _ in range(self.chance.randint(1, 4)):
            if self.agencies.agenda and not self.agencies.agenda[0][2].role:
                self.city.now = max(self.city.now, self.agencies.agenda[0][0])
                self.agencies.send(0.0)

    def news(self) -> None:
        """A child is found, or several at once."""
        self.agencies.plan(*found(self.chance, self.city.now))

    def throw(self) -> None:
        """Rubbish into the log, or something else under an id that was used."""
        if self.chance.random() < 0.1 and (sent := self.agencies.reuse()):
            self.tell("reused", sent.agency, sent.id)
            return
        it = garbage.made(self.chance, self.city.now, len(self.thrown))
        self.thrown.append(it)
        self.tell("rubbish", it.sent.agency, it.sent.type, it.sent.id)
        self.city.log.append((it.topic, 0), it.sent.headers, it.sent.value)

    def jump(self) -> None:
        """Time passes: to the next act, to just around a deadline, or over hours."""
        if self.chance.random() > self.tempo.jumps:
            return
        dues = [due for member in self.city.members.values() if (due := member.tables.next_due())]
        match self.chance.choice(("act", "due", "due", "due", "due", "minutes", "hours")):
            case "act" if self.agencies.agenda:
                to = self.agencies.agenda[0][0]
            case "due" if dues:
                to = self.chance.choice(dues) + timedelta(seconds=self.chance.choice((-4, -1, 1, 3, 30)))
            case "hours":
                to = self.city.now + timedelta(hours=self.chance.choice((1, 5, 30)))
            case _:
                to = self.city.now + timedelta(minutes=self.chance.uniform(0, 12))
        if to > self.city.now:
            self.tell("jump", to)
            self.city.now = to


def run(seed: int, *, traced: bool = False, steps: int = STEPS, plan: Plan = ALL) -> Report:
    """One run, or only some steps of it."""
    return Run(seed, traced=traced, plan=plan).go(steps)
