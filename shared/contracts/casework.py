"""Stream `cases`, what is done in a case file: who works on it, what the coordinator approved, what is overdue."""

from typing import Literal, TypeAlias
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.directory.codes import (
    AgencyCode,
    ClosingOutcome,
    NoFamilyReason,
    PartyCode,
    ReturnReason,
    Service,
    WaiverReason,
)
from shared.contracts.model import Code, Fact, Officer, Value

Approvable: TypeAlias = Literal["assessment", "plan", "closing"]
"""What the coordinator approves (R130, R150)."""

Step: TypeAlias = Literal["take", "assess", "plan", "follow-up"]
"""What must be done in a case by a time (R122, R127)."""


Care: TypeAlias = Literal["parents", "kin", "others", "nobody", "in-a-house", "unknown"]
"""Who cares for the child, at an assessment (R1, R2)."""

Goal: TypeAlias = Literal["stay-with-family", "reunification", "kinship-care", "alternative-care", "independent-living"]
"""What a plan is for; the first three are the family's care (R84)."""

Found: TypeAlias = Literal["safe", "at-risk", "not-met"]
"""How a visit found the child."""


class Duty(Value):
    """Who is on duty: an agency and a role, never a person (R127)."""

    agency: AgencyCode
    role: Code


class WorkerAssigned(Fact):
    """Somebody works on this case from now on, in the place of whoever did before (R123)."""

    agency: PartyCode
    worker: Officer


class AssessmentMade(Fact):
    """A worker found out what the child `needs` and who cares for it; a plan is due by `plan_by` (R118, R122)."""

    assessment: UUID
    care: Care
    needs: tuple[Service, ...] = ()
    plan_by: AwareDatetime


class PlanMade(Fact):
    """There is a plan for the child: its goal, `why` where that is not its family, and what is to be done (R84, R118).

    The child is seen again by `follow_up_by`.
    """

    plan: UUID
    assessment: UUID
    goal: Goal
    why: NoFamilyReason | None = None
    services: tuple[Service, ...] = ()
    follow_up_by: AwareDatetime


class FollowedUp(Fact):
    """A worker went to see the child on its plan; without `follow_up_by` it was the last time (R118, R77)."""

    plan: UUID
    found: Found
    follow_up_by: AwareDatetime | None = None


class ApprovalAsked(Fact):
    """The coordinator is asked to approve what `by` did: the `thing`, or a closing with `outcome` (R130, R150)."""

    approval: UUID
    of: Approvable
    by: Officer
    thing: UUID | None = None
    outcome: ClosingOutcome | None = None
    waived: WaiverReason | None = None
    """Why the child need not be seen again before its case closes."""


class ApprovalGiven(Fact):
    """The coordinator approved it (R130)."""

    approval: UUID


class ApprovalRefused(Fact):
    """The coordinator gave it back, to be done anew (R130)."""

    approval: UUID
    reason: ReturnReason


class WorkOverdue(Fact):
    """Something that had to be done by `due` is not; `duty` is who must see to it now (R122, R127)."""

    step: Step
    due: AwareDatetime
    duty: Duty


CASEWORK = (
    WorkerAssigned,
    AssessmentMade,
    PlanMade,
    FollowedUp,
    ApprovalAsked,
    ApprovalGiven,
    ApprovalRefused,
    WorkOverdue,
)
