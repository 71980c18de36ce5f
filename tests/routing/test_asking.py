"""Who is asked for which child: by policy, next after another, and by the coordinator's hand (R12, R86, R105, R148)."""

from datetime import timedelta
from typing import Any
from uuid import uuid5

import pytest

from shared.contracts.cases import CategoryProposed, CategoryWithdrawn
from shared.contracts.directory.codes import Risk
from shared.contracts.model import UNSEALED, AboutChild
from shared.contracts.referrals import CaseOwned, Referred
from tests.harness import CASE, NIGHT
from tests.routing.city import (
    NOBODY,
    OFFENDER,
    SAMARINDA,
    STREET_DWELLER,
    STREET_WORKER,
    TODDLER,
    Case,
    a_case,
    a_street_dweller,
    routing,
    siblings,
    told,
)


def test_a_case_has_an_owner_from_its_first_moment() -> None:
    case = Case(routing()).is_identified()

    assert case.last(CaseOwned).owner == "dinsos"  # R148
    assert case.owner() == "dinsos"


def test_a_case_that_has_an_owner_is_not_given_another() -> None:
    case = Case(routing()).is_identified().is_identified()

    assert len(case.all(CaseOwned)) == 1


@pytest.mark.parametrize(
    ("about", "more", "asked"),
    [
        (STREET_DWELLER, {"source": "raid"}, [("dinsos", "shelter-rpsa")]),  # R74
        (STREET_WORKER, {"source": "raid"}, [("papb", "community-coaching")]),  # R105: the community of Baru Ulu
        (
            STREET_WORKER.model_copy(update={"home_area": SAMARINDA}),
            {"source": "raid"},
            [("dinsos", "return-to-origin")],  # R87c
        ),
        (OFFENDER, {"source": "police"}, [("dinsos", "shelter-rpsa"), ("dinsos", "accompaniment")]),  # R64, R74
        (OFFENDER, {"source": "family"}, [("dinsos", "accompaniment")]),
        (
            OFFENDER.model_copy(update={"age_years": 11}),
            {"source": "police"},
            [("dinsos", "accompaniment"), ("sakti-peksos", "case-response")],  # R19
        ),
        (
            OFFENDER.model_copy(update={"role": "victim"}),
            {"source": "police"},
            [("dinsos", "accompaniment"), ("dinsos", "social-report"), ("dp3akb", "protection")],  # R31, R70, R89
        ),
        (TODDLER, {}, [("sakti-peksos", "child-care"), ("dinkes", "health")]),  # R1
        (AboutChild(category="AMPK", national_code="AMPK-3"), {}, [("dp3akb", "psychosocial")]),  # R13
        (AboutChild(age_years=20, category="AKTK"), {}, [("dinsos", "case-response")]),  # of age: nobody else fits
    ],
)
def test_policy_says_who_is_asked_for_which_child(
    about: AboutChild, more: dict[str, Any], asked: list[tuple[str, str]]
) -> None:
    assert a_case(about, **more).asked() == asked


def test_nobody_is_asked_before_a_category_is_confirmed() -> None:
    case = a_case(confirmed=False)

    assert case.asked() == []
    assert case.is_confirmed(TODDLER).asked() != []


def test_nobody_is_asked_before_the_risk_is_known() -> None:
    case = a_case(risk=None)

    assert case.asked() == []
    assert case.is_at_risk("low").asked() == [("sakti-peksos", "child-care")]


def test_in_an_emergency_everybody_is_asked_at_once_on_the_category_proposed() -> None:
    case = a_case(risk="emergency", confirmed=False)

    assert case.asked() == [("sakti-peksos", "child-care"), ("dinkes", "health"), ("sakti-peksos", "case-response")]


def test_in_an_emergency_without_any_category_somebody_is_asked() -> None:
    case = a_case(AboutChild(), risk="emergency", confirmed=False)

    assert case.asked() == [("sakti-peksos", "case-response")]


def test_each_service_is_asked_for_once_whatever_else_becomes_known() -> None:
    case = a_case(risk="emergency", confirmed=False).is_confirmed(TODDLER).is_at_risk("high").is_at_risk("emergency")

    assert len(case.asked()) == len(set(case.asked())) == 3


