"""Assessment: what the child needs and who cares for it, made by a worker within the time of its risk (R118, R122)."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from services.intake.domain import approval
from services.intake.domain.may import CASEWORKERS, Rights
from services.intake.domain.overdue import overdue
from services.intake.policy import Policy
from shared.contracts.cases import CaseClosed, CaseReopened, ChildIdentified, RiskAssessed
from shared.contracts.casework import AssessmentMade, WorkOverdue
from shared.contracts.commands import MakeAssessment
from shared.contracts.message import Deadline, Events, Message, Refusal

if TYPE_CHECKING:
    from services.intake.domain.state import State

MAY: Rights = {MakeAssessment: CASEWORKERS}


class Assessment(msgspec.Struct, frozen=True, omit_defaults=True):
    """The last assessment, or until when the first must be made."""

    id: UUID | None = None
    care: str = ""
    assess_by: datetime | None = None
    overdue: bool = False


class AssessBy(Deadline, frozen=True):
    """The child must be assessed."""


def make(state: "State", message: Message, now: datetime, *, policy: Policy) -> Events | Refusal:
    """Take an assessment, as often as the situation changes; a worker's goes to the coordinator (R130)."""
    command = message.body
    assert isinstance(command, MakeAssessment)
    risk = state.cases.risk.risk if state.cases.risk else None
    fact = AssessmentMade(
        assessment=message.draw(),
        care=command.care,
        needs=command.needs,
        plan_by=policy.due("plan", risk, now),
        occurred_at=command.occurred_at,
    )
    return [fact, *approval.of_work(message, command.occurred_at, "assessment", fact.assessment)]


def late(state: "State", message: Message, now: datetime) -> Events:
    """Tell the coordinator that the child was not assessed in time."""
    assert isinstance(message.body, AssessBy)
    due = state.cases.assessment.assess_by
    return [overdue("assess", due, now)] if due else []


def assessed(was: Assessment, message: Message) -> Assessment:
    """Evolve by an assessment; until the first by every risk, which sets the time; and by the ends of a case."""
    match message.body:
        case AssessmentMade(assessment=id_, care=care):
            return Assessment(id_, care)
        case ChildIdentified(assess_by=due) | CaseReopened(assess_by=due):
            return Assessment(assess_by=due)
        case RiskAssessed(assess_by=due) if due and was.id is None:
            return msgspec.structs.replace(was, assess_by=due)
        case CaseClosed():
            return msgspec.structs.replace(was, assess_by=None)
        case WorkOverdue(step="assess"):
            return msgspec.structs.replace(was, overdue=True)
        case _:
            return was


def deadlines(assessment: Assessment) -> dict[Deadline, datetime]:
    """Return until when the child must be assessed."""
    due = assessment.assess_by
    return {} if due is None or assessment.overdue else {AssessBy(): due}
