"""The waiting list: whom no fitting bed is free for waits, with its siblings, and looks again when woken (R84)."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

import msgspec

from services.shelter.domain.heard import Ended
from services.shelter.domain.house import Bed, Houses, today
from services.shelter.domain.limits import Limits
from services.shelter.domain.line import StayRow, WaitRow, plan, together, wait_rows
from services.shelter.domain.stay import HELD
from shared.contracts.cases import CaseClosed
from shared.contracts.directory.codes import HouseKind
from shared.contracts.message import Deadline, Events, Message
from shared.contracts.model import Group
from shared.contracts.placements import BedHeld, HoldReleased, LeftWaitingList, Waitlisted
from shared.contracts.referrals import Referred
from shared.contracts.transitions import NONE, Table, after

if TYPE_CHECKING:
    from services.shelter.domain.state import State

TABLE: Final[Table] = {
    (NONE, Waitlisted): "waiting",
    ("waiting", Waitlisted): "waiting",
    ("waiting", BedHeld): "served",
    ("waiting", LeftWaitingList): "left",
}


class Wait(msgspec.Struct, frozen=True, omit_defaults=True):
    """A referral that waits for a bed. `siblings_by` is until when it waits for siblings, while it does."""

    kind: HouseKind
    since: datetime
    siblings: UUID | None = None
    size: int = 1
    siblings_by: datetime | None = None

    @property
    def group(self) -> Group | None:
        """The siblings, as a fact tells them."""
        return Group(id=self.siblings, size=self.size) if self.siblings else None


Waits = Mapping[UUID, Wait]


class Rooms(NamedTuple):
    """What deciding about beds reads: data only."""

    houses: Houses
    limits: Limits

    def beds(self, now: datetime) -> tuple[Bed, ...]:
        """Return all beds of the day."""
        return self.houses.beds(today(now))

    def hold(self, kind: HouseKind, now: datetime) -> timedelta:
        """Return for how long a bed is held."""
        return self.limits.of(kind, today(now)).hold


class SiblingsBy(Deadline, frozen=True):
    """Siblings who are not here by now are waited for no more (R84)."""

    referral: UUID


def refer(state: "State", message: Message, now: datetime, *, rooms: Rooms) -> Events:
    """Answer a referral for shelter with a bed; or let the child wait, and its siblings with it."""
    asked = message.body
    assert isinstance(asked, Referred)
    if asked.house_kind is None:
        return []
    if has := state.placements.bed_of(asked.house_kind):
        id_, stay = has
        return [stay.again(id_, asked.referral, now + rooms.hold(stay.kind, now), now)]
    waiting = _waiting(asked, asked.house_kind, now, rooms)
    as_if = state.after(message, waiting)
    if beds := _take(as_if, message, now, rooms):
        return beds
    return [waiting.model_copy(update={"siblings_by": None}) if _all_here(as_if, message, waiting) else waiting]


def look(state: "State", message: Message, now: datetime, *, rooms: Rooms) -> Events:
    """Take a bed if it is this child's turn now: something changed for it."""
    return _take(state, message, now, rooms)


def wake(state: "State", message: Message, now: datetime, *, rooms: Rooms) -> Events:
    """Take the bed for which somebody's turn named this child, and wait for no sibling any more (R84).

    Who is named could have had a bed at that moment: its siblings were all here, or had theirs. Until the child looks
    they may have slept in theirs and gone home, and nobody would come whom it could wait for.
    """
    waiting = [
        Waitlisted(referral=referral, house_kind=wait.kind, siblings=wait.group, occurred_at=now)
        for referral, wait in state.placements.waits.items()
        if wait.siblings_by
    ]
    return _take(state.after(message, *waiting), message, now, rooms) or waiting


def go_without(state: "State", message: Message, now: datetime, *, rooms: Rooms) -> Events:
    """Go with those siblings who are here, now that the time for the others has passed."""
    due = message.body
    assert isinstance(due, SiblingsBy)
    wait = state.placements.waits[due.referral]
    waiting = Waitlisted(referral=due.referral, house_kind=wait.kind, siblings=wait.group, occurred_at=now)
    as_if = state.after(message, waiting)
    return [waiting, *_take(as_if, message, now, rooms)]


