"""What is still open when a case is to be closed, and that nothing begins in a closed one (R150)."""

from datetime import timedelta
from uuid import UUID, uuid5

import pytest

from shared.contracts import commands
from shared.contracts.cases import ClosingRequested
from shared.contracts.referrals import (
    NothingOpenInRouting,
    ReferralDeclined,
    ReferralEscalated,
    ReferralExpired,
    Referred,
    StillOpenInRouting,
)
from tests.harness import CASE, NIGHT
from tests.routing.city import OFFENDER, STREET_WORKER, TODDLER, Case, a_case, told
from tests.routing.court import VICTIM, Matter

CLOSING = uuid5(CASE, "closing")


def is_asked_to_close(case: Case) -> Case:
    case.hears(told(ClosingRequested, closing=CLOSING, outcome="independent"), "cases")
    return case


def withdraws_all(case: Case) -> Case:
    for id_, row in case.referrals().items():
        if row.status in {"referred", "received"}:
            case.takes(told(commands.WithdrawReferral, referral=id_, reason="case-closing"), "dinsos")
    return case


def test_a_case_without_anything_open_may_close() -> None:
    case = is_asked_to_close(withdraws_all(a_case()))

    assert case.last(NothingOpenInRouting).closing == CLOSING
    assert case.all(StillOpenInRouting) == []


def test_every_open_referral_and_hearing_is_named() -> None:
    case = a_case(OFFENDER)
    hearing = case.schedules()

    open_ = is_asked_to_close(case).last(StillOpenInRouting).open

    assert {(thing.kind, thing.id) for thing in open_} == {
        ("referral", case.referral("accompaniment")),
        ("hearing", hearing),
    }


def test_a_limit_of_ours_keeps_the_case_open_until_it_is_met_however_late() -> None:
    """R33: a social report is owed; it is told of as missed, and a case does not close over it."""
    case = withdraws_all(a_case(VICTIM, source="police"))
    matter = Matter("2026-11-03 09:00", VICTIM, case).asks("social-report", "2026-11-03 10:00")
    (clock,) = matter.clocks("r33")

    still = is_asked_to_close(matter.waits_until("2026-11-08 09:00").case).last(StillOpenInRouting).open
    assert [(thing.kind, thing.id) for thing in still] == [("clock", clock.clock)]
    matter.delivers("2026-11-08 10:00")
    assert is_asked_to_close(withdraws_all(case)).last(NothingOpenInRouting).closing == CLOSING


def test_what_police_and_courts_owe_keeps_no_case_open() -> None:
    """R153: nobody here could end it."""
    matter = Matter("2026-11-03 09:00", case=withdraws_all(a_case(OFFENDER)))

    assert {row.status for row in matter.clocks("r29")} == {"running"}
    assert is_asked_to_close(matter.case).last(NothingOpenInRouting).closing == CLOSING


def test_an_accepted_referral_keeps_the_case_open_until_it_has_ended() -> None:
    case = a_case(STREET_WORKER)
    id_ = case.referral("community-coaching")
    case.takes(told(commands.AcceptReferral, referral=id_), "papb")
    assert is_asked_to_close(case).last(StillOpenInRouting).open[0].id == id_

    case.takes(told(commands.CompleteReferral, referral=id_, outcome="service-given"), "papb")

    assert is_asked_to_close(case).last(NothingOpenInRouting).closing == CLOSING


def test_what_was_escalated_is_known_to_whoever_closes_and_keeps_nothing_open() -> None:
    case = a_case()
    case.waits(timedelta(days=9))

    assert is_asked_to_close(case).last(NothingOpenInRouting).closing == CLOSING


@pytest.mark.parametrize(
    ("command", "agency"),
    [
        (told(commands.ReferChild, agency="disdikbud", service="schooling"), "dinsos"),
        (told(commands.ScheduleHearing, forum="court", at=NIGHT), "pn"),
    ],
)
def test_nothing_is_begun_in_a_closed_case_by_command(command: commands.ReferChild, agency: str) -> None:
    case = withdraws_all(a_case()).is_closed()

    case.takes(command, agency)

    assert (case.refused(), case.who_could()) == ("case-closed", ("case-owner",))


def test_nothing_is_begun_in_a_closed_case_by_what_becomes_known() -> None:
    case = a_case(confirmed=False).is_closed().is_confirmed(TODDLER).is_at_risk("emergency")

    assert case.all(Referred) == []


def test_when_a_case_is_reopened_what_became_known_meanwhile_has_its_effect() -> None:
    case = a_case(confirmed=False).is_closed().is_confirmed(TODDLER).is_reopened()

    assert case.asked() == [("sakti-peksos", "child-care"), ("dinkes", "health")]


def raced() -> tuple[Case, UUID]:
    """A case closed while a referral had just begun unawares."""
    case = a_case().is_closed()
    return case, case.referral("child-care")


def test_a_decline_that_races_with_the_end_of_the_case_asks_nobody_else() -> None:
    case, id_ = raced()
    asked = len(case.all(Referred))

    case.takes(told(commands.DeclineReferral, referral=id_, reason="no-capacity"), "sakti-peksos")

    assert case.last(ReferralDeclined).referral == id_
    assert case.last(ReferralEscalated).to == "dinsos"
    assert len(case.all(Referred)) == asked


def test_silence_that_races_with_the_end_of_the_case_asks_nobody_else() -> None:
    case, _ = raced()
    asked = len(case.all(Referred))

    case.waits(timedelta(days=9))

    assert len(case.all(ReferralExpired)) == 2
    assert len(case.all(Referred)) == asked


def test_a_closed_case_still_has_its_owner() -> None:
    assert a_case().is_closed().owner() == "dinsos"  # R148
