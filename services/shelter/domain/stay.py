"""Beds: held for a while, taken by admission, free again by expiry, release, discharge or disappearance."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec

from services.shelter.domain.custody import disputed, move
from services.shelter.domain.house import today
from services.shelter.domain.keeper import DINSOS, Keeper, kept, told
from services.shelter.domain.line import StayRow
from services.shelter.domain.may import CARE, GIVE, HOUSE, Rights
from shared.contracts.commands import AdmitChild, DischargeChild, ReleaseHold, ReportMissing
from shared.contracts.directory.codes import CustodianKind, DischargeOutcome, HouseKind
from shared.contracts.message import Deadline, Events, Message, Refusal
from shared.contracts.model import Fact, Group
from shared.contracts.placements import (
    AdmittedToRpsa,
    BedHeld,
    Discharged,
    HoldExpired,
    HoldReleased,
    LeftPlacement,
    Placed,
)
from shared.contracts.transitions import NONE, Table, after, before, fits

if TYPE_CHECKING:
    from services.shelter.domain.state import State
    from services.shelter.domain.wait import Rooms

MAY: Rights = {AdmitChild: HOUSE, ReleaseHold: HOUSE, DischargeChild: CARE, ReportMissing: GIVE}

TABLE: Final[Table] = {
    (NONE, BedHeld): "held",
    ("held", HoldExpired): "expired",
    ("held", HoldReleased): "released",
    ("held", AdmittedToRpsa): "admitted",
    ("held", Placed): "admitted",
    ("admitted", Discharged): "discharged",
    ("admitted", LeftPlacement): "left",
}
HELD: Final = before(TABLE, AdmittedToRpsa, Placed)
OPEN: Final = HELD | before(TABLE, Discharged)

GOES: Final[Mapping[DischargeOutcome, frozenset[CustodianKind]]] = {
    "returned-to-family": frozenset({"family"}),
    "returned-to-origin": frozenset({"family", "house", "unknown"}),
    "kinship-care": frozenset({"family"}),
    "moved-to-institution": frozenset({"house"}),
    "handed-to-agency": frozenset({"agency", "community"}),
    "moved-to-hospital": frozenset({"hospital"}),
    "left-on-own": frozenset({"unknown"}),
    "died": frozenset({"family", "hospital", "unknown"}),
}
"""To whom a child can go with each outcome (R80)."""


class Stay(msgspec.Struct, frozen=True, omit_defaults=True):
    """A bed of the child's: since when, and, while it is held, until when it must be admitted."""

    house: str
    bed: int
    kind: HouseKind
    since: datetime
    until: datetime
    referrals: tuple[UUID, ...]
    siblings: UUID | None = None
    size: int = 1
    status: str = "held"

    def again(self, id_: UUID, referral: UUID, until: datetime, now: datetime) -> BedHeld:
        """Return the answer to another referral for what the child has already."""
        return BedHeld(
            stay=id_, house=self.house, bed=self.bed, house_kind=self.kind, referral=referral,
            until=max(until, self.until), siblings=self.group, occurred_at=now,
        )  # fmt: skip

    @property
    def group(self) -> Group | None:
        """The siblings, as a fact tells them."""
        return Group(id=self.siblings, size=self.size) if self.siblings else None


Stays = Mapping[UUID, Stay]


class AdmitBy(Deadline, frozen=True):
    """Who is not admitted by now needs no bed, and somebody else does."""

    stay: UUID


def admit(state: "State", message: Message, now: datetime) -> Events | Refusal:
    """Take the child into the bed held for it; from another party it must have been handed over before (R87a)."""
    command, placements = message.body, state.placements
    assert isinstance(command, AdmitChild)
    stay = placements.stays.get(command.stay)
    if placements.admitted():
        return Refusal("already-admitted", ("house-staff",))
    if stay is None or stay.status not in HELD:
        return _too_late(state, message, stay)
    named = AdmittedToRpsa if stay.kind == "rpsa" else Placed
    admitted = named(stay=command.stay, house=stay.house, referral=stay.referrals[0], occurred_at=command.occurred_at)
    given = placements.custody.keeper.speaker == message.caller.agency
    return move(placements.custody, message, admitted, allowed=given)


def _too_late(state: "State", message: Message, stay: Stay | None) -> Events | Refusal:
    """Of an admission that happened while the bed was held, and was told when it no longer was: it is not lost."""
    command = message.body
    assert isinstance(command, AdmitChild)
    if stay is None or stay.status != "expired" or command.occurred_at > stay.until:
        return Refusal("no-hold", ("house-staff", "coordinator"))
    return [disputed(state.placements.custody, message, Keeper("house", house=stay.house))]


def release(state: "State", message: Message, now: datetime) -> Events | Refusal:
    """Give a held bed back by hand."""
    command = message.body
    assert isinstance(command, ReleaseHold)
    stay = state.placements.stays.get(command.stay)
    if stay is not None and fits(TABLE, stay.status, Discharged):
        return Refusal("already-admitted", ("house-staff",))
    if stay is None or not fits(TABLE, stay.status, HoldReleased):
        return Refusal("no-hold", ("house-staff", "coordinator"))
    return [
        HoldReleased(stay=command.stay, referral=referral, occurred_at=command.occurred_at)
        for referral in stay.referrals
    ]


