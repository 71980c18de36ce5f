"""Beds: held, taken, free again; never one for two, never with adults (R88)."""

from datetime import date

import pytest

from services.shelter.domain.line import StayRow
from shared.contracts.commands import AdmitChild, ReleaseHold
from shared.contracts.model import AboutChild, Sex
from shared.contracts.placements import (
    AdmittedToRpsa,
    BedHeld,
    HoldExpired,
    HoldReleased,
    Placed,
    Waitlisted,
)
from shared.contracts.referrals import ReferralWithdrawn
from tests.harness import NIGHT
from tests.shelter.city import HOLD, HOUR, MINUTE, a_case, a_held_bed, asked, child, code, refer, told, unit

GIRLS, BOYS, SMALL = (
    unit(beds=range(1, 3), sex="female", ages=(6, 17)),
    unit(beds=range(3, 5), sex="male", ages=(6, 17)),
    unit(beds=range(5, 6), ages=(0, 5)),
)


def test_a_referral_for_shelter_is_answered_by_a_bed_held_for_a_day() -> None:
    desk = a_case()

    referral = refer(desk)

    held = desk.last(BedHeld)
    assert (held.referral, held.house, held.bed, held.house_kind) == (referral, "rpsa", 1, "rpsa")
    assert held.until == NIGHT + HOLD
    assert [(row.house, row.bed, row.status) for row in desk.rows(StayRow)] == [("rpsa", 1, "held")]


def test_a_referral_for_something_else_is_not_ours() -> None:
    desk = a_case()

    desk.hears(asked(desk, kind=None), "referrals")

    assert not desk.all(BedHeld)
    assert not desk.all(Waitlisted)


@pytest.mark.parametrize(
    ("age", "sex", "bed"),
    [(6, "female", 1), (17, "male", 3), (5, "male", 5), (0, "female", 5), (3, "unknown", 5)],
)
def test_each_child_gets_a_bed_for_its_sex_and_age(age: int, sex: Sex, bed: int) -> None:
    desk = a_case(units=(GIRLS, BOYS, SMALL))

    refer(desk, child(age, sex))

    assert desk.last(BedHeld).bed == bed


@pytest.mark.parametrize(("age", "sex"), [(18, "male"), (10, "unknown"), (None, "female")])
def test_a_child_that_no_bed_is_sure_to_fit_waits(age: int | None, sex: Sex) -> None:
    desk = a_case(units=(GIRLS, BOYS, SMALL))

    refer(desk, child(age, sex))

    assert not desk.all(BedHeld)


def test_of_an_unknown_child_a_bed_for_any_child_is_taken() -> None:
    desk = a_case(units=(GIRLS, unit(beds=range(8, 9))))

    refer(desk, AboutChild())

    assert desk.last(BedHeld).bed == 8


def test_a_bed_for_few_children_is_taken_before_one_for_many() -> None:
    desk = a_case(units=(unit(beds=range(1, 2)), unit(beds=range(2, 3), sex="male")))

    refer(desk)

    assert desk.last(BedHeld).bed == 2


def test_a_house_that_shelters_adults_in_any_part_takes_no_child() -> None:
    desk = a_case(units=(unit(beds=range(1, 2)), unit(beds=range(2, 3), child_only=False, ages=(0, 99))))

    refer(desk)

    assert desk.all(Waitlisted)
    assert not desk.all(BedHeld)


def test_a_bed_of_a_house_that_has_closed_or_not_yet_opened_is_none() -> None:
    closed, later = unit(last=date(2026, 11, 1)), unit("new", first=date(2026, 11, 3))

    desk = a_case(units=(closed, later))
    refer(desk)

    assert not desk.all(BedHeld)


def test_the_day_begins_when_it_does_in_balikpapan() -> None:
    desk = a_case(units=(unit("new", first=date(2026, 11, 3)),))
    desk.now = NIGHT + 2 * HOUR

    refer(desk)

    assert desk.last(BedHeld).house == "new"


def test_an_admission_ends_the_hold_and_begins_the_stay() -> None:
    desk = a_case()
    held = a_held_bed(desk)

    desk.takes(told(AdmitChild, stay=held.stay), "dinsos", "house")

    assert desk.last(AdmittedToRpsa).referral == held.referral
    assert [row.status for row in desk.rows(StayRow)] == ["admitted"]
    assert not desk.domain.deadlines(desk.state)


def test_in_another_kind_of_house_a_child_is_placed() -> None:
    desk = a_case(units=(unit("aman", kind="other"),))
    refer(desk, kind="other")

    desk.takes(told(AdmitChild, stay=desk.last(BedHeld).stay), "dinsos")

    assert desk.last(Placed).house == "aman"


def test_a_hold_ends_by_itself_and_the_bed_is_free() -> None:
    desk = a_case()
    held = a_held_bed(desk)

    desk.waits(HOLD - MINUTE)
    assert not desk.all(HoldExpired)
    desk.waits(2 * MINUTE)

    assert desk.last(HoldExpired) == told(HoldExpired, NIGHT + HOLD, stay=held.stay, referral=held.referral)
    assert not desk.rows(StayRow)
    assert code(desk.takes(told(AdmitChild, NIGHT + HOLD + MINUTE, stay=held.stay), "dinsos")) == "no-hold"


def test_a_hold_is_released_by_hand() -> None:
    desk = a_case()
    held = a_held_bed(desk)

    desk.takes(told(ReleaseHold, stay=held.stay), "dinsos", "house")

    assert desk.last(HoldReleased).stay == held.stay
    assert not desk.rows(StayRow)
    assert not desk.domain.deadlines(desk.state)


def test_a_hold_is_released_with_its_referral() -> None:
    desk = a_case()
    held = a_held_bed(desk)

    desk.hears(told(ReferralWithdrawn, referral=held.referral, agency="dinsos", reason="need-met"), "referrals")

    assert desk.last(HoldReleased).stay == held.stay
    assert not desk.rows(StayRow)


def test_a_stay_does_not_end_with_its_referral() -> None:
    desk = a_case()
    held = a_held_bed(desk)
    desk.takes(told(AdmitChild, stay=held.stay), "dinsos", "house")

    desk.hears(told(ReferralWithdrawn, referral=held.referral, agency="dinsos", reason="need-met"), "referrals")

    assert [row.status for row in desk.rows(StayRow)] == ["admitted"]


def test_a_second_referral_is_answered_by_the_same_bed() -> None:
    desk = a_case()
    first = a_held_bed(desk)

    desk.waits(HOUR)
    second = a_held_bed(desk)

    assert (second.stay, second.bed) == (first.stay, first.bed)
    assert second.referral != first.referral
    assert second.until == first.until + HOUR
    assert len(desk.rows(StayRow)) == 1


def test_a_bed_held_for_two_referrals_is_released_with_the_last_of_them() -> None:
    desk = a_case()
    first, second = a_held_bed(desk), a_held_bed(desk)

    desk.hears(told(ReferralWithdrawn, referral=first.referral, agency="dinsos", reason="need-met"), "referrals")
    assert not desk.all(HoldReleased)
    desk.hears(told(ReferralWithdrawn, referral=second.referral, agency="dinsos", reason="need-met"), "referrals")

    assert desk.last(HoldReleased).referral == second.referral
