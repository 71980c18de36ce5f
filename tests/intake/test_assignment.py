"""Who has a case: whoever is on duty, then a worker; never nobody (R123, R127)."""

from datetime import timedelta

import pytest

from services.intake.domain.assignment import AssignmentRow
from shared.contracts.cases import CaseReopened, ChildIdentified
from shared.contracts.casework import Duty, WorkerAssigned, WorkOverdue
from shared.contracts.commands import AssignWorker, ProposeCategory, RequestClosing
from shared.contracts.model import AboutChild
from tests.harness import NIGHT, Desk
from tests.intake.city import a_case, nothing_open, referred, told

ON_CALL = Duty(agency="dinsos", role="coordinator")


def takes(city: Desk, role: str = "officer", by: str = "dinsos", **fields: object) -> str:
    refusal = city.takes(told(AssignWorker, **fields), by, role).refusal
    return refusal.code if refusal else ""


def has(city: Desk) -> tuple[str, str, str]:
    row = city.rows(AssignmentRow)[0]
    return row.agency, row.role, row.worker


def test_a_child_found_at_night_is_for_whoever_is_on_call_not_for_a_person() -> None:
    """R127: the rota names an agency and a role."""
    city = a_case()

    assert city.last(ChildIdentified).duty == ON_CALL
    assert has(city) == ("dinsos", "coordinator", "")


@pytest.mark.parametrize(("risk", "hours"), [("emergency", 1), ("high", 1), ("medium", 3), ("low", 3), (None, 3)])
def test_where_nobody_takes_a_case_in_time_the_coordinator_is_told_once(risk: str | None, hours: int) -> None:
    """R127: three hours, one at high risk."""
    city = a_case(risk=risk).waits(timedelta(hours=hours, seconds=-1))
    assert city.all(WorkOverdue) == []

    city.waits(timedelta(days=30))

    late = [fact for fact in city.all(WorkOverdue) if fact.step == "take"]
    assert [(fact.due, fact.duty) for fact in late] == [(NIGHT + timedelta(hours=hours), ON_CALL)]
    assert city.rows(AssignmentRow)[0].overdue


def test_a_worker_takes_the_case_and_nobody_is_told_that_it_is_late() -> None:
    city = a_case()

    assert takes(city) == ""
    assert has(city) == ("dinsos", "", "uji-1")
    assert not [fact for fact in city.waits(timedelta(days=1)).all(WorkOverdue) if fact.step == "take"]


def test_a_worker_cannot_take_a_case_from_another_nor_give_it_away() -> None:
    city = a_case()

    assert takes(city, worker="uji-2") == "not-permitted"
    assert takes(city, agency="sakti-peksos") == "not-permitted"
    assert takes(city, "coordinator", worker="uji-2") == ""
    assert takes(city) == "already-assigned"
    assert city.refusal is not None
    assert city.refusal.who_could == ("coordinator",)


def test_the_coordinator_gives_a_case_to_another_worker_but_not_twice_to_the_same() -> None:
    city = a_case()
    takes(city)

    assert takes(city, "coordinator", worker="uji-2") == ""
    assert takes(city, "coordinator", worker="uji-2") == "already-assigned"
    assert [fact.worker for fact in city.all(WorkerAssigned)] == ["uji-1", "uji-2"]


def test_whose_worker_has_the_case_takes_part_in_it() -> None:
    """R86, R156: the social workers' corps, while the case is theirs."""
    city = a_case()
    think = told(ProposeCategory, about_child=AboutChild(category="ABT"))
    assert city.takes(think, "sakti-peksos").refusal

    takes(city, "coordinator", agency="sakti-peksos", worker="peksos-3")
    assert city.takes(think, "sakti-peksos").refusal is None

    takes(city, "coordinator", worker="uji-2")
    assert city.takes(told(ProposeCategory, about_child=AboutChild(category="AMPK")), "sakti-peksos").refusal


def closed(city: Desk) -> Desk:
    city.takes(told(RequestClosing, outcome="independent"), "dinsos")
    return nothing_open(nothing_open(city, "routing"), "shelter")


def test_a_closed_case_is_nobodys_and_one_that_opens_again_is_for_whoever_is_on_duty() -> None:
    city = a_case(risk="high")
    takes(city)
    closed(city)
    assert city.rows(AssignmentRow) == []

    city.hears(referred(), "referrals")

    fact = city.last(CaseReopened)
    assert (fact.duty, fact.take_by) == (ON_CALL, city.now + timedelta(hours=1))
    assert has(city) == ("dinsos", "coordinator", "")
    assert [late.step for late in city.waits(timedelta(hours=1)).all(WorkOverdue)] == ["take"]


def test_a_case_closed_before_anybody_took_it_is_not_late() -> None:
    assert closed(a_case()).waits(timedelta(days=1)).all(WorkOverdue) == []