def expire(state: "State", message: Message, now: datetime) -> Events:
    """Free a bed whose child was not admitted in time: every referral that it answered learns of it."""
    due = message.body
    assert isinstance(due, AdmitBy)
    stay = state.placements.stays[due.stay]
    return [HoldExpired(stay=due.stay, referral=referral, occurred_at=now) for referral in stay.referrals]


def discharge(state: "State", message: Message, now: datetime, *, rooms: "Rooms") -> Events | Refusal:
    """End the stay, or the care without a bed: the child goes to `to` (R80). To another party it is handed over."""
    command, custody = message.body, state.placements.custody
    assert isinstance(command, DischargeChild)
    if custody.keeper.speaker != message.caller.agency:
        return Refusal("not-the-custodian", ("custodian", "coordinator"))
    if refused := _nowhere(command, rooms, now):
        return refused
    if custody.keeper == kept(command.to):
        return Refusal("stay-not-open", ("house-staff",))
    stay = next(iter(state.placements.admitted()), None)
    discharged = Discharged(stay=stay, to=command.to, outcome=command.outcome, occurred_at=command.occurred_at)
    return move(custody, message, discharged)


def _nowhere(command: DischargeChild, rooms: "Rooms", now: datetime) -> Refusal | None:
    """Tell why a child cannot go where it is said to go."""
    to = command.to
    party, house = to.kind in {"agency", "community"}, to.kind == "house"
    if to.kind not in GOES[command.outcome] or (party, house) != (to.party is not None, to.house is not None):
        return Refusal("malformed")
    if to.party is not None and to.party != DINSOS:
        return Refusal("handover-needed", ("custodian", "receiver"))
    return _no_house(to.house or "", rooms, now) if to.kind == "house" else None


def _no_house(code: str, rooms: "Rooms", now: datetime) -> Refusal | None:
    """Tell why a child cannot go to a house; one whose beds we count takes it by a held bed only."""
    day, houses = today(now), rooms.houses
    if not houses.of(code, day):
        return Refusal("unknown-house", ("house-staff",))
    if houses.with_adults(code, day):
        return Refusal("with-adults", ("house-staff", "coordinator"))
    return Refusal("no-hold", ("house-staff", "coordinator")) if houses.counted(code, day) else None


def miss(state: "State", message: Message, now: datetime) -> Events | Refusal:
    """Tell that the child is gone: by whoever had it, or by Dinsos, which looks for every child."""
    command, custody = message.body, state.placements.custody
    assert isinstance(command, ReportMissing)
    if custody.keeper.kind == "unknown" or message.caller.agency not in {custody.keeper.speaker, DINSOS}:
        return Refusal("not-the-custodian", ("custodian", "coordinator"))
    stay = next(iter(state.placements.admitted()), None)
    return move(custody, message, LeftPlacement(stay=stay, last=told(custody.keeper), occurred_at=command.occurred_at))


def evolve(stays: Stays, message: Message) -> Stays:
    """Evolve by any fact of `placements`."""
    fact = message.body
    if isinstance(fact, BedHeld):
        return {**stays, fact.stay: _held(stays.get(fact.stay), fact)}
    match fact:
        case HoldExpired(stay=id_) | HoldReleased(stay=id_) | AdmittedToRpsa(stay=id_) | Placed(stay=id_):
            return _moved(stays, id_, fact)
        case Discharged(stay=UUID() as id_) | LeftPlacement(stay=UUID() as id_):
            return _moved(stays, id_, fact)
        case _:
            return stays


def _moved(stays: Stays, id_: UUID, fact: Fact) -> Stays:
    if id_ not in stays:
        return stays
    status = after(TABLE, stays[id_].status, fact)
    return {**stays, id_: msgspec.structs.replace(stays[id_], status=status)}


def _held(before: Stay | None, fact: BedHeld) -> Stay:
    if before is not None:
        referrals = (*before.referrals, fact.referral)
        return msgspec.structs.replace(before, referrals=referrals, until=fact.until)
    group = fact.siblings
    return Stay(
        fact.house, fact.bed, fact.house_kind, fact.occurred_at, fact.until, (fact.referral,),
        group.id if group else None, group.size if group else 1,
    )  # fmt: skip


def deadlines(stays: Stays) -> dict[Deadline, datetime]:
    """Return until when each held bed is held."""
    return {AdmitBy(id_): stay.until for id_, stay in stays.items() if stay.status in HELD}


def rows(subject: UUID, stays: Stays) -> Iterator[StayRow]:
    """Return the open ones: what is not there is free."""
    for id_, it in stays.items():
        if it.status in OPEN:
            yield StayRow(subject, id_, it.house, it.bed, it.kind, it.status, it.since, it.until, it.siblings)
