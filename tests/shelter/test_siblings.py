"""Siblings go into a house together or not at all (R84)."""

from datetime import timedelta

from services.shelter.domain.line import WaitRow
from shared.contracts.cases import RiskAssessed
from shared.contracts.commands import AdmitChild, DischargeChild
from shared.contracts.model import Custodian, Group
from shared.contracts.placements import BedHeld, HoldExpired, Waitlisted
from shared.contracts.referrals import ReferralWithdrawn
from tests.harness import NIGHT, Desk
from tests.shelter.city import HOLD, HOUR, MINUTE, SIBLINGS, asked, child, shelter, told, unit
from tests.shelter.ward import Ward

HOME = told(DischargeChild, to=Custodian(kind="family"), outcome="returned-to-family")


def refer(ward: Ward, desk: Desk, group: Group | None = None, age: int = 10) -> None:
    referral = asked(desk, siblings=group.size, group=group.id) if group else asked(desk)
    ward.hears(desk, referral, "referrals", about=child(age))


def admit(ward: Ward, desk: Desk) -> None:
    ward.takes(desk, told(AdmitChild, ward.now, stay=desk.last(BedHeld).stay))


def has_bed(desk: Desk) -> bool:
    return any(row.subject == desk.subject for row in desk.domain.rows(desk.subject, desk.state) if hasattr(row, "bed"))


def test_the_first_sibling_takes_no_bed_before_the_other_is_here() -> None:
    ward = Ward(shelter())
    (older, younger), group = ward.siblings(2)

    refer(ward, older, group)

    assert older.last(Waitlisted).siblings_by == NIGHT + SIBLINGS
    refer(ward, younger, group)
    assert younger.last(BedHeld).siblings == group
    ward.wakes()
    assert older.last(BedHeld).house == younger.last(BedHeld).house
    assert older.last(BedHeld).bed != younger.last(BedHeld).bed


def test_the_others_bed_is_kept_until_its_own_turn() -> None:
    ward = Ward(shelter(unit(beds=range(1, 3))))
    (older, younger), group = ward.siblings(2)
    stranger = ward.child()
    refer(ward, older, group)
    refer(ward, younger, group)

    ward.hears(stranger, told(RiskAssessed, risk="emergency"), "cases")
    refer(ward, stranger)
    ward.wakes()

    assert has_bed(older)
    assert has_bed(younger)
    assert not has_bed(stranger)


def test_a_sibling_who_looks_late_takes_its_bed_although_the_other_has_gone_home_meanwhile() -> None:
    ward = Ward(shelter())
    (older, younger), group = ward.siblings(2)
    refer(ward, older, group)
    refer(ward, younger, group)

    admit(ward, younger)
    ward.takes(younger, HOME)
    ward.wakes()

    assert has_bed(older)
    assert len(older.all(Waitlisted)) == 1


def test_a_sibling_who_looks_late_and_finds_no_bed_waits_for_the_next_and_for_nobody_else() -> None:
    ward = Ward(shelter(unit(beds=range(1, 3))))
    (older, younger), group = ward.siblings(2)
    refer(ward, older, group)
    refer(ward, younger, group)
    admit(ward, younger)
    ward.takes(younger, HOME)
    others = [ward.child(), ward.child()]
    for desk in others:
        refer(ward, desk)
        admit(ward, desk)
    ward.wakes()
    assert older.rows(WaitRow)[0].siblings_by is None

    ward.takes(others[0], HOME)
    ward.wakes()

    assert has_bed(older)


def test_two_families_half_way_do_not_take_each_others_beds() -> None:
    ward = Ward(shelter(unit(beds=range(1, 3), sex="male", ages=(6, 17)), unit(beds=range(3, 5))))
    families = [ward.siblings(2), ward.siblings(2)]
    for (first, second), group in families:
        refer(ward, first, group, age=3)
        refer(ward, second, group, age=12)

    for subject in sorted(ward.woken, reverse=True):
        ward.wakes(subject)

    assert all(has_bed(desk) for desks, _ in families for desk in desks)


def test_siblings_wait_together_while_one_bed_is_free_and_it_stays_free_for_them() -> None:
    ward = Ward(shelter())
    others = [ward.child(), ward.child()]
    for desk in others:
        refer(ward, desk)
        admit(ward, desk)
    family, group = ward.siblings(2)
    for desk in family:
        refer(ward, desk, group)
    assert [desk.last(Waitlisted).siblings_by for desk in family] == [NIGHT + SIBLINGS, None]
    later = ward.child()
    refer(ward, later)

    assert not any(map(has_bed, [*family, later]))
    ward.takes(others[0], HOME)
    ward.wakes()

    assert all(map(has_bed, family))
    assert not has_bed(later)