def leave(state: "State", message: Message, now: datetime) -> Events:
    """Leave the line, or give the bed back, with the referral that asked for it."""
    ended = message.body
    assert isinstance(ended, Ended)
    placements, referral = state.placements, ended.referral
    if referral in placements.waits:
        return [LeftWaitingList(referral=referral, occurred_at=now)]
    holds = [id_ for id_, stay in placements.stays.items() if stay.status in HELD and referral in stay.referrals]
    if any(not state.referrals.shelter[asked].ended for id_ in holds for asked in placements.stays[id_].referrals):
        return []
    return [HoldReleased(stay=id_, referral=referral, occurred_at=now) for id_ in holds]


def close(state: "State", message: Message, now: datetime) -> Events:
    """Leave the line with the end of the case."""
    assert isinstance(message.body, CaseClosed)
    return [LeftWaitingList(referral=referral, occurred_at=now) for referral in state.placements.waits]


def _waiting(asked: Referred, kind: HouseKind, now: datetime, rooms: Rooms) -> Waitlisted:
    alone = asked.siblings is None or asked.siblings.size == 1
    by = None if alone else now + rooms.limits.of(kind, today(now)).siblings
    return Waitlisted(
        referral=asked.referral, house_kind=kind, siblings=asked.siblings, siblings_by=by, occurred_at=now
    )


def _all_here(state: "State", message: Message, waiting: Waitlisted) -> bool:
    rows = _rows_of_all(state, message)
    mine = (row for row in wait_rows(rows) if (row.subject, row.house_kind) == (message.subject, waiting.house_kind))
    return together(rows, next(mine))


def _take(state: "State", message: Message, now: datetime, rooms: Rooms) -> Events:
    """Hold the beds that are this child's now, for every referral that waits for one of that kind."""
    if not state.placements.waits:
        return []
    beds = plan(rooms.beds(now), _rows_of_all(state, message))
    mine = [bed for row, bed in beds.items() if row.subject == message.subject]
    waits = state.placements.waits
    return [held for bed in mine for held in _hold(waits, bed, message.draw(), now, rooms.hold(bed.kind, now))]


def _hold(waits: Waits, bed: Bed, stay: UUID, now: datetime, time: timedelta) -> Iterator[BedHeld]:
    for referral, wait in waits.items():
        if wait.kind == bed.kind:
            yield BedHeld(
                stay=stay, house=bed.house, bed=bed.number, house_kind=bed.kind, referral=referral, until=now + time,
                siblings=wait.group, occurred_at=now,
            )  # fmt: skip


def _rows_of_all(state: "State", message: Message) -> list[StayRow | WaitRow]:
    """Return the rows of all cases, this one's as its state has them now."""
    others = [row for row in message.shared if row.subject != message.subject]
    return [*others, *state.beds(message.subject)]


def evolve(waits: Waits, message: Message) -> Waits:
    """Evolve by any fact of `placements`; only who waits is kept."""
    fact = message.body
    if not isinstance(fact, Waitlisted | BedHeld | LeftWaitingList):
        return waits
    status = after(TABLE, "waiting" if fact.referral in waits else NONE, fact)
    others = {id_: wait for id_, wait in waits.items() if id_ != fact.referral}
    if status == "waiting" and isinstance(fact, Waitlisted):
        others = {**waits, fact.referral: _waits(waits.get(fact.referral), fact)}
    return others


def _waits(before: Wait | None, fact: Waitlisted) -> Wait:
    since = before.since if before else fact.occurred_at
    if fact.siblings is None:
        return Wait(fact.house_kind, since)
    return Wait(fact.house_kind, since, fact.siblings.id, fact.siblings.size, fact.siblings_by)


def deadlines(waits: Waits) -> dict[Deadline, datetime]:
    """Return until when siblings are waited for."""
    return {SiblingsBy(referral): wait.siblings_by for referral, wait in waits.items() if wait.siblings_by}


def rows(subject: UUID, state: "State") -> Iterator[WaitRow]:
    """Return one row for each kind of house that the child waits for: the referral that has waited longest."""
    kinds: set[HouseKind] = set()
    for referral, wait in state.placements.waits.items():
        if wait.kind not in kinds:
            kinds.add(wait.kind)
            child = state.child(referral)
            yield WaitRow(
                subject, referral, wait.kind, wait.siblings, wait.size, wait.siblings_by, state.cases.risk or "",
                wait.since, child.sex, child.age,
            )  # fmt: skip
