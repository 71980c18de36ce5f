"""Hearings, their companion, and the child's way there and back (R19, R22, R64, R69)."""

from datetime import timedelta
from uuid import uuid5

import pytest

from services.routing.domain.hearing import CompanionBy
from shared.contracts import commands
from shared.contracts.model import AboutChild, Forum
from shared.contracts.proceedings import (
    CompanionAssigned,
    CompanionMissing,
    HearingCancelled,
    HearingHeld,
    HearingScheduled,
)
from tests.harness import CASE, NIGHT
from tests.routing.city import NOBODY, OFFENDER, a_boy, a_case, companion, told

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ESCORT = uuid5(CASE, "escort")


@pytest.mark.parametrize(
    ("forum", "by"),
    [
        ("diversion", "polresta"),
        ("diversion", "kejari"),
        ("diversion", "pn"),
        ("diversion", "dinsos"),
        ("court", "kejari"),
        ("court", "pn"),
        ("court", "dinsos"),
    ],
)
def test_a_hearing_is_set_by_those_whose_forum_it_is(forum: Forum, by: str) -> None:
    case = a_boy()
    case.schedules(forum, by)

    assert (case.last(HearingScheduled).forum, case.last(HearingScheduled).by) == (forum, by)


@pytest.mark.parametrize(("forum", "by"), [("court", "polresta"), ("diversion", "bapas"), ("court", "satpol-pp")])
def test_others_set_no_hearing_and_are_told_who_does(forum: Forum, by: str) -> None:
    case = a_boy()
    case.takes(told(commands.ScheduleHearing, forum=forum, at=NIGHT + DAY), by)

    assert case.refused() == "not-permitted"
    assert "kejari" in case.who_could()


def test_a_child_under_12_is_never_brought_to_diversion() -> None:
    case = a_case(OFFENDER.model_copy(update={"age_years": 11}), source="police")

    case.takes(told(commands.ScheduleHearing, forum="diversion", at=NIGHT + DAY), "polresta")

    assert case.refused() == "no-diversion-under-12"  # R19, E5
    assert case.all(HearingScheduled) == []


@pytest.mark.parametrize(("years", "forum"), [(12, "diversion"), (None, "diversion"), (8, "court")])
def test_a_child_of_12_or_of_unknown_age_may_be_and_in_court_any_child_is_heard(
    years: int | None, forum: Forum
) -> None:
    case = a_case(AboutChild(age_years=years, category="ABH"))

    case.schedules(forum, "pn")

    assert case.refused() is None


@pytest.mark.parametrize(
    ("ahead", "companion_by"),
    [(3 * DAY, 2 * DAY), (DAY + 2 * HOUR, 2 * HOUR), (3 * HOUR, HOUR), (HOUR / 2, HOUR / 2), (-DAY, -DAY)],
)
def test_a_companion_is_due_a_day_before_with_an_hour_at_least_but_not_after_it_begins(
    ahead: timedelta, companion_by: timedelta
) -> None:
    case = a_boy()
    case.schedules(after=ahead)

    assert case.last(HearingScheduled).companion_by == NIGHT + companion_by


def test_the_same_hearing_set_twice_is_one() -> None:
    case = a_boy()
    case.schedules()

    case.takes(told(commands.ScheduleHearing, forum="diversion", at=NIGHT + 3 * DAY), "kejari")

    assert case.refused() is None
    assert len(case.all(HearingScheduled)) == 1


def test_a_companion_named_in_time_is_not_missed() -> None:
    case = a_boy()
    hearing = case.schedules()

    companion(case, hearing).waits(3 * DAY)

    assert case.last(CompanionAssigned).agency == "dinsos"
    assert case.all(CompanionMissing) == []


def test_a_hearing_without_companion_is_told_before_it_begins() -> None:
    case = a_boy()
    hearing = case.schedules()
    assert CompanionBy(hearing) in case.domain.deadlines(case.state)

    case.waits(2 * DAY)

    assert case.last(CompanionMissing).at == NIGHT + 3 * DAY  # R64, R142
    assert companion(case, hearing).hearing().status == "accompanied"


def test_who_accepted_to_accompany_names_the_companion_too() -> None:
    case = a_boy()
    hearing = case.schedules()
    companion(case, hearing, "sakti-peksos")
    assert case.refused() == "not-permitted"

    case.takes(told(commands.DeclineReferral, referral=case.referral("accompaniment"), reason="no-capacity"), "dinsos")
    case.takes(told(commands.AcceptReferral, referral=case.referral("accompaniment")), "sakti-peksos")

    assert companion(case, hearing, "sakti-peksos").last(CompanionAssigned).agency == "sakti-peksos"  # R65


def test_another_companion_takes_the_place_of_the_first_and_the_same_changes_nothing() -> None:
    case = a_boy()
    hearing = case.schedules()

    companion(case, hearing)
    companion(case, hearing)
    companion(case, hearing, officer="peksos-2")

    assert [each.officer for each in case.all(CompanionAssigned)] == ["peksos-1", "peksos-2"]


@pytest.mark.parametrize("named", [True, False])
def test_a_hearing_held_says_whether_a_companion_was_there(named: bool) -> None:
    case = a_boy()
    hearing = case.schedules()
    if named:
        companion(case, hearing)

    case.takes(told(commands.RecordHearing, hearing=hearing, outcome="agreed"), "polresta")

    assert case.last(HearingHeld).companion_present is named
    assert case.domain.deadlines(case.state).get(CompanionBy(hearing)) is None


def test_a_cancelled_hearing_needs_no_companion() -> None:
    case = a_boy()
    hearing = case.schedules()

    case.takes(told(commands.CancelHearing, hearing=hearing), "polresta")

    assert case.last(HearingCancelled).by == "polresta"
    case.waits(3 * DAY)
    assert case.all(CompanionMissing) == []


@pytest.mark.parametrize(
    "command",
    [
        told(commands.RecordHearing, hearing=NOBODY, outcome="agreed"),
        told(commands.CancelHearing, hearing=NOBODY),
        told(commands.AssignCompanion, hearing=NOBODY, officer="peksos-1"),
    ],
)
def test_after_its_end_nothing_more_is_told_of_a_hearing(command: commands.CancelHearing) -> None:
    case = a_boy()
    case.takes(command, "dinsos")
    assert case.refused() == "unknown-hearing"

    hearing = case.schedules()
    case.takes(told(commands.RecordHearing, hearing=hearing, outcome="adjourned"), "pn")
    case.takes(command.model_copy(update={"hearing": hearing}), "dinsos")

    assert case.refused() == "hearing-not-open"
