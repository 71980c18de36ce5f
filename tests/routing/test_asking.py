"""Who is asked for which child: by policy, next after another, and by the coordinator's hand (R12, R86, R105, R148)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid5

import pytest

from shared.contracts import commands
from shared.contracts.cases import CategoryProposed, CategoryWithdrawn
from shared.contracts.directory.codes import Risk
from shared.contracts.model import UNSEALED, AboutChild
from shared.contracts.referrals import CaseOwned, ReferralDeclined, ReferralEscalated, Referred
from tests.harness import CASE, NIGHT
from tests.routing.city import (
    NOBODY,
    OFFENDER,
    POLICIES,
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
            [("dinsos", "accompaniment"), ("dinsos", "social-report"), ("dp3akb", "protection")],  # R31, R89
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


def test_a_declined_referral_goes_to_the_next_agency_that_policy_names() -> None:
    case = a_case()
    first = case.referral("child-care")

    case.takes(told(commands.DeclineReferral, referral=first, reason="no-capacity"), "sakti-peksos")

    assert case.last(ReferralDeclined).reason == "no-capacity"  # R147
    following = case.last(Referred)
    assert (following.agency, following.previous, following.attempt) == ("dp3akb", first, 2)
    assert following.reason == case.all(Referred)[0].reason


def test_when_all_have_declined_the_coordinator_is_told() -> None:
    case = a_case()
    for agency in ("sakti-peksos", "dp3akb", "dinsos"):
        declined = told(commands.DeclineReferral, referral=case.referral("child-care"), reason="no-capacity")
        case.takes(declined, agency)

    escalated = case.last(ReferralEscalated)
    assert (escalated.referral, escalated.to, escalated.cause) == (
        case.referral("child-care"),
        "dinsos",
        "no-agency-left",
    )  # R148


def test_an_agency_that_was_asked_by_hand_is_not_asked_again_by_the_row() -> None:
    case = a_case().owner_refers("dp3akb", "child-care")
    first = next(id_ for id_, row in case.referrals().items() if row.agency == "sakti-peksos")

    case.takes(told(commands.DeclineReferral, referral=first, reason="no-capacity"), "sakti-peksos")

    assert case.last(Referred).agency == "dinsos"


def test_a_referral_goes_on_under_the_version_it_was_begun_under() -> None:
    chosen = replace(POLICIES, chosen="demo")
    case = a_case()
    case.domain = routing(chosen)

    case.takes(
        told(commands.DeclineReferral, referral=case.referral("child-care"), reason="no-capacity"), "sakti-peksos"
    )

    assert case.last(Referred).reason.version == "2026-1"


def test_a_coordinator_asks_by_hand_and_the_answer_is_due_by_the_risk() -> None:
    case = a_case().owner_refers("disdikbud", "schooling")

    referred = case.last(Referred)
    assert (referred.agency, referred.service) == ("disdikbud", "schooling")
    assert referred.answer_by == NIGHT + timedelta(hours=24)
    assert (referred.reason.table, referred.reason.row) == ("answers", "high")


def test_what_was_asked_by_hand_and_declined_returns_to_the_coordinator() -> None:
    case = a_case().owner_refers("disdikbud", "schooling")
    declined = told(
        commands.DeclineReferral, referral=case.referral("schooling"), reason="outside-mandate", suggested="kemenag"
    )

    case.takes(declined, "disdikbud")

    assert case.last(ReferralEscalated).to == "dinsos"
    assert case.referrals()[case.referral("schooling")].suggested == "kemenag"  # E16: the coordinator sees whom


def test_a_referral_by_hand_follows_the_escalated_one() -> None:
    case = a_case()
    case.waits(timedelta(hours=25))
    silent = case.referral("health")

    case.owner_refers("dinkes", "health")

    assert (case.last(Referred).previous, case.last(Referred).attempt) == (silent, 2)


@pytest.mark.parametrize(
    ("agency", "service", "code"),
    [
        ("dinkes", "schooling", "service-not-given"),
        ("dinkes", "health", "already-referred"),
        ("koppaja", "community-coaching", None),
    ],
)
def test_a_party_must_give_the_service_and_not_be_asked_for_it_already(
    agency: str, service: str, code: str | None
) -> None:
    case = a_case()
    case.takes(told(commands.ReferChild, agency=agency, service=service), "dinsos", "coordinator")

    assert case.refused() == code


def test_a_coordinator_cannot_send_a_justice_case_to_a_community_either() -> None:
    case = a_case(OFFENDER, source="police").owner_refers("koppaja", "community-coaching")

    assert case.refused() == "service-not-given"  # R152


def test_a_bed_asked_for_by_hand_is_one_in_the_rpsa() -> None:
    assert a_case().owner_refers("dinsos", "shelter-rpsa").last(Referred).house_kind == "rpsa"


@pytest.mark.parametrize(("agency", "role"), [("dinkes", "system"), ("dinsos", "officer"), ("dinsos", "house")])
def test_nobody_but_the_owner_s_coordinator_asks_by_hand(agency: str, role: str) -> None:
    case = a_case()
    case.takes(told(commands.ReferChild, agency="disdikbud", service="schooling"), agency, role)

    assert (case.refused(), case.who_could()) == ("not-permitted", ("coordinator",))


def test_of_a_case_never_heard_of_nothing_can_be_asked() -> None:
    case = Case(routing()).owner_refers("disdikbud", "schooling")

    assert case.refused() == "unknown-case"
