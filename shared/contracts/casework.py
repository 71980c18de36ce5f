"""Stream `cases`, what is done in a case file: who works on it, what the coordinator approved, what is overdue."""

from typing import Literal, TypeAlias
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.directory.codes import AgencyCode, ClosingOutcome, PartyCode, ReturnReason
from shared.contracts.model import Code, Fact, Officer, Value

Approvable: TypeAlias = Literal["assessment", "plan", "closing"]
"""What the coordinator approves (R130, R150)."""

Step: TypeAlias = Literal["take", "assess", "plan", "follow-up"]
"""What must be done in a case by a time (R122, R127)."""


class Duty(Value):
    """Who is on duty: an agency and a role, never a person (R127)."""

    agency: AgencyCode
    role: Code


class WorkerAssigned(Fact):
    """Somebody works on this case from now on, in the place of whoever did before (R123)."""

    agency: PartyCode
    worker: Officer


class ApprovalAsked(Fact):
    """The coordinator is asked to approve what `by` did: the `thing`, or a closing with `outcome` (R130, R150)."""

    approval: UUID
    of: Approvable
    by: Officer
    thing: UUID | None = None
    outcome: ClosingOutcome | None = None


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


CASEWORK = (WorkerAssigned, ApprovalAsked, ApprovalGiven, ApprovalRefused, WorkOverdue)
