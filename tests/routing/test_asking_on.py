"""Asking on: the next agency after a decline, and whom the coordinator asks by hand (R147, R148)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.contracts import commands
from shared.contracts.referrals import ReferralDeclined, ReferralEscalated, Referred
from tests.harness import NIGHT
from tests.routing.city import (
    OFFENDER,
    POLICIES,
    Case,
    a_case,
    routing,
    told,
)


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