def test_a_second_category_brings_its_services_beside_the_first() -> None:
    case = a_case().is_confirmed(TODDLER.model_copy(update={"category": "AKTK"}), uuid5(CASE, "second"))  # R10

    assert [service for _, service in case.asked()] == ["child-care", "health", "protection", "psychosocial"]


def test_what_was_only_reported_counts_no_more_once_another_category_is_confirmed() -> None:
    reported = TODDLER.model_copy(update={"category": "AKTK"})

    case = a_case(reported, risk="emergency", confirmed=False).is_confirmed(TODDLER)

    assert ("dp3akb", "protection") in case.asked()  # in an emergency, on what was reported
    assert ("dp3akb", "protection") not in a_case(reported, confirmed=False).is_confirmed(TODDLER).asked()


def test_a_category_withdrawn_counts_no_more() -> None:
    case = a_case(risk=None)
    case.hears(told(CategoryWithdrawn, assertion=NOBODY), "cases")

    assert case.is_at_risk("high").asked() == []
    assert case.is_at_risk("emergency").asked() == [("sakti-peksos", "case-response")]


def test_what_was_reported_can_be_withdrawn_before_it_was_confirmed() -> None:
    case = a_case(risk=None, confirmed=False)
    case.hears(told(CategoryWithdrawn, assertion=NOBODY), "cases")

    assert case.is_at_risk("emergency").asked() == [("sakti-peksos", "case-response")]


def test_a_violence_case_never_goes_to_a_community() -> None:
    case = a_case(STREET_WORKER.model_copy(update={"category": "AKTK", "national_code": None}))
    case.is_confirmed(STREET_WORKER, uuid5(CASE, "second"))  # R152: coaching would tell the community of the case

    assert "community-coaching" not in [service for _, service in case.asked()]


def test_a_category_proposed_later_counts_in_an_emergency() -> None:
    case = a_case(AboutChild(), risk="emergency", confirmed=False)

    case.hears(told(CategoryProposed, assertion=CASE, by="dinkes", about_child=UNSEALED), "cases", TODDLER)

    assert ("dinkes", "health") in case.asked()


def test_a_referral_tells_what_is_known_of_the_child_and_by_which_category_it_goes() -> None:
    case = a_case(TODDLER.model_copy(update={"category": None}), confirmed=False).is_confirmed(
        AboutChild(category="ABT", home_area=SAMARINDA)
    )

    assert case.said[-1].about == AboutChild(
        age_years=2, sex="male", found_area=TODDLER.found_area, home_area=SAMARINDA, category="ABT"
    )
    assert case.last(Referred).about_child == UNSEALED


def test_the_finer_code_of_the_report_holds_for_the_category_confirmed_without_one() -> None:
    case = Case(routing()).is_identified(STREET_WORKER).is_at_risk("medium").is_confirmed(AboutChild(category="AT"))

    assert case.asked() == [("papb", "community-coaching")]


def test_siblings_are_carried_to_the_house_and_to_nobody_else() -> None:
    sheltered = a_street_dweller(siblings=siblings())

    assert sheltered.last(Referred).siblings == siblings()  # R84
    assert sheltered.last(Referred).house_kind == "rpsa"
    assert a_case(siblings=siblings()).last(Referred).siblings is None


@pytest.mark.parametrize(
    ("risk", "within"),
    [
        ("emergency", timedelta(hours=3)),
        ("high", timedelta(hours=24)),
        ("medium", timedelta(days=3)),
        ("low", timedelta(days=7)),
    ],
)
def test_an_answer_is_due_by_the_risk(risk: Risk, within: timedelta) -> None:
    referred = a_case(risk=risk).all(Referred)[0]

    assert referred.answer_by == NIGHT + within  # R146
    assert referred.reason.version == "2026-1"
    assert referred.reason.row == "toddler-care"


def test_a_social_report_is_due_in_three_days_by_law_whatever_the_risk() -> None:
    case = a_case(OFFENDER.model_copy(update={"role": "victim"}), risk="high", source="police")

    report = next(referred for referred in case.all(Referred) if referred.service == "social-report")
    assert report.answer_by == NIGHT + timedelta(days=3)  # R33
