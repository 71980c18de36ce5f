"""What agencies and officers may ask for, each decided by one service."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.directory.codes import (
    ClosingOutcome,
    DeclineReason,
    DischargeOutcome,
    HouseKind,
    PartyCode,
    ReferralOutcome,
    Risk,
    Service,
    Source,
    WithdrawalReason,
)
from shared.contracts.model import AboutChild, Code, Command, Custodian, Forum, Officer, Sealed, Value


class ForIntake(Command):
    """Decided by intake."""

    decider: ClassVar[str] = "intake"


class ForRouting(Command):
    """Decided by routing."""

    decider: ClassVar[str] = "routing"


class ForShelter(Command):
    """Decided by shelter."""

    decider: ClassVar[str] = "shelter"


class ForNotifications(Command):
    """Decided by notifications."""

    decider: ClassVar[str] = "notifications"


class ReportedChild(Value):
    """One child of a report. `identity` is sealed to intake's key; a raid needs none (R79, R100)."""

    about_child: AboutChild = AboutChild()
    siblings: Annotated[int, Field(ge=1, le=100)] | None = None
    """Children of one report with the same number here are siblings."""
    identity: Sealed | None = None


class ReportChild(ForIntake):
    """One report, one or several children; a case is opened for each (R87a, R118). No subject.

    `secured`: the reporter has the children in its care.
    """

    source: Source
    secured: bool = False
    risk: Risk | None = None
    children: Annotated[tuple[ReportedChild, ...], Field(min_length=1, max_length=30)]


class ProposeCategory(ForIntake):
    """Think that the child belongs to a category (R10)."""

    about_child: AboutChild


class ConfirmCategory(ForIntake):
    """Confirm a proposed category, or state one at once; age and areas may be corrected with it (R10)."""

    assertion: UUID | None = None
    about_child: AboutChild = AboutChild()


class WithdrawCategory(ForIntake):
    """Take a category back (R10)."""

    assertion: UUID


class AssessRisk(ForIntake):
    """Say how soon somebody must act (R122)."""

    risk: Risk


class AddIdentity(ForIntake):
    """Identity learnt later, sealed to intake's key; nothing of it is said in any stream."""

    identity: Sealed


class LinkSameChild(ForIntake):
    """This case and `primary` are of one child."""

    primary: UUID


class UnlinkSameChild(ForIntake):
    """The link was a mistake."""

    link: UUID


class RequestClosing(ForIntake):
    """Ask that the case be closed (R150)."""

    outcome: ClosingOutcome


class ReferChild(ForRouting):
    """The coordinator asks a party for a service by hand; the policy's answer-by applies."""

    agency: PartyCode
    service: Service
    house_kind: HouseKind | None = None


class AcknowledgeReferral(ForRouting):
    """We have seen it (R145)."""

    referral: UUID


class AcceptReferral(ForRouting):
    """We will help (R145)."""

    referral: UUID


class DeclineReferral(ForRouting):
    """We cannot help, because (R147)."""

    referral: UUID
    reason: DeclineReason
    suggested: PartyCode | None = None


class WithdrawReferral(ForRouting):
    """The sender takes it back (R145)."""

    referral: UUID
    reason: WithdrawalReason


class StartService(ForRouting):
    """We have begun (R145)."""

    referral: UUID


class CompleteReferral(ForRouting):
    """The service ended (R145)."""

    referral: UUID
    outcome: ReferralOutcome


class ScheduleHearing(ForRouting):
    """A diversion meeting or a court hearing is set (R22, R64)."""

    forum: Forum
    at: AwareDatetime


class AssignCompanion(ForRouting):
    """Name who accompanies the child (R64, R69)."""

    hearing: UUID
    officer: Officer


class RecordHearing(ForRouting):
    """Tell how the hearing went."""

    hearing: UUID
    outcome: Literal["agreed", "not-agreed", "adjourned", "decided", "returned-to-parents"]


class CancelHearing(ForRouting):
    """The hearing will not take place."""

    hearing: UUID


class OfferHandover(ForShelter):
    """The custodian offers the child to another party (R87a)."""

    to: PartyCode


class AcceptHandover(ForShelter):
    """The receiver takes the child (R87a)."""

    handover: UUID


class DeclineHandover(ForShelter):
    """The receiver does not take the child."""

    handover: UUID


class AdmitChild(ForShelter):
    """The house takes the child into the bed that is held for it."""

    stay: UUID


class ReleaseHold(ForShelter):
    """The bed is not needed any more."""

    stay: UUID


class DepartEscort(ForShelter):
    """Leave with the child for a hearing."""

    hearing: UUID


class ArriveEscort(ForShelter):
    """The child is at the hearing."""

    escort: UUID


class ReturnEscort(ForShelter):
    """The child is back."""

    escort: UUID


class DischargeChild(ForShelter):
    """End the stay or the care: the child goes to `to` (R80)."""

    to: Custodian
    outcome: DischargeOutcome


class ReportMissing(ForShelter):
    """The child is gone."""


class AskWhereabouts(ForShelter):
    """Where is the child? Answered to Dinsos and to the two parties of a leg, to nobody else (R88)."""


class ConfirmProcessed(ForNotifications):
    """Our system has done what the notice was for."""

    notice: Code


COMMANDS = (
    ReportChild,
    ProposeCategory,
    ConfirmCategory,
    WithdrawCategory,
    AssessRisk,
    AddIdentity,
    LinkSameChild,
    UnlinkSameChild,
    RequestClosing,
    ReferChild,
    AcknowledgeReferral,
    AcceptReferral,
    DeclineReferral,
    WithdrawReferral,
    StartService,
    CompleteReferral,
    ScheduleHearing,
    AssignCompanion,
    RecordHearing,
    CancelHearing,
    OfferHandover,
    AcceptHandover,
    DeclineHandover,
    AdmitChild,
    ReleaseHold,
    DepartEscort,
    ArriveEscort,
    ReturnEscort,
    DischargeChild,
    ReportMissing,
    AskWhereabouts,
    ConfirmProcessed,
)
