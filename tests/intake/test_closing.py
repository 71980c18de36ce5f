"""Closing: asked and answered, and undone when something begins unawares (R150)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.intake.domain.closing import BEGUN, AnswersBy, ClosingRow
from shared.contracts.cases import CaseClosed, CaseReopened, ClosingDeclined, ClosingRequested
from shared.contracts.commands import AddIdentity, AssessRisk, LinkSameChild, ReportedChild, RequestClosing
from shared.contracts.model import Custodian, Fact, Sealed
from shared.contracts.placements import (
    AdmittedToRpsa,
    CustodyDisputed,
    EscortDeparted,
    HandoverOffered,
    LeftPlacement,
    NothingOpenInShelter,
    Placed,
    Waitlisted,
)
from tests.harness import CASE, NIGHT, Desk
from tests.intake.city import (
    REFERRAL,
    STREAM,
    a_case,
    a_held_bed,
    asked,
    nothing_open,
    referred,
    scheduled,
    secured,
    still_open,
    told,
)

FAMILY, POLICE = Custodian(kind="family"), Custodian(kind="agency", party="polresta")
STAY = {"stay": REFERRAL, "house": "rpsa-balikpapan", "referral": REFERRAL, "bed": 1}
BEGINNINGS: list[tuple[Fact, str]] = [
    (referred(), "referrals"),
    (scheduled(), "proceedings"),
    (secured(), "placements"),
    (a_held_bed(), "placements"),
    (told(HandoverOffered, handover=REFERRAL, giver=FAMILY, receiver=POLICE), "placements"),
    (told(Waitlisted, referral=REFERRAL, house_kind="rpsa"), "placements"),
    (told(AdmittedToRpsa, **STAY), "placements"),
    (told(Placed, **STAY), "placements"),
    (told(EscortDeparted, escort=REFERRAL, hearing=REFERRAL, origin=FAMILY, by="dinsos"), "placements"),
    (told(LeftPlacement, last=FAMILY), "placements"),
    (told(CustodyDisputed, held=FAMILY, claimed=POLICE, act="offer-handover", by="polresta"), "placements"),
]


def closing(outcome: str = "returned-to-family") -> Desk:
    """A case whose closing was asked for."""
    return a_case().takes(told(RequestClosing, outcome=outcome), "dinsos", "coordinator")


def closed() -> Desk:
    return nothing_open(nothing_open(closing(), "routing"), "shelter")


def status(city: Desk) -> str:
    return str(city.rows(ClosingRow)[0].status)


def code(city: Desk) -> str:
    return city.refusal.code if city.refusal else ""


def test_a_case_closes_when_both_services_answer_that_nothing_is_open() -> None:
    city = nothing_open(closing("independent"), "shelter")
    assert status(city) == "asked"

    nothing_open(city, "routing")

    assert (city.last(CaseClosed).outcome, status(city)) == ("independent", "closed")


@pytest.mark.parametrize("first", ["routing", "shelter"])
def test_whatever_is_open_keeps_the_case_open_and_is_named(first: str) -> None:
    second = {"routing": "shelter", "shelter": "routing"}[first]

    city = nothing_open(still_open(closing(), first, "stay", "hold", "stay"), second)

    assert city.last(ClosingDeclined).still_open == ("stay", "hold")
    assert status(city) == "open"
    assert city.rows(ClosingRow)[0].still_open == "stay hold"


def test_what_both_name_is_told_together() -> None:
    city = still_open(still_open(closing(), "shelter", "stay"), "routing", "referral")

    assert city.last(ClosingDeclined).still_open == ("referral", "stay")


@pytest.mark.parametrize(("answered", "silent"), [
    ((), ("no-answer-from-routing", "no-answer-from-shelter")),
    (("routing",), ("no-answer-from-shelter",)),
    (("shelter",), ("no-answer-from-routing",)),
])  # fmt: skip
def test_who_does_not_answer_in_24_hours_keeps_the_case_open(
    answered: tuple[str, ...], silent: tuple[str, ...]
) -> None:
    city = closing()
    for service in answered:
        nothing_open(city, service)

    city.waits(timedelta(hours=23, minutes=59))
    assert status(city) == "asked"
    city.waits(timedelta(minutes=1))

    assert city.last(ClosingDeclined).still_open == silent
    assert status(city) == "open"


def test_the_time_of_answer_is_told_with_the_question() -> None:
    city = closing()

    assert city.last(ClosingRequested).answer_by == NIGHT + timedelta(hours=24)
    assert city.domain.deadlines(city.state)[AnswersBy(asked(city))] == NIGHT + timedelta(hours=24)
    assert city.rows(ClosingRow)[0].answer_by == NIGHT + timedelta(hours=24)


def test_a_closed_case_waits_for_nothing() -> None:
    city = closed()

    assert not city.domain.deadlines(city.state)
    assert not city.waits(timedelta(days=400)).all(ClosingDeclined)


def test_an_answer_to_an_earlier_question_answers_nothing() -> None:
    city = closing()
    first = asked(city)
    city.waits(timedelta(hours=24)).takes(told(RequestClosing, outcome="independent"), "dinsos")

    city.hears(told(NothingOpenInShelter, closing=first), "placements")
    nothing_open(city, "routing")

    assert asked(city) != first
    assert status(city) == "asked"


@pytest.mark.parametrize(("fact", "stream"), BEGINNINGS, ids=lambda value: getattr(value, "type", value))
def test_something_begun_in_a_closed_case_opens_it_again_with_its_cause(fact: Fact, stream: str) -> None:
    city = closed().hears(fact, stream)

    said = city.last(CaseReopened)
    assert (said.cause_type, status(city)) == (fact.type, "open")
    assert said.cause


@pytest.mark.parametrize(("fact", "stream"), BEGINNINGS, ids=lambda value: getattr(value, "type", value))
def test_something_begun_after_its_speaker_answered_declines_the_closing(fact: Fact, stream: str) -> None:
    """The answer did not know of it, so it is no ground to close on."""
    service = "shelter" if stream == "placements" else "routing"
    city = nothing_open(closing(), service).hears(fact, stream)

    assert city.last(ClosingDeclined).still_open == (BEGUN[type(fact)],)
    assert not nothing_open(city, {"shelter": "routing", "routing": "shelter"}[service]).all(CaseClosed)


@pytest.mark.parametrize(("fact", "stream"), BEGINNINGS, ids=lambda value: getattr(value, "type", value))
@pytest.mark.parametrize("other_answered", [False, True])
def test_what_begins_before_its_speaker_answers_is_left_to_the_answer(
    fact: Fact, stream: str, *, other_answered: bool
) -> None:
    city = closing()
    if other_answered:
        nothing_open(city, "routing" if stream == "placements" else "shelter")

    city.hears(fact, stream)

    assert status(city) == "asked"
    assert not city.all(ClosingDeclined)


@pytest.mark.parametrize(("fact", "stream"), BEGINNINGS, ids=lambda value: getattr(value, "type", value))
def test_what_begins_in_an_open_case_is_no_news_to_intake(fact: Fact, stream: str) -> None:
    city = a_case()
    before = len(city.said)

    assert len(city.hears(fact, stream).said) == before


def test_every_beginning_is_tested() -> None:
    assert {type(fact) for fact, _ in BEGINNINGS} == set(BEGUN)


def test_a_case_that_was_opened_again_can_be_closed_again() -> None:
    city = closed().hears(referred(), STREAM["routing"])
    city.takes(told(RequestClosing, outcome="independent"), "dinsos")
    nothing_open(nothing_open(city, "routing"), "shelter")

    assert [fact.outcome for fact in city.all(CaseClosed)] == ["returned-to-family", "independent"]
    assert status(city) == "closed"


def test_a_second_beginning_does_not_open_an_open_case_again() -> None:
    city = closed().hears(referred(), STREAM["routing"]).hears(a_held_bed(), STREAM["shelter"])

    assert len(city.all(CaseReopened)) == 1


def test_closing_is_asked_once_at_a_time() -> None:
    assert code(closing().takes(told(RequestClosing, outcome="died"), "dinsos")) == "closing-already-asked"


def test_in_a_closed_case_nothing_is_begun_by_hand() -> None:
    """R151: something new needs a new report."""
    city = closed()

    assert code(city.takes(told(AssessRisk, risk="low"), "dinsos")) == "case-closed"
    assert code(city.takes(told(RequestClosing, outcome="died"), "dinsos")) == "case-closed"
    assert code(city.takes(told(AddIdentity, identity=Sealed(kid="k", box="AA")), "dinsos")) == "case-closed"


def test_a_closed_case_can_be_linked_to_the_one_of_a_child_that_came_back() -> None:
    """R144."""
    assert code(closed().takes(told(LinkSameChild, primary=uuid4()), "dinsos")) == ""


def test_an_answer_that_nobody_asked_for_is_only_kept() -> None:
    city = a_case(children=(ReportedChild(),)).hears(told(NothingOpenInShelter, closing=CASE), "placements")

    assert len(city.said) == 1
    assert status(city) == "open"
