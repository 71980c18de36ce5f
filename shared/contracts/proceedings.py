"""Stream `proceedings`, spoken by routing: hearings, and who accompanies the child to them (SABAH)."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.directory.codes import PartyCode
from shared.contracts.model import Fact, Forum, Officer


class HearingScheduled(Fact):
    """A diversion meeting or a court hearing is set (R22, R64).

    It is `at` that time; a companion must be named by `companion_by`.
    """

    hearing: UUID
    forum: Forum
    at: AwareDatetime
    by: PartyCode
    companion_by: AwareDatetime


class CompanionAssigned(Fact):
    """Who accompanies the child to the hearing (R64, R69)."""

    hearing: UUID
    agency: PartyCode
    officer: Officer


class CompanionMissing(Fact):
    """No companion was named in time: Dinsos must act before the hearing (R64, R142)."""

    hearing: UUID
    at: AwareDatetime


class EscortedToHearing(Fact):
    """The child arrived at the hearing with its escort and its companion (R69)."""

    hearing: UUID
    forum: Forum
    companion: PartyCode
    officer: Officer | None = None
    arrived_at: AwareDatetime


class HearingHeld(Fact):
    """The hearing took place; `companion_present` is evidence for R64 and R142."""

    hearing: UUID
    forum: Forum
    outcome: Literal["agreed", "not-agreed", "adjourned", "decided", "returned-to-parents"]
    companion_present: bool


class HearingCancelled(Fact):
    """The hearing will not take place."""

    hearing: UUID
    by: PartyCode


class ReturnedFromHearing(Fact):
    """The child is back where it was before the hearing."""

    hearing: UUID


PROCEEDINGS = (
    HearingScheduled,
    CompanionAssigned,
    CompanionMissing,
    EscortedToHearing,
    HearingHeld,
    HearingCancelled,
    ReturnedFromHearing,
)
