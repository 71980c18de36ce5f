"""Phase: how far the work on a case has come, read from what was done; never set by hand (R118)."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias
from uuid import UUID

if TYPE_CHECKING:
    from services.intake.domain.state import Cases

Phase: TypeAlias = Literal[
    "identification", "assessment", "planning", "implementation", "follow-up", "closure", "closed"
]
"""The six steps in their order, and the end."""


class PhaseRow(NamedTuple):
    """Table `phases`: how far each case has come, and what must be done by when."""

    subject: UUID
    phase: str
    assessment: UUID | None
    care: str
    plan: UUID | None
    goal: str
    visits: int
    found: str
    assess_by: datetime | None
    plan_by: datetime | None
    follow_up_by: datetime | None


def phase(cases: "Cases") -> Phase:
    """Return the first step that is not done yet."""
    following = cases.follow_up
    if cases.closing.status != "open":
        return "closed" if cases.closing.status == "closed" else "closure"
    if cases.assessment.id is None:
        return "assessment" if cases.assignment.worker else "identification"
    if cases.plan.id is None:
        return "planning"
    if following.visits and following.follow_up_by is None:
        return "closure"
    return "follow-up" if following.visits else "implementation"


def rows(subject: UUID, cases: "Cases") -> Iterator[PhaseRow]:
    """Return the one row."""
    assessment, plan, following = cases.assessment, cases.plan, cases.follow_up
    yield PhaseRow(
        subject,
        phase(cases),
        assessment.id,
        assessment.care,
        plan.id,
        plan.goal,
        following.visits,
        following.found,
        assessment.assess_by,
        plan.plan_by,
        following.follow_up_by,
    )
