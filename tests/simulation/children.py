"""What must hold for the children after every step: told again from the facts alone, beside what the services make of them."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.shelter.domain.custody import CustodyRow
from services.shelter.domain.house import Houses
from shared.contracts import cases, placements, proceedings, referrals
from shared.contracts.model import Custodian, Fact
from shared.runtime.changes import Changes
from shared.runtime.rehearsal.member import Member
from tests.simulation.violation import check

NOBODY = Custodian(kind="unknown")


Group = tuple[UUID, str] | None
"""Siblings that a kind of house was asked for: together or not at all (R84). Whom a coordinator sends elsewhere is not."""


class Bed(NamedTuple):
    """A bed that is held or slept in."""

    house: str
    number: int
    child: UUID
    siblings: Group


@dataclass(slots=True)
class Asked:
    """A referral, as its facts have it."""

    child: UUID
    agency: str
    answer_by: datetime
    house: bool
    open: bool = True


@dataclass(slots=True)
class Children:
    """All children of one run. `hear` is given each fact as it is committed, in the order of commits."""

    houses: Houses
    custodian: dict[UUID, Custodian] = field(default_factory=dict)
    owner: dict[UUID, str] = field(default_factory=dict)
    identified: set[UUID] = field(default_factory=set)
    closed: set[UUID] = field(default_factory=set)
    asked: dict[UUID, Asked] = field(default_factory=dict)
    accepted: Counter[UUID] = field(default_factory=Counter)
    hearings: dict[UUID, UUID] = field(default_factory=dict)
    """Open hearings, and whose each is."""
    beds: dict[UUID, Bed] = field(default_factory=dict)
    waits: dict[UUID, tuple[UUID, Group]] = field(default_factory=dict)
    """Referrals on the waiting list: the child, and its siblings."""
    late: set[UUID] = field(default_factory=set)
    """Referrals of children whose siblings had beds before: they were waited for as long as may be (R84)."""
    handovers: dict[UUID, UUID] = field(default_factory=dict)
    escorts: dict[UUID, UUID] = field(default_factory=dict)

    def hear(self, child: UUID, fact: Fact) -> None:
        """One committed fact."""
        match fact:
            case cases.ChildIdentified():
                self.identified.add(child)
            case cases.CaseClosed():
                self.closed.add(child)
            case cases.CaseReopened():
                self.closed.discard(child)
            case referrals.CaseOwned():
                self.owner[child] = fact.owner
            case proceedings.HearingScheduled():
                self.hearings[fact.hearing] = child
            case proceedings.HearingHeld() | proceedings.HearingCancelled():
                self.hearings.pop(fact.hearing, None)
            case _ if isinstance(fact, referrals.REFERRALS):
                self._refer(child, fact)
            case _:
                self._move(child, fact)
                self._sleep(child, fact)

    def _refer(self, child: UUID, fact: Fact) -> None:
        match fact:
            case referrals.Referred():
                check(fact.referral not in self.asked, "a referral is made once", fact.referral)
                self.asked[fact.referral] = Asked(child, fact.agency, fact.answer_by, house=fact.house_kind is not None)
            case referrals.ReferralAccepted():
                self.accepted[fact.referral] += 1
                check(self.asked[fact.referral].open, "one acceptance per referral", f"{fact.referral} was over")
                check(self.accepted[fact.referral] == 1, "one acceptance per referral", f"{fact.referral} twice")
            case (
                referrals.ReferralDeclined()
                | referrals.ReferralWithdrawn()
                | referrals.ReferralExpired()
                | referrals.ReferralCompleted()
                | referrals.ReferralFailed()
            ):
                check(self.asked[fact.referral].open, "a referral ends once", f"{fact.referral} {fact.type}")
                self.asked[fact.referral].open = False
            case _:
                pass

    def _move(self, child: UUID, fact: Fact) -> None:
        """Who has the child: each movement takes it from whoever has it."""
        held, name = self.custodian.get(child, NOBODY), "exactly one custodian"
        moves = _movement(fact, held)
        if moves is None:
            return
        giver, taker = moves
        check(giver == held, name, f"{child} is with {_said(held)}, but {fact.type} takes it from {_said(giver)}")
        self.custodian[child] = taker

    def _sleep(self, child: UUID, fact: Fact) -> None:
        match fact:
            case placements.BedHeld():
                self._hold(child, fact)
                self.waits.pop(fact.referral, None)
            case placements.HoldExpired() | placements.HoldReleased():
                self.beds.pop(fact.stay, None)
            case placements.Discharged() | placements.LeftPlacement() if fact.stay is not None:
                self.beds.pop(fact.stay, None)
            case placements.Waitlisted():
                self.waits[fact.referral] = (child, _siblings(fact))
                if any(bed.siblings and bed.siblings == _siblings(fact) for bed in self.beds.values()):
                    self.late.add(fact.referral)
            case placements.LeftWaitingList():
                self.waits.pop(fact.referral, None)
            case placements.HandoverOffered():
                self.handovers[fact.handover] = child
            case placements.HandoverDeclined():
                self.handovers.pop(fact.handover, None)
            case placements.EscortDeparted():
                self.escorts[fact.escort] = child
            case placements.EscortReturned():
                self.escorts.pop(fact.escort, None)
            case _:
                pass
        if isinstance(fact, ENDS_LEGS):
            self.handovers = {id_: whose for id_, whose in self.handovers.items() if whose != child}
        if isinstance(fact, ENDS_ESCORTS):
            self.escorts = {id_: whose for id_, whose in self.escorts.items() if whose != child}

    def _hold(self, child: UUID, fact: placements.BedHeld) -> None:
        bed = Bed(fact.house, fact.bed, child, _siblings(fact))
        others = [other for stay, other in self.beds.items() if stay != fact.stay]
        taken = {(other.house, other.number) for other in others}
        check((bed.house, bed.number) not in taken, "beds never over capacity", f"{bed} is taken")
        check(self._capacity(bed), "beds never over capacity", f"{bed} is no bed")
        apart = {other.house for other in others if bed.siblings and other.siblings == bed.siblings} - {bed.house}
        check(not apart, "siblings together or not at all", f"{bed}, but others of them in {apart}")
        self.beds[fact.stay] = bed

    def _capacity(self, bed: Bed) -> bool:
        return any(unit.house == bed.house and bed.number in unit.beds for unit in self.houses.units)

    def after(self, service: str, member: Member, changes: Changes) -> None:
        """Shelter's own table must say the same of whoever has the child: exactly one, once it knows all it said."""
        if service != "shelter" or not member.ready():
            return
        rows: Mapping[Any, Any] = member.tables.rows.get(CustodyRow, {})
        for child in changes.entries.keys() & self.custodian.keys():
            entry = changes.entries[child]
            if any(entry.count(stream) < heard for stream, heard in entry.covered.items()):
                continue  # restored: it has not yet read again what its own facts followed
            now = [row for row in rows.values() if row.subject == child and row.until is None]
            held = self.custodian[child]
            same = [(row.kind, row.party, row.house) for row in now] == [(held.kind, held.party, held.house)]
            check(same, "exactly one custodian", f"{child} is with {_said(held)}, but shelter has {now}")

    def open_things(self) -> dict[UUID, list[str]]:
        """By child, what is begun and not ended: nothing of it may be in a closed case."""
        things: dict[UUID, list[str]] = defaultdict(list)
        for referral, asked in self.asked.items():
            if asked.open:
                things[asked.child].append(f"referral {referral}")
        for name in ("hearings", "handovers", "escorts"):
            for id_, child in getattr(self, name).items():
                things[child].append(f"{name} {id_}")
        for bed in self.beds.values():
            things[bed.child].append(f"bed {bed.house}/{bed.number}")
        return things

    def separated(self) -> list[Group]:
        """Siblings of whom some have a bed, and some wait for one though they were there in time."""
        with_a_bed = {bed.siblings for bed in self.beds.values() if bed.siblings}
        waits = ((siblings, referral) for referral, (_, siblings) in self.waits.items() if referral not in self.late)
        return [siblings for siblings, _ in waits if siblings in with_a_bed]

    def free_beds(self) -> int:
        """How many beds nobody has, in houses that any child may come to."""
        numbers = {(unit.house, number) for unit in self.houses.units if unit.kind == "rpsa" for number in unit.beds}
        return len(numbers - {(bed.house, bed.number) for bed in self.beds.values()})

    def needless(self) -> list[UUID]:
        """Children without siblings that wait for a bed though one is free, and nobody's siblings may need it."""
        siblings = any(siblings for _, siblings in self.waits.values())
        return [child for child, _ in self.waits.values()] if self.free_beds() and not siblings else []


