"""Approvals: what a worker did, another approves or gives back (R130, R150)."""

from uuid import UUID, uuid4

import pytest

from services.intake.domain.approval import ApprovalRow
from shared.contracts.cases import CaseClosed, ClosingRequested
from shared.contracts.casework import ApprovalAsked, ApprovalGiven, ApprovalRefused
from shared.contracts.commands import GiveApproval, RefuseApproval, RequestClosing
from shared.contracts.message import Caller
from tests.harness import Desk
from tests.intake.city import a_case, nothing_open, told

BOSS = Caller("dinsos", "coordinator", "uji-9")


def wants_to_close(city: Desk, role: str = "officer") -> UUID:
    return city.takes(told(RequestClosing, outcome="independent"), "dinsos", role).last(ApprovalAsked).approval


def code(city: Desk) -> str:
    return city.refusal.code if city.refusal else ""


def answers(city: Desk, approval: UUID, caller: Caller = BOSS, reason: str | None = None) -> str:
    fields = {"approval": approval, "reason": reason} if reason else {"approval": approval}
    return code(city.takes(told(RefuseApproval if reason else GiveApproval, **fields), *caller))


def statuses(city: Desk) -> list[str]:
    return [row.status for row in city.rows(ApprovalRow)]


@pytest.mark.parametrize("role", ["officer", "intake"])
def test_a_worker_who_wants_to_close_a_case_asks_a_coordinator_first(role: str) -> None:
    """R150."""
    city = a_case()
    wants_to_close(city, role)

    asked = city.last(ApprovalAsked)
    assert (asked.of, asked.by, asked.outcome) == ("closing", "uji-1", "independent")
    assert city.all(ClosingRequested) == []


def test_what_the_coordinator_approves_is_asked_of_all_services_at_once() -> None:
    city = a_case()

    assert answers(city, wants_to_close(city)) == ""

    assert city.last(ClosingRequested).outcome == "independent"
    assert nothing_open(nothing_open(city, "routing"), "shelter").all(CaseClosed)
    assert statuses(city) == ["given"]


def test_a_closing_given_back_may_be_asked_for_again() -> None:
    city = a_case()

    assert answers(city, wants_to_close(city), reason="not-yet") == ""

    assert city.last(ApprovalRefused).reason == "not-yet"
    assert city.all(ClosingRequested) == []
    assert answers(city, wants_to_close(city)) == ""
    assert sorted(statuses(city)) == ["given", "refused"]


@pytest.mark.parametrize("reason", [None, "incomplete"])
def test_nobody_answers_for_their_own_work(reason: str | None) -> None:
    city = a_case()

    assert answers(city, wants_to_close(city), Caller("dinsos", "coordinator", "uji-1"), reason) == "four-eyes"
    assert statuses(city) == ["asked"]


@pytest.mark.parametrize("role", ["officer", "intake", "house"])
def test_only_a_coordinator_approves(role: str) -> None:
    city = a_case()

    assert answers(city, wants_to_close(city), Caller("dinsos", role, "uji-9")) == "not-permitted"


def test_what_was_answered_or_never_asked_cannot_be_answered() -> None:
    city = a_case()
    approval = wants_to_close(city)
    answers(city, approval)

    assert answers(city, approval) == "unknown-approval"
    assert answers(city, uuid4(), reason="not-yet") == "unknown-approval"


def test_a_coordinator_is_not_asked_twice_for_one_thing() -> None:
    city = a_case()
    wants_to_close(city)

    assert code(city.takes(told(RequestClosing, outcome="not-found"), "dinsos", "intake")) == "approval-already-asked"


def test_a_coordinator_who_closes_the_case_answers_the_question_too() -> None:
    city = a_case()
    wants_to_close(city)

    city.takes(told(RequestClosing, outcome="came-of-age"), "dinsos", "coordinator")

    assert statuses(city) == ["given"]
    assert city.all(ApprovalGiven) == []
    assert city.last(ClosingRequested).outcome == "came-of-age"
