"""Services in one process on one virtual clock: everything that can happen at a time happens, then the clock moves."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from shared.runtime.chance import Chance
from shared.runtime.changes import SaidRow
from shared.runtime.memory import Place, Tables
from shared.runtime.rehearsal.log import Headers, Log
from shared.runtime.rehearsal.member import SKEW, Member, to_log
from shared.runtime.wiring import Wiring


@dataclass(slots=True)
class City:
    """Deterministic: the same wirings, chance and messages give the same records, byte for byte."""

    wirings: Iterable[Wiring]
    chance: Chance
    now: datetime
    log: Log = field(init=False)
    members: tuple[Member, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.log = Log(self.clock)
        self.members = tuple(self._member(wiring) for wiring in self.wirings)

    def clock(self) -> datetime:
        """The one clock of all."""
        return self.now

    def _member(self, wiring: Wiring) -> Member:
        return Member(wiring=wiring, tables=Tables(), log=self.log, chance=self.chance, now=self.clock, send=self._send)

    def _send(self, place: Place, row: SaidRow) -> bool:
        to_log(self.log, place, row)
        return True

    def post(self, topic: str, headers: Headers, value: bytes | None, partition: int = 0) -> None:
        """Put a message into a mailbox, and let all follow from it that follows at once."""
        self.log.append((topic, partition), headers, value)
        self.settle()

    def settle(self) -> None:
        """Read, decide and publish until nothing moves any more; no time passes."""
        while sum(self._round(member) for member in self.members):
            pass

    def _round(self, member: Member) -> int:
        return member.read(member.unread()) + member.wake() + member.fire() + member.publish()

    def until(self, moment: datetime) -> None:
        """Let time pass, deadline after deadline."""
        self.settle()
        while (at := self._next()) is not None and at <= moment:
            self.now = max(self.now, at)
            for member in self.members:
                member.look()
            self.settle()
        self.now = max(self.now, moment)

    def _next(self) -> datetime | None:
        """When the next deadline or the end of a wait comes."""
        dues = (due + SKEW for member in self.members if (due := member.tables.next_due()))
        waits = (each.until for member in self.members for each in member.tables.waiting.values())
        return min((*dues, *(until for until in waits if until > self.now)), default=None)
