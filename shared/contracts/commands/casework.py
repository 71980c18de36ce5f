"""What may be asked about the work on a case: who does it, and what the coordinator says to it."""

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.casework import Care, Found, Goal
from shared.contracts.commands.deciders import ForIntake
from shared.contracts.directory.codes import NoFamilyReason, ReturnReason, Service
from shared.contracts.model import Officer


class AssignWorker(ForIntake):
    """Take a case oneself, or as the coordinator give it to a worker of Dinsos or of the corps (R86, R123)."""

    agency: Literal["dinsos", "sakti-peksos"] = "dinsos"
    worker: Officer | None = None
    """Whoever sends the command, where nobody is named."""


Services = Annotated[tuple[Service, ...], Field(max_length=24)]


class MakeAssessment(ForIntake):
    """Tell what the child needs and who cares for it (R118, R122)."""

    care: Care
    needs: Services = ()


class MakePlan(ForIntake):
    """Tell what is to become of the child; `why`, where its goal is not its family (R84, R118)."""

    goal: Goal
    why: NoFamilyReason | None = None
    services: Services = ()


class FollowUp(ForIntake):
    """Tell how a visit found the child; after the `last` it need not be seen again (R118, R77)."""

    found: Found
    last: bool = False


class ReopenCase(ForIntake):
    """Go on with a case that was closed: the child needs help again (R130)."""


class GiveApproval(ForIntake):
    """Approve what somebody else has done (R130, R150)."""

    approval: UUID


class RefuseApproval(ForIntake):
    """Give it back, to be done anew (R130)."""

    approval: UUID
    reason: ReturnReason


COMMANDS: Final = (AssignWorker, MakeAssessment, MakePlan, FollowUp, GiveApproval, RefuseApproval, ReopenCase)
