"""Plan: what is to become of the child, its family first; in no house, that is the city's own duty (R84, R0.7)."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec

from services.intake.domain import approval
from services.intake.domain.may import CASEWORKERS, Rights
from services.intake.domain.overdue import overdue
from services.intake.policy import Policy
from shared.contracts.cases import CaseClosed, CaseReopened
from shared.contracts.casework import AssessmentMade, Goal, PlanMade, WorkOverdue
from shared.contracts.commands import MakePlan
from shared.contracts.message import Deadline, Events, Message, Refusal

if TYPE_CHECKING:
    from services.intake.domain.state import State

MAY: Rights = {MakePlan: CASEWORKERS}

WITH_FAMILY: Final[frozenset[Goal]] = frozenset({"stay-with-family", "reunification", "kinship-care"})
"""Goals that need no reason: the family first, an institution last (R84)."""


class Plan(msgspec.Struct, frozen=True, omit_defaults=True):
    """The last plan, or until when there must be one."""

    id: UUID | None = None
    goal: str = ""
    plan_by: datetime | None = None
    overdue: bool = False


class PlanBy(Deadline, frozen=True):
    """There must be a plan."""


def make(state: "State", message: Message, now: datetime, *, policy: Policy) -> Events | Refusal:
    """Take a plan on the last assessment; a goal outside the family needs its reason (R84)."""
    command, assessment = message.body, state.cases.assessment.id
    assert isinstance(command, MakePlan)
    if assessment is None:
        return Refusal("assessment-missing", ("case-owner",))
    if command.goal not in WITH_FAMILY and command.why is None:
        return Refusal("family-first", ("case-owner",))
    fact = PlanMade(
        plan=message.draw(),
        assessment=assessment,
        goal=command.goal,
        why=command.why,
        services=command.services,
        follow_up_by=policy.due("follow-up", state.cases.risk.risk if state.cases.risk else None, now),
        occurred_at=command.occurred_at,
    )
    return [fact, *approval.of_work(message, command.occurred_at, "plan", fact.plan)]


def late(state: "State", message: Message, now: datetime) -> Events:
    """Tell the coordinator that there is no plan in time."""
    assert isinstance(message.body, PlanBy)
    due = state.cases.plan.plan_by
    return [overdue("plan", due, now)] if due else []


def planned(was: Plan, message: Message) -> Plan:
    """Evolve by a plan, by the assessment that it waits for, and by the ends of a case."""
    match message.body:
        case PlanMade(plan=id_, goal=goal):
            return Plan(id_, goal)
        case AssessmentMade(plan_by=due) if was.id is None:
            return msgspec.structs.replace(was, plan_by=due, overdue=False)
        case CaseClosed():
            return msgspec.structs.replace(was, plan_by=None)
        case CaseReopened():
            return Plan()
        case WorkOverdue(step="plan"):
            return msgspec.structs.replace(was, overdue=True)
        case _:
            return was


def deadlines(plan: Plan) -> dict[Deadline, datetime]:
    """Return until when there must be a plan."""
    return {} if plan.plan_by is None or plan.overdue else {PlanBy(): plan.plan_by}
