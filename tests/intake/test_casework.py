"""From assessment to follow-up, for a child that may never enter a house (R0.7, R84, R118, R122, R150)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.intake.domain.phase import PhaseRow
from shared.contracts.cases import CaseReopened, ChildIdentified, ClosingRequested, RiskAssessed
from shared.contracts.casework import ApprovalAsked, AssessmentMade, FollowedUp, PlanMade, WorkOverdue
from shared.contracts.commands import (
    AssessRisk,
    AssignWorker,
    FollowUp,
    GiveApproval,
    MakeAssessment,
    MakePlan,
    ReopenCase,
    RequestClosing,
)
from shared.contracts.message import Caller
from shared.contracts.model import Command
from tests.harness import NIGHT, Desk
from tests.intake.city import a_case, nothing_open, told

ASSESSMENT = told(MakeAssessment, care="kin", needs=("health", "schooling"))
PLAN = told(MakePlan, goal="reunification", services=("health",))
SAFE, LAST = told(FollowUp, found="safe"), told(FollowUp, found="safe", last=True)
WORKER = Caller("dinsos", "officer", "uji-2")
DAY = timedelta(days=1)


def code(city: Desk, command: Command, *caller: str) -> str:
    refusal = city.takes(command, *(caller or ("dinsos",))).refusal
    return refusal.code if refusal else ""


def done(city: Desk, *commands: Command) -> Desk:
    """What Dinsos does, one after another."""
    for command in commands:
        assert code(city, command) == ""
    return city


def phase(city: Desk) -> str:
    (row,) = city.rows(PhaseRow)
    assert isinstance(row, PhaseRow)
    return row.phase


def late(city: Desk) -> list[tuple[str, datetime]]:
    return [(fact.step, fact.due) for fact in city.all(WorkOverdue)]


def test_a_case_goes_through_the_six_steps_and_its_phase_is_read_from_what_was_done() -> None:
    """R118."""
    city, seen = a_case(), []
    steps: list[Any] = [told(AssignWorker, worker="uji-2"), ASSESSMENT, PLAN, SAFE, LAST]
    for command in steps:
        seen.append(phase(city))
        done(city, command)

    assert [*seen, phase(city)] == [
        "identification", "assessment", "planning", "implementation", "follow-up", "closure",
    ]  # fmt: skip


@pytest.mark.parametrize(("risk", "hours"), [("emergency", 24), ("high", 24), ("medium", 72), ("low", 168), (None, 72)])
def test_a_child_is_assessed_within_the_time_of_its_risk_or_the_coordinator_is_told_once(
    risk: str | None, hours: int
) -> None:
    """R122."""
    city = done(a_case(risk=risk), told(AssignWorker, worker="uji-2")).waits(timedelta(days=40))

    assert city.last(ChildIdentified).assess_by == NIGHT + timedelta(hours=hours)
    assert late(city) == [("assess", NIGHT + timedelta(hours=hours))]


def test_a_higher_risk_learnt_later_shortens_the_time_from_then_on() -> None:
    city = done(a_case(risk="low"), told(AssignWorker, worker="uji-2")).waits(DAY)
    done(city, told(AssessRisk, risk="high"))

    assert city.last(RiskAssessed).assess_by == NIGHT + 2 * DAY
    assert late(city.waits(DAY)) == [("assess", NIGHT + 2 * DAY)]


def test_a_risk_after_the_assessment_starts_no_clock_anew() -> None:
    city = done(a_case(), ASSESSMENT, PLAN, LAST, told(AssessRisk, risk="high"), told(AssignWorker, worker="uji-2"))

    assert late(city.waits(40 * DAY)) == []


def test_a_plan_is_due_two_weeks_after_the_assessment() -> None:
    """R122."""
    city = done(a_case(), told(AssignWorker, worker="uji-2"), ASSESSMENT)
    assert city.last(AssessmentMade).plan_by == NIGHT + 14 * DAY

    assert late(city.waits(40 * DAY)) == [("plan", NIGHT + 14 * DAY)]


@pytest.mark.parametrize(("risk", "days"), [("high", 7), ("medium", 14), ("low", 30)])
def test_a_child_with_a_plan_is_seen_again_and_again_until_it_is_safe(risk: str, days: int) -> None:
    """R118, R77."""
    city = done(a_case(risk=risk), told(AssignWorker, worker="uji-2"), ASSESSMENT, PLAN)
    assert city.last(PlanMade).follow_up_by == NIGHT + days * DAY
    city.waits(days * DAY - timedelta(hours=1))
    done(city, SAFE).waits(DAY)
    assert late(city) == []

    assert [step for step, _ in late(city.waits(60 * DAY))] == ["follow-up"]
    assert [step for step, _ in late(done(city, LAST).waits(60 * DAY))] == ["follow-up"]
    assert city.last(FollowedUp).follow_up_by is None


def test_what_was_late_once_is_late_again_when_the_next_is_missed() -> None:
    city = done(a_case(), told(AssignWorker, worker="uji-2"), ASSESSMENT, PLAN).waits(20 * DAY)
    done(city, SAFE).waits(20 * DAY)

    assert [step for step, _ in late(city)] == ["follow-up", "follow-up"]


@pytest.mark.parametrize("found", ["at-risk", "not-met"])
def test_the_last_visit_must_have_found_the_child_safe(found: str) -> None:
    city = done(a_case(), ASSESSMENT, PLAN)

    assert code(city, told(FollowUp, found=found, last=True)) == "child-not-safe"


def test_the_family_comes_first_or_there_is_a_reason() -> None:
    """R84."""
    city = done(a_case(), ASSESSMENT)

    assert code(city, told(MakePlan, goal="alternative-care")) == "family-first"
    assert code(city, told(MakePlan, goal="alternative-care", why="family-is-a-danger")) == ""


def test_a_plan_stands_on_an_assessment_and_a_visit_on_a_plan() -> None:
    city = a_case()

    assert code(city, PLAN) == "assessment-missing"
    assert code(city, SAFE) == "plan-missing"


def test_what_a_worker_assesses_and_plans_is_shown_to_the_coordinator_a_visit_is_not() -> None:
    """R130."""
    city = a_case()
    for command in (ASSESSMENT, PLAN, SAFE):
        assert code(city, command, *WORKER) == ""

    asked = city.all(ApprovalAsked)
    assert [(fact.of, fact.by, fact.thing) for fact in asked] == [
        ("assessment", "uji-2", city.last(AssessmentMade).assessment),
        ("plan", "uji-2", city.last(PlanMade).plan),
    ]
    assert code(city, told(GiveApproval, approval=asked[0].approval)) == ""
    assert city.all(ClosingRequested) == []


def test_the_party_whose_worker_has_the_case_assesses_the_child_and_nobody_else() -> None:
    """R86, R156; it has no coordinator here, so that Dinsos approves."""
    city = done(a_case(by="sakti-peksos"))
    assert code(city, ASSESSMENT, "sakti-peksos") == "not-permitted"

    done(city, told(AssignWorker, agency="sakti-peksos", worker="peksos-3"))

    assert code(city, ASSESSMENT, "sakti-peksos") == ""
    assert city.last(ApprovalAsked).of == "assessment"
    assert code(city, ASSESSMENT, "koppaja") == "not-permitted"


def test_a_case_does_not_close_while_the_child_must_still_be_seen() -> None:
    """R150: after-care done or waived."""
    city = done(a_case(), ASSESSMENT, PLAN, SAFE)
    close = {"outcome": "returned-to-family"}
    assert code(city, told(RequestClosing, **close)) == "follow-up-due"

    done(city, LAST, told(RequestClosing, **close))

    assert city.last(ClosingRequested).waived is None


def test_a_visit_may_be_waived_with_a_reason_that_the_coordinator_sees() -> None:
    """R150."""
    city = done(a_case(), ASSESSMENT, PLAN)
    close = told(RequestClosing, outcome="independent", waived="declined-by-child")
    assert code(city, close, *WORKER) == ""
    asked = city.last(ApprovalAsked)
    assert asked.waived == "declined-by-child"

    done(city, told(GiveApproval, approval=asked.approval))

    assert city.last(ClosingRequested).waived == "declined-by-child"


@pytest.mark.parametrize("outcome", ["died", "moved-to-another-city", "not-found", "came-of-age"])
def test_where_there_is_no_child_here_to_see_nobody_need_go(outcome: str) -> None:
    city = done(a_case(), ASSESSMENT, PLAN)

    assert code(city, told(RequestClosing, outcome=outcome)) == ""


def closed() -> Desk:
    city = done(a_case(), ASSESSMENT, PLAN, LAST, told(RequestClosing, outcome="independent"))
    return nothing_open(nothing_open(city, "routing"), "shelter")


def test_in_a_closed_case_nothing_is_due() -> None:
    assert phase(closed()) == "closed"
    assert late(closed().waits(100 * DAY)) == []


def test_a_child_that_comes_back_gets_its_case_opened_again_and_a_new_assessment() -> None:
    city = closed().waits(DAY)
    assert code(city, told(ReopenCase), "dinsos", "officer") == "not-permitted"

    assert code(city, told(ReopenCase), "dinsos", "intake") == ""

    fact = city.last(CaseReopened)
    assert (fact.cause_type, fact.assess_by) == ("reopen-case", city.now + 3 * DAY)
    assert phase(city) == "identification"
    assert code(city, PLAN) == "assessment-missing"
    assert code(city, told(ReopenCase)) == "case-not-closed"