def test_siblings_who_could_never_fit_keep_nobody_waiting() -> None:
    ward = Ward(shelter())
    family, group = ward.siblings(4)
    for desk in family:
        refer(ward, desk, group)
    alone = ward.child()

    refer(ward, alone)

    assert not any(map(has_bed, family))
    assert has_bed(alone)


def test_siblings_take_the_house_that_has_room_for_all() -> None:
    ward = Ward(shelter(unit("one", range(1, 2)), unit("two", range(1, 3))))
    family, group = ward.siblings(2)
    for desk in family:
        refer(ward, desk, group)
    ward.wakes()

    assert {desk.last(BedHeld).house for desk in family} == {"two"}


def test_who_waits_in_vain_for_a_sibling_goes_without_it() -> None:
    ward = Ward(shelter())
    (here, missing), group = ward.siblings(2)
    refer(ward, here, group)

    ward.waits(SIBLINGS - MINUTE)
    assert not has_bed(here)
    ward.waits(2 * MINUTE)

    assert has_bed(here)
    assert not missing.all(Waitlisted)


def test_without_a_bed_it_waits_on_alone_in_its_old_place() -> None:
    ward = Ward(shelter(unit(beds=range(1, 2))))
    first = ward.child()
    refer(ward, first)
    (here, _), group = ward.siblings(2)
    refer(ward, here, group)

    ward.waits(SIBLINGS + MINUTE)

    (row,) = here.rows(WaitRow)
    assert row.since == NIGHT
    assert row.siblings_by is None
    ward.waits(HOLD)
    assert has_bed(here)


def test_a_sibling_who_comes_late_joins_the_house_and_comes_first_there() -> None:
    ward = Ward(shelter(unit("one", range(1, 3)), unit("two", range(1, 2))))
    (here, late), group = ward.siblings(2)
    other, waiting = ward.child(), ward.child()
    refer(ward, here, group)
    ward.waits(SIBLINGS + MINUTE)
    admit(ward, here)
    refer(ward, other)
    admit(ward, other)
    assert [desk.last(BedHeld).house for desk in (here, other)] == ["one", "one"]
    blocked = ward.child()
    refer(ward, blocked)
    admit(ward, blocked)
    refer(ward, waiting)
    refer(ward, late, group)
    assert not has_bed(late)

    ward.takes(other, told(DischargeChild, ward.now, to=HOME.to, outcome=HOME.outcome))
    ward.wakes()

    assert late.last(BedHeld).house == "one"
    assert not has_bed(waiting)


def test_when_the_first_gives_its_bed_back_the_other_still_gets_one() -> None:
    ward = Ward(shelter())
    (older, younger), group = ward.siblings(2)
    refer(ward, older, group)
    refer(ward, younger, group)

    referral = younger.last(BedHeld).referral
    ended = told(ReferralWithdrawn, referral=referral, agency="dinsos", reason="need-met")
    ward.hears(younger, ended, "referrals")
    ward.waits(SIBLINGS + MINUTE)

    assert has_bed(older)
    assert not has_bed(younger)


def test_each_siblings_hold_ends_by_itself() -> None:
    ward = Ward(shelter())
    family, group = ward.siblings(2)
    for desk in family:
        refer(ward, desk, group)
    ward.wakes()
    admit(ward, family[0])

    ward.waits(HOLD + timedelta(seconds=1))

    assert not family[0].all(HoldExpired)
    assert len(family[1].all(HoldExpired)) == 1
    assert has_bed(family[0])


def test_siblings_asked_for_different_houses_are_not_one_party() -> None:
    ward = Ward(shelter(unit(), unit("aman", kind="other")))
    (one, two), group = ward.siblings(2)
    ward.hears(one, asked(one, siblings=2, group=group.id), "referrals", about=child())
    ward.hears(two, asked(two, "other", siblings=2, group=group.id), "referrals", about=child())
    assert not has_bed(one)

    ward.waits(HOUR * 25)

    assert one.last(BedHeld).house == "rpsa"
    assert two.last(BedHeld).house == "aman"
