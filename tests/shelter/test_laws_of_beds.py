"""Laws of beds, over any order of what can happen to several cases that share three of them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.shelter.domain.custody import CustodyRow
from services.shelter.domain.house import Houses
from services.shelter.domain.line import WaitRow
from shared.contracts.cases import RiskAssessed
from shared.contracts.commands import (
    AcceptHandover,
    AdmitChild,
    DischargeChild,
    OfferHandover,
    ReleaseHold,
    ReportMissing,
)
from shared.contracts.directory.codes import Risk
from shared.contracts.message import Refusal, Woken
from shared.contracts.model import AboutChild, Custodian, Group
from shared.contracts.placements import HandoverOffered
from shared.contracts.referrals import ReferralWithdrawn
from tests.harness import Desk
from tests.shelter import oracle
from tests.shelter.city import HOLD, asked, shelter, told, unit
from tests.shelter.fairness import fair, stays_of
from tests.shelter.ward import Ward

LAYOUTS = (
    (unit(beds=range(1, 4)),),
    (unit("one", range(1, 3)), unit("two", range(1, 2))),
    (unit("one", range(1, 2), sex="female"), unit("one", range(2, 3), sex="male"), unit("two", range(1, 2))),
    (unit("one", range(1, 3), ages=(0, 5)), unit("one", range(3, 4), sex="male")),
)
CHILDREN = st.builds(
    AboutChild, age_years=st.sampled_from([None, 3, 10, 10]), sex=st.sampled_from(["female", "male", "male", "unknown"])
)
RISKS: st.SearchStrategy[Risk] = st.sampled_from(["emergency", "high", "medium", "low"])
SIZES = st.sampled_from([1, 1, 2, 3])
NUMBERS = st.integers(0, 99)


class Shelter(RuleBasedStateMachine):
    """Cases come, wait, take beds, leave; who is woken may sleep for any time."""

    @initialize(layout=st.sampled_from(LAYOUTS), come=st.lists(st.tuples(SIZES, CHILDREN), min_size=2, max_size=4))
    def opens(self, layout: tuple[Any, ...], come: list[tuple[int, AboutChild]]) -> None:
        self.ward = Ward(shelter(*layout))
        self.every = frozenset(Houses(layout).beds(self.ward.now.date()))
        self.family: dict[Desk, Group] = {}
        self.ready: set[UUID] = set()
        for size, about in come:
            self.children_come(size, about)

    # -- what happens -----------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.ward.desks) < 12)
    @rule(size=st.integers(1, 3), about=CHILDREN, late=st.integers(0, 1))
    def children_come(self, size: int, about: AboutChild, late: int = 0) -> None:
        desks, group = self.ward.siblings(size)
        self.family.update(dict.fromkeys(desks, group))
        for desk in desks[late:]:
            self._refer(desk, about)

    @rule(number=NUMBERS, about=CHILDREN)
    def a_child_is_referred(self, number: int, about: AboutChild) -> None:
        if (desk := self._one(number)) and not desk.rows(WaitRow):
            self._refer(desk, about)

    @rule(number=NUMBERS, risk=RISKS)
    def risk_is_assessed(self, number: int, risk: Risk) -> None:
        if desk := self._one(number):
            self.ward.hears(desk, told(RiskAssessed, self.ward.now, risk=risk), "cases")

    @rule(number=NUMBERS)
    def a_referral_is_withdrawn(self, number: int) -> None:
        desk = self._one(number)
        if desk and desk.state.referrals.names:
            referral = desk.state.referrals.names[-1]
            withdrawn = told(ReferralWithdrawn, self.ward.now, referral=referral, agency="dinsos", reason="other")
            self.ward.hears(desk, withdrawn, "referrals")

    @rule(number=NUMBERS)
    def a_child_is_admitted(self, number: int) -> None:
        self._act_on_stay(number, "held", AdmitChild)

    @rule(number=NUMBERS)
    def a_hold_is_released(self, number: int) -> None:
        self._act_on_stay(number, "held", ReleaseHold)

    @rule(number=NUMBERS, act=st.sampled_from(["home", "missing", "given"]))
    def a_child_leaves(self, number: int, act: str) -> None:
        if desk := self._one(number):
            self._leave(desk, act)

    @rule(number=NUMBERS)
    def one_who_is_woken_looks(self, number: int) -> None:
        woken = sorted(self.ward.woken)
        if woken:
            self.ward.wakes(woken[number % len(woken)])

    @rule(hours=st.sampled_from([1, 3, 25]))
    def time_passes(self, hours: int) -> None:
        self.ward.waits(timedelta(hours=hours), asleep=True)

    # -- what holds -------------------------------------------------------------------------------------------------

    @invariant()
    def no_bed_is_given_twice_and_no_child_has_two(self) -> None:
        stays = self._ward().stays()
        beds = [(row.house, row.bed) for row in stays]
        assert len(beds) == len(set(beds)) <= 3
        assert set(beds) <= {(bed.house, bed.number) for bed in self.every}
        assert len({row.subject for row in stays}) == len(stays)

    @invariant()
    def siblings_have_beds_in_one_house(self) -> None:
        stays = [row for row in self._ward().stays() if row.siblings]
        assert all(one.house == other.house for one in stays for other in stays if one.siblings == other.siblings)

    @invariant()
    def whoever_could_have_a_bed_has_been_woken(self) -> None:
        ward = self._ward()
        for desk in ward.desks.values():
            if desk.rows(WaitRow) and desk.subject not in ward.woken:
                assert not self._would_take(desk)

    @invariant()
    def each_turn_was_fair(self) -> None:
        for desk, before, after in self._ward().turns:
            families = (family for family in oracle.families(before) if oracle.ready(family, before))
            self.ready |= {row.subject for family in families for row in family}
            for taken in set(stays_of(after, desk)) - set(stays_of(before, desk)):
                if taken.stay not in {row.stay for row in stays_of(before, desk)}:
                    fair(desk, taken, before, after, self.every, ready=desk.subject in self.ready)
        self.ward.turns.clear()

    @invariant()
    def every_child_has_exactly_one_custodian_at_any_instant(self) -> None:
        for desk in self._ward().desks.values():
            rows = sorted(desk.rows(CustodyRow), key=lambda row: row.number)
            assert [row.until for row in rows] == [*(row.since for row in rows[1:]), None]
            assert all(row.until is None or row.since <= row.until for row in rows)

    def teardown(self) -> None:
        """Once everybody who is woken has looked, no bed is free that the first in line could have; and holds end."""
        ward = self._ward()
        ward.wakes()
        free = oracle.free(ward.rows(), self.every)
        first = next((f for f in oracle.families(ward.rows()) if self._could_ever(f)), None)
        assert first is None or oracle.room(first, free, self.every) < len(first)
        ward.waits(9 * HOLD)
        self.each_turn_was_fair()
        assert not [row for row in ward.stays() if row.status == "held" and row.until <= ward.now]

    # -- how --------------------------------------------------------------------------------------------------------

    def _ward(self) -> Ward:
        if not hasattr(self, "ward"):
            self.opens(LAYOUTS[0], [])
        return self.ward

    def _one(self, number: int) -> Desk | None:
        desks = list(self.ward.desks.values())
        return desks[number % len(desks)] if desks else None

    def _refer(self, desk: Desk, about: AboutChild) -> None:
        group = self.family[desk]
        self.ward.hears(desk, asked(desk, siblings=group.size, group=group.id), "referrals", about=about)

    def _act_on_stay(self, number: int, status: str, act: type[AdmitChild | ReleaseHold]) -> None:
        rows = [row for row in self.ward.stays() if row.status == status]
        if rows:
            row = rows[number % len(rows)]
            desk = self.ward.takes(self.ward.desks[row.subject], told(act, self.ward.now, stay=row.stay))
            assert desk.refusal is None or desk.refusal.code == "already-admitted"

    def _leave(self, desk: Desk, act: str) -> None:
        ward, now = self.ward, self.ward.now
        if act == "home":
            home = told(DischargeChild, now, to=Custodian(kind="family"), outcome="returned-to-family")
            ward.takes(desk, home)
        elif act == "missing":
            ward.takes(desk, told(ReportMissing, now))
        else:
            ward.takes(desk, told(OfferHandover, now, to="lapas"))
            if not desk.refusal:
                ward.takes(desk, told(AcceptHandover, now, handover=desk.last(HandoverOffered).handover), "lapas")

    def _could_ever(self, family: tuple[WaitRow, ...]) -> bool:
        rows = self.ward.rows()
        alone = oracle.ready(family, rows) and not oracle.home(family, rows)
        return alone and oracle.room(family, self.every, self.every) == len(family)

    def _would_take(self, desk: Desk) -> bool:
        desk.shared = list(self.ward.rows())
        outcome = self.ward.domain.decides[RiskAssessed](desk.state, desk._message(Woken()), self.ward.now)
        assert not isinstance(outcome, Refusal)
        return bool(outcome)


TestShelter = Shelter.TestCase
TestShelter.settings = settings(max_examples=60, stateful_step_count=30)
