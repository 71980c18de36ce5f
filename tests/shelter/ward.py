"""Several cases in one shelter: desks that share beds, as the engine lets cases share rows, and wakes those named."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from services.shelter.domain.line import StayRow, WaitRow, line, wait_rows
from shared.contracts.directory.codes import PartyCode
from shared.contracts.message import Domain, Woken
from shared.contracts.model import Command, Fact, Group
from tests.harness import CASE, NIGHT, Desk
from tests.shelter.city import found

Rows = tuple[Any, ...]


class Ward:
    """The city's shelter. `woken` are those whom somebody's turn named, and who have not had their own turn yet."""

    def __init__(self, domain: Domain, now: datetime = NIGHT) -> None:
        assert domain.shared is not None
        self.domain, self.shared, self.now = domain, domain.shared, now
        self.desks: dict[UUID, Desk] = {}
        self.woken: set[UUID] = set()
        self.turns: list[tuple[Desk, Rows, Rows]] = []
        """Whose each turn was, with the rows of all before and after it."""

    def child(self, secured_by: PartyCode | None = "dinsos") -> Desk:
        """A new case."""
        number = len(self.desks)
        desk = Desk(self.domain, now=self.now, subject=uuid5(CASE, str(number)), seed=number)
        self.desks[desk.subject] = desk
        self.hears(desk, found(secured_by, self.now), "cases")
        return desk

    def siblings(self, size: int) -> tuple[list[Desk], Group]:
        """New cases of one family."""
        desks = [self.child() for _ in range(size)]
        return desks, Group(id=desks[0].subject, size=size)

    def hears(self, desk: Desk, fact: Fact, stream: str, **more: Any) -> Desk:
        """A turn on a fact of another service."""
        return self._turn(desk, lambda: desk.hears(fact, stream, **more))

    def takes(self, desk: Desk, command: Command, agency: str = "dinsos", role: str = "system") -> Desk:
        """A turn on a command."""
        return self._turn(desk, lambda: desk.takes(command, agency, role))

    def wakes(self, subject: UUID | None = None) -> None:
        """A turn of one who was woken; of all, one after another, until nobody is, when none is named."""
        while subject in self.woken or (subject is None and self.woken):
            chosen = min(self.woken) if subject is None else subject
            self.woken.remove(chosen)
            desk = self.desks[chosen]
            self._turn(desk, lambda desk=desk: desk._decide(desk._message(Woken())))  # type: ignore[misc]  # bound now

    def waits(self, time: timedelta, *, asleep: bool = False) -> None:
        """Time passes for all; each deadline is a turn. Who is woken acts at once, or sleeps on."""
        end = self.now + time
        if not asleep:
            self.wakes()
        while due := min(self._dues(end), default=None):
            self._until(due[0])
            desk = self.desks[due[1]]
            deadline = desk._next(end)
            assert deadline is not None
            self._turn(desk, lambda desk=desk, it=deadline[0]: desk._decide(desk._message(it)))  # type: ignore[misc]  # bound now
            assert deadline[0] not in self.domain.deadlines(desk.state)
            if not asleep:
                self.wakes()
        self._until(end)

    def rows(self) -> Rows:
        """What all cases share."""
        return tuple(row for desk in self.desks.values() for row in self._of(desk))

    def stays(self) -> list[StayRow]:
        """Open holds and stays."""
        return [row for row in self.rows() if isinstance(row, StayRow)]

    def waiting(self) -> list[WaitRow]:
        """Those without a bed, the next first."""
        parties = [row for party in line(self.rows()) for row in party.members]
        return parties + [row for row in wait_rows(self.rows()) if row not in parties]

    def _of(self, desk: Desk) -> list[Any]:
        kinds = self.shared.rows
        return [row for row in self.domain.rows(desk.subject, desk.state) if isinstance(row, kinds)]

    def _turn(self, desk: Desk, act: Callable[[], Desk]) -> Desk:
        before = self.rows()
        desk.shared = list(before)
        act()
        after = self.rows()
        if set(before) != set(after):
            self.woken |= self.shared.wakes(before, after)
        self.turns.append((desk, before, after))
        return desk

    def _dues(self, end: datetime) -> list[tuple[datetime, UUID]]:
        nexts = ((desk._next(end), subject) for subject, desk in self.desks.items())
        return [(max(due[1], self.now), subject) for due, subject in nexts if due]

    def _until(self, time: datetime) -> None:
        self.now = time
        for desk in self.desks.values():
            desk.now = time