ENDS_ESCORTS = (placements.HandoverAccepted, placements.Discharged, placements.LeftPlacement)
ENDS_LEGS = (
    *ENDS_ESCORTS, placements.ChildSecured, placements.AdmittedToRpsa, placements.Placed,
    placements.EscortDeparted, placements.EscortReturned,
)  # fmt: skip


def _movement(fact: Fact, held: Custodian) -> tuple[Custodian, Custodian] | None:
    """From whom a fact takes the child, and to whom; where it does not say from whom, from anybody."""
    match fact:
        case placements.ChildSecured():
            return NOBODY, fact.custodian
        case placements.HandoverAccepted():
            return fact.giver, fact.receiver
        case placements.AdmittedToRpsa() | placements.Placed():
            return held, Custodian(kind="house", house=fact.house)
        case placements.EscortDeparted():
            return fact.origin, Custodian(kind="escort", party=fact.by)
        case placements.EscortReturned():
            return (held if held.kind == "escort" else NOBODY), fact.custodian
        case placements.LeftPlacement():
            return fact.last, NOBODY
        case placements.Discharged():
            return held, fact.to
        case placements.CustodyDisputed():
            return fact.held, held
        case _:
            return None


def _siblings(fact: placements.BedHeld | placements.Waitlisted) -> Group:
    return (fact.siblings.id, fact.house_kind) if fact.siblings else None


def _said(custodian: Custodian) -> str:
    return f"{custodian.kind}:{custodian.party or custodian.house or ''}"
