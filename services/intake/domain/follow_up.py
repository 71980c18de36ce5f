"""Follow-up: the child is seen again until it is safe without us; only then may its case close (R118, R150)."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from services.intake.domain.may import CASEWORKERS, Rights
from services.intake.domain.overdue import overdue
from services.intake.policy import Policy
from shared.contracts.cases import CaseClosed, CaseReopened
from shared.contracts.casework import FollowedUp, PlanMade, WorkOverdue
from shared.contracts.commands import FollowUp
from shared.contracts.directory.codes import ClosingOutcome
from shared.contracts.message import Deadline, Events, Message, Refusal

if TYPE_CHECKING:
    from services.intake.domain.state import State

MAY: Rights = {FollowUp: CASEWORKERS}

NOBODY_TO_SEE: Final[frozenset[ClosingOutcome]] = frozenset(
    {"moved-to-another-city", "came-of-age", "reported-in-error", "continued-in-linked-case", "not-found", "died"}
)
"""Outcomes after which there is no child here whom a visit could find [DESIGN]."""


class Following(msgspec.Struct, frozen=True, omit_defaults=True):
    """How often the child was seen on its plan, by when it must be next, and whether that is over."""

    visits: int = 0
    found: str = ""
    follow_up_by: datetime | None = None
    overdue: bool = False


class FollowUpBy(Deadline, frozen=True):
    """The child must be seen again."""


def visit(state: "State", message: Message, now: datetime, *, policy: Policy) -> Events | Refusal:
    """Take what a visit found; the last one must have found the child safe."""
    command, plan = message.body, state.cases.plan.id
    assert isinstance(command, FollowUp)
    if plan is None:
        return Refusal("plan-missing", ("case-owner",))
    if command.last and command.found != "safe":
        return Refusal("child-not-safe", ("case-owner",))
    risk = state.cases.risk.risk if state.cases.risk else None
    due = None if command.last else policy.due("follow-up", risk, now)
    return [FollowedUp(plan=plan, found=command.found, follow_up_by=due, occurred_at=command.occurred_at)]


def late(state: "State", message: Message, now: datetime) -> Events:
    """Tell the coordinator that nobody has seen the child in time."""
    assert isinstance(message.body, FollowUpBy)
    due = state.cases.follow_up.follow_up_by
    return [overdue("follow-up", due, now)] if due else []


def followed(was: Following, message: Message) -> Following:
    """Evolve by a plan, by a visit, and by the ends of a case."""
    match message.body:
        case PlanMade(follow_up_by=due):
            return Following(was.visits, was.found, due)
        case FollowedUp(found=found, follow_up_by=due):
            return Following(was.visits + 1, found, due)
        case CaseClosed():
            return msgspec.structs.replace(was, follow_up_by=None)
        case CaseReopened():
            return Following()
        case WorkOverdue(step="follow-up"):
            return msgspec.structs.replace(was, overdue=True)
        case _:
            return was


def still_due(following: Following, outcome: ClosingOutcome) -> bool:
    """Tell whether a case that would close with an outcome still owes the child a visit (R150)."""
    return following.follow_up_by is not None and outcome not in NOBODY_TO_SEE


def deadlines(following: Following) -> dict[Deadline, datetime]:
    """Return until when the child must be seen again."""
    due = following.follow_up_by
    return {} if due is None or following.overdue else {FollowUpBy(): due}
