"""Clocks: every limit of law that runs on a child, what was said of it, and when it must be looked at (R59)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from shared.contracts.clocks import (
    ClockBreached,
    ClockCorrected,
    ClockExtended,
    ClockSatisfied,
    ClockStarted,
    ClockStopped,
    ClockWarned,
)
from shared.contracts.directory.codes import PartyCode
from shared.contracts.message import Deadline, Part
from shared.contracts.model import AboutChild, Reason
from shared.contracts.transitions import NONE, Table, after

TABLE: Final[Table] = {
    (NONE, ClockStarted): "running",
    ("running", ClockExtended): "running",
    ("running", ClockWarned): "running",
    ("running", ClockSatisfied): "satisfied",
    ("running", ClockStopped): "stopped",
    ("running", ClockBreached): "breached",
    ("breached", ClockSatisfied): "satisfied",
    ("breached", ClockStopped): "stopped",
    ("running", ClockCorrected): "running",
    ("breached", ClockCorrected): "running",
    ("satisfied", ClockCorrected): "running",
    ("stopped", ClockCorrected): "running",
}
"""A correction takes back what a clock had become; what it is by the facts as now known follows upon it."""

OPEN: Final = frozenset({"running", "breached"})
ALL: Final = 100

Move = ClockExtended | ClockWarned | ClockSatisfied | ClockStopped | ClockBreached | ClockCorrected


class LookAt(Deadline, frozen=True):
    """So many hundredths of a clock's time have passed: a warning is due, or at 100 the limit itself."""

    clock: UUID
    percent: int


class Clock(msgspec.Struct, frozen=True, omit_defaults=True):
    """A limit on one thing, as last said. `percent` is that of the last warning."""

    rule: str
    version: str
    topic: str
    of: str
    thing: UUID | None
    owner: PartyCode | None
    told: tuple[PartyCode, ...]
    kind: str
    started_at: datetime
    due: datetime
    warn_at: tuple[int, ...]
    consequence: str
    warns_only: bool = False
    extended: bool = False
    status: str = "running"
    percent: int = 0
    ended_at: datetime | None = None
    late: bool = False

    @property
    def reason(self) -> Reason:
        """The row of law behind it."""
        return Reason(table=self.topic, version=self.version, row=self.rule)

    def next(self) -> tuple[int, datetime] | None:
        """Return which hundredth is waited for, and when that is; None where nothing is left to tell."""
        if self.status != "running" or self.percent == ALL:
            return None
        percent = next((each for each in self.warn_at if each > self.percent), ALL)
        return percent, self.started_at + (self.due - self.started_at) * percent / ALL

    def reached(self, now: datetime) -> int:
        """Return the last hundredth that has something to tell and has come."""
        passed = (now - self.started_at) / max(self.due - self.started_at, now.resolution) * ALL
        return ALL if now >= self.due else max((each for each in self.warn_at if each <= passed), default=0)


class Clocks(Part, frozen=True):
    """The part that `clocks` makes: all clocks by id, in the order in which they were said."""

    by_id: dict[UUID, Clock] = msgspec.field(default_factory=dict)

    def of(self, rule: str) -> dict[UUID | None, list[UUID]]:
        """Return the ids of a row's clocks for each thing that it runs on."""
        found: dict[UUID | None, list[UUID]] = {}
        for id_, clock in self.by_id.items():
            if clock.rule == rule:
                found.setdefault(clock.thing, []).append(id_)
        return found


class ClockRow(NamedTuple):
    """Table `clocks`: one row for each; `due` matters while `status` is running or breached."""

    subject: UUID
    clock: UUID
    rule: str
    version: str
    topic: str
    thing: UUID | None
    owner: str | None
    kind: str
    status: str
    started_at: datetime
    due: datetime
    extended: bool
    percent: int
    consequence: str
    warns_only: bool
    ended_at: datetime | None
    late: bool


def started(part: Clocks, fact: ClockStarted, _: AboutChild) -> Clocks:
    """Evolve by `clock-started`."""
    clock = Clock(
        rule=fact.rule.row,
        version=fact.rule.version,
        topic=fact.rule.table,
        of=fact.of,
        thing=fact.thing,
        owner=fact.owner,
        told=fact.told,
        kind=fact.kind,
        started_at=fact.started_at,
        due=fact.due,
        warn_at=fact.warn_at,
        consequence=fact.consequence,
        warns_only=fact.warns_only,
    )
    return msgspec.structs.replace(part, by_id={**part.by_id, fact.clock: clock})


def moved(part: Clocks, fact: Move, _: AboutChild) -> Clocks:
    """Evolve by any later fact about a clock; one about a clock that was never said changes nothing."""
    was = part.by_id.get(fact.clock)
    if was is None:
        return part
    told = msgspec.structs.replace(was, status=after(TABLE, was.status, fact), **_told(fact))
    return msgspec.structs.replace(part, by_id={**part.by_id, fact.clock: told})


def _told(fact: Move) -> dict[str, object]:
    """Return what a fact tells besides the status."""
    match fact:
        case ClockExtended():
            return {"due": fact.due, "extended": True, "percent": 0}
        case ClockWarned():
            return {"percent": fact.percent}
        case ClockSatisfied():
            return {"ended_at": fact.occurred_at, "late": fact.late}
        case ClockStopped():
            return {"ended_at": fact.occurred_at}
        case ClockCorrected():
            return _anew(fact)
        case _:
            return {}


def _anew(fact: ClockCorrected) -> dict[str, object]:
    return {
        "version": fact.rule.version,
        "topic": fact.rule.table,
        "owner": fact.owner,
        "told": fact.told,
        "started_at": fact.started_at,
        "due": fact.due,
        "warn_at": fact.warn_at,
        "consequence": fact.consequence,
        "warns_only": fact.warns_only,
        "extended": False,
        "percent": 0,
        "ended_at": None,
        "late": False,
    }


def deadlines(part: Clocks) -> dict[Deadline, datetime]:
    """Return when each clock must be looked at next."""
    awaited = ((id_, clock.next()) for id_, clock in part.by_id.items())
    return {LookAt(id_, look[0]): look[1] for id_, look in awaited if look}


def rows(subject: UUID, part: Clocks) -> Iterator[ClockRow]:
    """Return a row for each clock."""
    for id_, each in part.by_id.items():
        yield ClockRow(
            subject, id_, each.rule, each.version, each.topic, each.thing, each.owner, each.kind, each.status,
            each.started_at, each.due, each.extended, each.percent, each.consequence, each.warns_only, each.ended_at,
            each.late,
        )  # fmt: skip
