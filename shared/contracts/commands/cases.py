"""What may be asked about a case: report children, say what they need, link, close."""

from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from shared.contracts.commands.deciders import ForIntake
from shared.contracts.directory.codes import ClosingOutcome, Risk, Source, WaiverReason
from shared.contracts.model import AboutChild, Sealed, Value


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
    waived: WaiverReason | None = None
    """Why the child need not be seen again before."""


COMMANDS: Final = (
    ReportChild,
    ProposeCategory,
    ConfirmCategory,
    WithdrawCategory,
    AssessRisk,
    AddIdentity,
    LinkSameChild,
    UnlinkSameChild,
    RequestClosing,
)
