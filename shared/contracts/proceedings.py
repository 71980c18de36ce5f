"""Stream `proceedings`, spoken by routing: matters of law, and hearings that the child is accompanied to (SABAH)."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.directory.codes import PartyCode
from shared.contracts.diversions import Attendance, Consenter, OrderKind, WithoutVictim
from shared.contracts.model import Activity, Code, Fact, Forum, MatterOutcome, Officer, Sealed, Stage, Suspect


class HearingScheduled(Fact):
    """A diversion meeting or a court hearing is set (R22, R64).

    It is `at` that time; a companion must be named by `companion_by`.
    """

    hearing: UUID
    forum: Forum
    at: AwareDatetime
    by: PartyCode
    companion_by: AwareDatetime
    matter: UUID | None = None
    closed: bool = True
    """Nobody else may be there; only a verdict is read openly, and then with initials alone (R63, R68)."""


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
    attendance: tuple[Attendance, ...] = ()
    complete: bool = False
    """Of a diversion meeting: all who must take part were there, or it was told why not (R22)."""


class HearingCancelled(Fact):
    """The hearing will not take place."""

    hearing: UUID
    by: PartyCode


class ReturnedFromHearing(Fact):
    """The child is back where it was before the hearing."""

    hearing: UUID


class MatterOpened(Fact):
    """The police began to investigate; `occurred_at` is when (R29-R34).

    In `about_child`, role is the child's in this matter (R3, R71), and age its age at the offence (R0.2). `threat` is
    the longest imprisonment in years that the law threatens, `repeat` whether it is a repeat offence (R20). `suspect`
    is who else is suspected: a parent that is takes no part for the child (R65).
    """

    matter: UUID
    by: PartyCode
    suspect: Suspect = "unknown"
    threat: Literal["under-7", "7-or-more", "unknown"] = "unknown"
    repeat: bool | None = None
    about_child: Sealed


class StepTaken(Fact):
    """A step that the law asks of police, prosecutor, court or house, as told; it starts and ends limits (R153)."""

    matter: UUID
    step: Code
    by: PartyCode


class ReportRequested(Fact):
    """A probation officer's *litmas* or a social worker's *laporan sosial* is asked for (R31-R33)."""

    report: UUID
    matter: UUID
    kind: Literal["litmas", "social-report"]
    of: PartyCode
    by: PartyCode


class ReportDelivered(Fact):
    """The report that was asked for lies before who asked (R32, R33)."""

    report: UUID
    matter: UUID
    by: PartyCode


class ChildArrested(Fact):
    """The child was arrested; how long an arrest may last has two readings, and both run (R46)."""

    matter: UUID
    by: PartyCode


class ChildDetained(Fact):
    """Detention of one stage began, at `held_by` (R47-R51, R61); each stage has its own limit (R60)."""

    detention: UUID
    matter: UUID
    stage: Stage
    held_by: PartyCode
    by: PartyCode


class DetentionExtended(Fact):
    """Whoever may by law has extended the detention of one stage, once (R47-R51)."""

    detention: UUID
    matter: UUID
    days: Annotated[int, Field(ge=1, le=60)]
    by: PartyCode


class DetentionPassedOn(Fact):
    """Detention of one stage ended because that of the next, `next`, began; unused days are not carried over (R60)."""

    detention: UUID
    matter: UUID
    next: UUID


class ChildReleased(Fact):
    """The child is free of arrest and detention (R52)."""

    matter: UUID
    detention: UUID | None = None
    why: Code
    by: PartyCode


class DiversionOpened(Fact):
    """Diversion is tried at this stage (R20, R34-R41)."""

    diversion: UUID
    matter: UUID
    stage: Stage
    by: PartyCode


class DiversionAgreed(Fact):
    """All who must have agreed; their superior brings it before the court (R24, R42)."""

    diversion: UUID
    matter: UUID
    consents: tuple[Consenter, ...] = ()
    without_victim: WithoutVictim | None = None


class DiversionFailed(Fact):
    """Nobody agreed, or what was agreed was not done: the matter goes on (R27)."""

    diversion: UUID
    matter: UUID
    why: Literal["not-agreed", "not-carried-out"]


class JointlyDecided(Fact):
    """Investigator, probation officer and social worker decided together about a child under twelve (R19)."""

    matter: UUID
    decision: Literal["return-to-parents", "programme"]


class OrderMade(Fact):
    """What an agreement asks to be done, through whom and by when; each has its own end, and who watches it (R26)."""

    order: UUID
    diversion: UUID
    matter: UUID
    kind: OrderKind
    through: PartyCode
    supervised_by: PartyCode
    until: AwareDatetime


class OrderCarriedOut(Fact):
    """What was ordered was done (R25, R26)."""

    order: UUID
    matter: UUID
    by: PartyCode


class OrderOverdue(Fact):
    """The time for it has passed and nobody told of its end: the probation office must look and report (R26)."""

    order: UUID
    matter: UUID
    through: PartyCode
    until: AwareDatetime


class OrderNotCarriedOut(Fact):
    """What was ordered was not done; whoever led the diversion acts on it within seven days (R26, R45)."""

    order: UUID
    matter: UUID
    by: PartyCode


class MatterEnded(Fact):
    """Nothing more is done in the matter: judged, diverted and carried out, decided jointly, or not pursued."""

    matter: UUID
    why: MatterOutcome
    by: PartyCode


class ActivityLogged(Fact):
    """What a social worker did for a child before the law: one of the eight that are its duty (R69)."""

    activity: UUID
    kind: Activity
    by: PartyCode
    officer: Officer
    matter: UUID | None = None
    hearing: UUID | None = None


PROCEEDINGS = (
    HearingScheduled,
    CompanionAssigned,
    CompanionMissing,
    EscortedToHearing,
    HearingHeld,
    HearingCancelled,
    ReturnedFromHearing,
    MatterOpened,
    StepTaken,
    ReportRequested,
    ReportDelivered,
    ChildArrested,
    ChildDetained,
    DetentionExtended,
    DetentionPassedOn,
    ChildReleased,
    DiversionOpened,
    DiversionAgreed,
    DiversionFailed,
    JointlyDecided,
    OrderMade,
    OrderCarriedOut,
    OrderOverdue,
    OrderNotCarriedOut,
    MatterEnded,
    ActivityLogged,
)
