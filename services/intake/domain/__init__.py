"""Intake as pure functions, composed: who decides each message, and what each fact changes."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

import msgspec

from services.intake.domain import (
    approval,
    assessment,
    assignment,
    category,
    closing,
    follow_up,
    heard,
    identity,
    link,
    phase,
    plan,
    report,
    risk,
)
from services.intake.domain.may import Rights, guarded
from services.intake.domain.state import Cases, State
from services.intake.policy import Policy
from shared.contracts import cases, casework, commands, placements, proceedings, referrals
from shared.contracts.directory import Directory
from shared.contracts.message import Deadline, Decide, Domain, Evolve, Message, Table
from shared.contracts.model import Fact
from shared.contracts.topics import heard_by, spoken_by

__all__ = ["MAY", "State", "domain"]

MAY: Final[Rights] = {
    **report.MAY,
    **identity.MAY,
    **assignment.MAY,
    **category.MAY,
    **risk.MAY,
    **assessment.MAY,
    **plan.MAY,
    **follow_up.MAY,
    **approval.MAY,
    **link.MAY,
    **closing.MAY,
}


def domain(directory: Directory, policy: Policy) -> Domain:
    """Return intake, going by the areas of `directory` and by the rota and limits of `policy`."""
    return Domain(
        name="intake",
        state=State,
        speaks=spoken_by("intake"),
        hears=heard_by("intake"),
        streams=dict.fromkeys(cases.CASES, "cases"),
        evolves=EVOLVES,
        decides=_decides(frozenset(area.code for area in directory.areas), policy),
        deadlines=_deadlines,
        rows=_rows,
        tables=TABLES,
        aliases=lambda state: state.referrals.names,
        opens=report.opens,
    )


TABLES: Final = {
    report.ReportRow: Table("reports"),
    assignment.AssignmentRow: Table("assignments"),
    phase.PhaseRow: Table("phases"),
    category.CategoryRow: Table("categories", key=2),
    risk.RiskRow: Table("risks"),
    approval.ApprovalRow: Table("approvals", key=2),
    link.LinkRow: Table("links", key=2),
    closing.ClosingRow: Table("closings"),
}


def _decides(areas: frozenset[str], policy: Policy) -> Mapping[type, Decide]:
    upon_a_case: Mapping[type, Decide] = {
        commands.AddIdentity: identity.add,
        commands.AssignWorker: assignment.assign,
        commands.ProposeCategory: partial(category.propose, areas=areas),
        commands.ConfirmCategory: partial(category.confirm, areas=areas),
        commands.WithdrawCategory: category.withdraw,
        commands.AssessRisk: partial(risk.assess, policy=policy),
        commands.MakeAssessment: partial(assessment.make, policy=policy),
        commands.MakePlan: partial(plan.make, policy=policy),
        commands.FollowUp: partial(follow_up.visit, policy=policy),
        commands.GiveApproval: partial(approval.give, then=closing.approved),
        commands.RefuseApproval: approval.refuse,
        commands.LinkSameChild: link.link,
        commands.UnlinkSameChild: link.unlink,
        commands.RequestClosing: closing.request,
        commands.ReopenCase: partial(closing.reopen, policy=policy),
    }
    return {
        commands.ReportChild: partial(report.identify, areas=areas, policy=policy),
        **{command: guarded(MAY[command], decide) for command, decide in upon_a_case.items()},
        **dict.fromkeys(closing.ANSWERS, closing.answered),
        **dict.fromkeys(closing.BEGUN, partial(closing.begun, policy=policy)),
        closing.AnswersBy: closing.overdue,
        assignment.TakeBy: assignment.late,
        assessment.AssessBy: assessment.late,
        plan.PlanBy: plan.late,
        follow_up.FollowUpBy: follow_up.late,
    }


def _cases(**steps: Evolve) -> Evolve:
    """Return an evolve of stream `cases` that lets each noun change its own field."""

    def evolve(part: Cases, message: Message) -> Cases:
        changed: dict[str, Any] = {noun: step(getattr(part, noun), message) for noun, step in steps.items()}
        return msgspec.structs.replace(part, **changed)

    return evolve


WORK: Final[Mapping[str, Evolve]] = {
    "assignment": assignment.assigned,
    "assessment": assessment.assessed,
    "plan": plan.planned,
    "follow_up": follow_up.followed,
}
"""What is done in a case, step by step; it ends with the case, and begins anew where that is opened again."""

EVOLVES: Final[Mapping[type[Fact], Evolve]] = {
    cases.ChildIdentified: _cases(
        report=report.identified,
        assignment=assignment.assigned,
        assessment=assessment.assessed,
        categories=category.asserted,
    ),
    cases.CategoryProposed: _cases(categories=category.asserted),
    cases.CategoryConfirmed: _cases(report=report.corrected, categories=category.asserted),
    cases.CategoryWithdrawn: _cases(categories=category.asserted),
    cases.RiskAssessed: _cases(risk=risk.assessed, assessment=assessment.assessed),
    cases.SameChildLinked: _cases(links=link.linked),
    cases.SameChildUnlinked: _cases(links=link.unlinked),
    casework.WorkerAssigned: _cases(assignment=assignment.assigned),
    casework.AssessmentMade: _cases(assessment=assessment.assessed, plan=plan.planned),
    casework.PlanMade: _cases(plan=plan.planned, follow_up=follow_up.followed),
    casework.FollowedUp: _cases(follow_up=follow_up.followed),
    casework.WorkOverdue: _cases(**WORK),
    **dict.fromkeys(approval.FACTS, _cases(approvals=approval.answered)),
    cases.ClosingRequested: _cases(closing=closing.moved, approvals=approval.answered),
    cases.ClosingDeclined: _cases(closing=closing.moved),
    cases.CaseClosed: _cases(closing=closing.moved, **WORK),
    cases.CaseReopened: _cases(closing=closing.moved, **WORK),
    referrals.CaseOwned: heard.owned,
    referrals.Referred: heard.referred,
    referrals.ReferralDeclined: heard.ended,
    referrals.ReferralExpired: heard.ended,
    referrals.ReferralWithdrawn: heard.ended,
    referrals.NothingOpenInRouting: heard.routing_answered,
    referrals.StillOpenInRouting: heard.routing_answered,
    proceedings.HearingScheduled: heard.joined,
    proceedings.CompanionAssigned: heard.joined,
    placements.ChildSecured: heard.held,
    placements.HandoverOffered: heard.held,
    placements.HandoverAccepted: heard.held,
    placements.Discharged: heard.held,
    placements.NothingOpenInShelter: heard.shelter_answered,
    placements.StillOpenInShelter: heard.shelter_answered,
}


def _deadlines(state: State) -> Mapping[Deadline, datetime]:
    part = state.cases
    return {
        **closing.deadlines(part.closing),
        **assignment.deadlines(part.assignment),
        **assessment.deadlines(part.assessment),
        **plan.deadlines(part.plan),
        **follow_up.deadlines(part.follow_up),
    }


def _rows(subject: UUID, state: State) -> Iterator[Any]:
    if state.cases.report is None:
        return
    yield from report.rows(subject, state.cases.report)
    yield from assignment.rows(subject, state.cases.assignment)
    yield from phase.rows(subject, state.cases)
    yield from category.rows(subject, state.cases.categories)
    yield from risk.rows(subject, state.cases.risk)
    yield from approval.rows(subject, state.cases.approvals)
    yield from link.rows(subject, state.cases.links)
    yield from closing.rows(subject, state.cases.closing)
