"""The waiting list: fair by risk and time, left with the referral or the case, woken when something changes."""

from datetime import timedelta

from services.shelter.domain.line import StayRow, WaitRow
from shared.contracts.cases import CaseClosed, CategoryConfirmed, RiskAssessed
from shared.contracts.commands import AdmitChild, DischargeChild, ReportMissing
from shared.contracts.model import UNSEALED, AboutChild, Custodian
from shared.contracts.placements import (
    BedHeld,
    Discharged,
    HoldExpired,
    LeftPlacement,
    LeftWaitingList,
    Waitlisted,
)
from shared.contracts.referrals import ReferralExpired, ReferralWithdrawn
from tests.harness import NIGHT, Desk
from tests.shelter.city import HOLD, HOUR, MINUTE, a_case, asked, child, refer, shelter, told, unit
from tests.shelter.ward import Ward

FAMILY = Custodian(kind="family")


HOME = told(DischargeChild, to=FAMILY, outcome="returned-to-family")


def full(desk: Desk) -> Desk:
    """Other children have all three beds of the house."""
    others = [desk.draw() for _ in range(3)]
    stay = (desk.draw(), "rpsa")
    desk.shared = [
        StayRow(other, *stay, bed, "rpsa", "admitted", NIGHT, NIGHT + HOLD, None) for bed, other in enumerate(others, 1)
    ]
    return desk


def test_without_a_free_bed_the_child_waits() -> None:
    desk = full(a_case())

    referral = refer(desk)

    assert desk.last(Waitlisted).referral == referral
    assert not desk.all(BedHeld)
    assert [(row.referral, row.sex, row.age, row.risk) for row in desk.rows(WaitRow)] == [(referral, "male", 10, "")]


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


def test_a_child_that_nobody_has_assessed_yet_stands_among_those_of_medium_risk_by_its_time() -> None:
    ward = Ward(shelter(unit(beds=range(1, 2))))
    desks = [ward.child() for _ in range(5)]
    for desk, risk in zip(desks, ("low", "", "medium", "", "low"), strict=True):
        if risk:
            ward.hears(desk, told(RiskAssessed, risk=risk), "cases")
        ward.hears(desk, asked(desk), "referrals", about=child())
        ward.waits(MINUTE)

    assert [desks.index(ward.desks[row.subject]) for row in ward.waiting()] == [1, 2, 3, 4]


def test_a_child_assessed_as_more_urgent_moves_up_the_line() -> None:
    ward = Ward(shelter(unit(beds=range(1, 2))))
    desks = [ward.child() for _ in range(3)]
    for desk in desks:
        ward.hears(desk, asked(desk), "referrals", about=child())
        ward.waits(MINUTE)

    ward.hears(desks[2], told(RiskAssessed, risk="emergency"), "cases")

    assert [ward.desks[row.subject] for row in ward.waiting()] == [desks[2], desks[1]]
