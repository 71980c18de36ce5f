"""Services in one process on one virtual clock: everything that can happen at a time happens, then the clock moves."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from shared.runtime.chance import Chance
from shared.runtime.memory import Tables
from shared.runtime.rehearsal.log import Headers, Log
from shared.runtime.rehearsal.member import Member
from shared.runtime.rehearsal.weather import Weather
from shared.runtime.wiring import Wiring


@dataclass(slots=True)
class City:
    """Deterministic: the same wirings, chance, messages and weather give the same records, byte for byte."""

    wirings: Iterable[Wiring]
    chance: Chance
    now: datetime
    weather: Weather = field(default_factory=Weather)
    log: Log = field(init=False)
    members: dict[str, Member] = field(init=False)

    def __post_init__(self) -> None:
        self.log = Log(self.clock)
        self.members = {wiring.domain.name: self._member(wiring, Tables()) for wiring in self.wirings}

    def clock(self) -> datetime:
        """The log's clock."""
        return self.now

    def _member(self, wiring: Wiring, tables: Tables) -> Member:
        return Member(
            wiring=wiring, tables=tables, log=self.log, chance=self.chance, clock=self.clock, weather=self.weather
        )

    def restart(self, service: str) -> None:
        """A new process takes over what the last one has committed, and nothing else."""
        before = self.members[service]
        self.members[service] = self._member(before.wiring, remains(before.tables))

    def post(self, topic: str, headers: Headers, value: bytes | None, partition: int = 0) -> None:
        """Put a message into a mailbox, and let all follow from it that follows at once."""
        self.log.append((topic, partition), headers, value)
        self.settle()

    def settle(self) -> None:
        """Read, decide and publish until nothing moves any more; no time passes."""
        while sum(self._round(member) for member in self.members.values()):
            pass

    def _round(self, member: Member) -> int:
        return member.read(member.unread()) + member.decide() + member.wake() + member.fire() + member.publish()

    def until(self, moment: datetime) -> None:
        """Let time pass, deadline after deadline."""
        self._look()
        while (at := min(self._next(), default=None)) is not None and at <= moment:
            self.now = at
            self._look()
        self.now = max(self.now, moment)

    def _look(self) -> None:
        """Nothing is looked at again before a service knows all that it has said."""
        self.settle()
        for member in self.members.values():
            member.look()
        self.settle()

    def _next(self) -> list[datetime]:
        """When what is waited for comes; what should have come already waits for something else."""
        return [at for member in self.members.values() for at in member.awaits() if at > self.now]


def remains(tables: Tables) -> Tables:
    """What a crash leaves of what was committed: all of it."""
    return tables
