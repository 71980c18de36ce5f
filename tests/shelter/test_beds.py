"""Beds: held, taken, free again; never one for two, never with adults (R88)."""

from datetime import date, timedelta

import pytest

from services.shelter.domain.line import StayRow, WaitRow
from shared.contracts.cases import CaseClosed, CategoryConfirmed, RiskAssessed
from shared.contracts.commands import AdmitChild, DischargeChild, ReleaseHold, ReportMissing
from shared.contracts.model import UNSEALED, AboutChild, Custodian, Sex
from shared.contracts.placements import (
    AdmittedToRpsa,
    BedHeld,
    Discharged,
    HoldExpired,
    HoldReleased,
    LeftPlacement,
    LeftWaitingList,
    Placed,
    Waitlisted,
)
from shared.contracts.referrals import ReferralExpired, ReferralWithdrawn
from tests.harness import NIGHT, Desk
from tests.shelter.city import HOLD, HOUR, MINUTE, a_case, a_held_bed, asked, child, code, refer, shelter, told, unit
from tests.shelter.ward import Ward

FAMILY = Custodian(kind="family")
HOME = told(DischargeChild, to=FAMILY, outcome="returned-to-family")
GIRLS, BOYS, SMALL = (
    unit(beds=range(1, 3), sex="female", ages=(6, 17)),
    unit(beds=range(3, 5), sex="male", ages=(6, 17)),
    unit(beds=range(5, 6), ages=(0, 5)),
)


def full(desk: Desk) -> Desk:
    """Other children have all three beds of the house."""
    others = [desk.draw() for _ in range(3)]
    stay = (desk.draw(), "rpsa")
    desk.shared = [
        StayRow(other, *stay, bed, "rpsa", "admitted", NIGHT, NIGHT + HOLD, None) for bed, other in enumerate(others, 1)
    ]
    return desk


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


def test_without_a_free_bed_the_child_waits() -> None:
    desk = full(a_case())

    referral = refer(desk)

    assert desk.last(Waitlisted).referral == referral
    assert not desk.all(BedHeld)
    assert [(row.referral, row.sex, row.age, row.risk) for row in desk.rows(WaitRow)] == [(referral, "male", 10, "")]


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


def test_both_referrals_that_wait_are_answered_by_the_one_bed() -> None:
    desk = full(a_case())
    waiting = {refer(desk), refer(desk)}
    desk.shared = []

    desk.hears(told(RiskAssessed, risk="high"), "cases")

    assert {held.referral for held in desk.all(BedHeld)} == waiting
    assert len({held.stay for held in desk.all(BedHeld)}) == 1
    assert not desk.rows(WaitRow)


def test_a_child_leaves_the_line_with_its_referral_but_not_because_an_answer_was_late() -> None:
    desk = full(a_case())
    referral = refer(desk)

    late = told(ReferralExpired, referral=referral, agency="dinsos", answer_by=NIGHT)
    desk.hears(late, "referrals")
    assert not desk.all(LeftWaitingList)
    desk.hears(told(ReferralWithdrawn, referral=referral, agency="dinsos", reason="need-met"), "referrals")

    assert desk.last(LeftWaitingList).referral == referral
    assert not desk.rows(WaitRow)


def test_a_child_leaves_the_line_with_its_case() -> None:
    desk = full(a_case())
    referral = refer(desk)

    desk.hears(told(CaseClosed, closing=desk.draw(), outcome="returned-to-family"), "cases")

    assert desk.last(LeftWaitingList).referral == referral


def test_who_was_thought_too_old_takes_a_bed_once_its_age_is_corrected() -> None:
    desk = a_case()
    refer(desk, child(age=18))
    assert not desk.all(BedHeld)

    confirmed = told(CategoryConfirmed, assertion=desk.draw(), about_child=UNSEALED)
    desk.hears(confirmed, "cases", about=AboutChild(age_years=17))

    assert desk.all(BedHeld)


def test_a_freed_bed_goes_to_the_next_in_line_however_it_was_freed() -> None:
    for end in (HOME, told(ReportMissing)):
        ward = Ward(shelter(unit(beds=range(1, 2))))
        first, second = ward.child(), ward.child()
        for desk in (first, second):
            ward.hears(desk, asked(desk), "referrals", about=child())
        ward.takes(first, told(AdmitChild, stay=first.last(BedHeld).stay))
        assert second.all(Waitlisted)

        ward.takes(first, end)
        ward.wakes()

        assert len([*first.all(Discharged), *first.all(LeftPlacement)]) == 1
        assert second.last(BedHeld).bed == 1


def test_a_hold_that_expired_lets_the_next_child_have_the_bed() -> None:
    ward = Ward(shelter(unit(beds=range(1, 2))))
    first, second = ward.child(), ward.child()
    for desk in (first, second):
        ward.hears(desk, asked(desk), "referrals", about=child())

    ward.waits(HOLD + timedelta(seconds=1))

    assert first.all(HoldExpired)
    assert second.last(BedHeld).until == NIGHT + 2 * HOLD


def test_the_line_goes_by_risk_and_then_by_time() -> None:
    ward = Ward(shelter(unit(beds=range(1, 2))))
    desks = [ward.child() for _ in range(5)]
    for desk, risk in zip(desks, ("low", "medium", "high", "medium", "emergency"), strict=True):
        ward.hears(desk, told(RiskAssessed, risk=risk), "cases")
        ward.hears(desk, asked(desk), "referrals", about=child())
        ward.waits(MINUTE)

    order = [desks.index(ward.desks[row.subject]) for row in ward.waiting()]

    assert desks[0].all(BedHeld)
    assert order == [4, 2, 1, 3]
    ward.waits(4 * HOLD + HOUR)
    served = sorted((desk.last(BedHeld).occurred_at, desks.index(desk)) for desk in desks)
    assert [number for _, number in served] == [0, 4, 2, 1, 3]


def test_a_child_assessed_as_more_urgent_moves_up_the_line() -> None:
    ward = Ward(shelter(unit(beds=range(1, 2))))
    desks = [ward.child() for _ in range(3)]
    for desk in desks:
        ward.hears(desk, asked(desk), "referrals", about=child())
        ward.waits(MINUTE)

    ward.hears(desks[2], told(RiskAssessed, risk="emergency"), "cases")

    assert [ward.desks[row.subject] for row in ward.waiting()] == [desks[2], desks[1]]
