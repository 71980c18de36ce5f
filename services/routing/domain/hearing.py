"""Hearings: diversion meetings and court hearings, their companion, and the child's way there and back (R64, R69)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from services.routing.domain.mark import Marks
from services.routing.domain.matter import Matters
from shared.contracts.directory.codes import PartyCode
from shared.contracts.message import Deadline, Part
from shared.contracts.model import AboutChild, Forum, Officer
from shared.contracts.proceedings import (
    CompanionAssigned,
    CompanionMissing,
    EscortedToHearing,
    HearingCancelled,
    HearingHeld,
    HearingScheduled,
    ReturnedFromHearing,
)
from shared.contracts.transitions import NONE, Table, after, before, fits

TABLE: Final[Table] = {
    (NONE, HearingScheduled): "scheduled",
    ("scheduled", CompanionAssigned): "accompanied",
    ("scheduled", CompanionMissing): "unaccompanied",
    ("unaccompanied", CompanionAssigned): "accompanied",
    ("accompanied", CompanionAssigned): "accompanied",
    ("scheduled", HearingHeld): "held",
    ("unaccompanied", HearingHeld): "held",
    ("accompanied", HearingHeld): "held",
    ("scheduled", HearingCancelled): "cancelled",
    ("unaccompanied", HearingCancelled): "cancelled",
    ("accompanied", HearingCancelled): "cancelled",
}
"""*Unaccompanied*: nobody named a companion in time, and Dinsos was told. The child's way is told beside the status."""

OPEN: Final = before(TABLE, HearingCancelled)
"""What keeps a case open (R150)."""

Move = CompanionAssigned | CompanionMissing | EscortedToHearing | HearingHeld | HearingCancelled | ReturnedFromHearing


class CompanionBy(Deadline, frozen=True):
    """A companion must be named (R64)."""

    hearing: UUID


class Hearing(msgspec.Struct, frozen=True, omit_defaults=True):
    """One meeting or hearing."""

    forum: Forum
    at: datetime
    by: PartyCode
    companion_by: datetime
    status: str = "scheduled"
    companion: PartyCode | None = None
    officer: Officer | None = None
    outcome: str | None = None
    companion_present: bool | None = None
    arrived_at: datetime | None = None
    returned_at: datetime | None = None
    matter: UUID | None = None


class Proceedings(Part, frozen=True):
    """The part that `proceedings` makes: all hearings by id, the matters of law, and what their limits go by."""

    by_id: dict[UUID, Hearing] = msgspec.field(default_factory=dict)
    matters: Matters = Matters()
    marks: Marks = ()


class HearingRow(NamedTuple):
    """Table `hearings`: one row for each; `companion_by` matters while `status` is scheduled."""

    subject: UUID
    hearing: UUID
    forum: str
    status: str
    at: datetime
    set_by: str
    companion_by: datetime
    companion: str | None
    officer: str | None
    outcome: str | None
    companion_present: bool | None
    arrived_at: datetime | None
    returned_at: datetime | None


def scheduled(part: Proceedings, fact: HearingScheduled, _: AboutChild) -> Proceedings:
    """Evolve by `hearing-scheduled`."""
    hearing = Hearing(forum=fact.forum, at=fact.at, by=fact.by, companion_by=fact.companion_by, matter=fact.matter)
    return msgspec.structs.replace(part, by_id={**part.by_id, fact.hearing: hearing})


def moved(part: Proceedings, fact: Move, _: AboutChild) -> Proceedings:
    """Evolve by any later fact about a hearing; one about a hearing that was never said changes nothing."""
    was = part.by_id.get(fact.hearing)
    if was is None:
        return part
    told = msgspec.structs.replace(was, status=after(TABLE, was.status, fact), **_told(fact))
    return msgspec.structs.replace(part, by_id={**part.by_id, fact.hearing: told})


def _told(fact: Move) -> dict[str, object]:
    """Return what a fact tells besides the status."""
    match fact:
        case CompanionAssigned():
            return {"companion": fact.agency, "officer": fact.officer}
        case HearingHeld():
            return {"outcome": fact.outcome, "companion_present": fact.companion_present}
        case EscortedToHearing():
            return {"arrived_at": fact.arrived_at}
        case ReturnedFromHearing():
            return {"returned_at": fact.occurred_at}
        case _:
            return {}


def deadlines(part: Proceedings) -> dict[Deadline, datetime]:
    """Return until when each hearing needs a companion."""
    return {CompanionBy(id_): each.companion_by for id_, each in part.by_id.items() if waits(each)}


def waits(hearing: Hearing) -> bool:
    """Tell whether nobody has yet been named who goes with the child, and nobody been told so."""
    return fits(TABLE, hearing.status, CompanionMissing)


def rows(subject: UUID, part: Proceedings) -> Iterator[HearingRow]:
    """Return a row for each hearing."""
    for id_, each in part.by_id.items():
        yield HearingRow(
            subject,
            id_,
            each.forum,
            each.status,
            each.at,
            each.by,
            each.companion_by,
            each.companion,
            each.officer,
            each.outcome,
            each.companion_present,
            each.arrived_at,
            each.returned_at,
        )
