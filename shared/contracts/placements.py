"""Stream `placements`, spoken by shelter: who has the child at every instant, and the bed it sleeps in."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.directory.codes import DischargeOutcome, HouseKind, PartyCode
from shared.contracts.model import Code, Custodian, Fact, Group
from shared.contracts.referrals import StillOpenThing


class ChildSecured(Fact):
    """Somebody took the child into care where it was found; custody begins (R87a)."""

    custodian: Custodian


class HandoverOffered(Fact):
    """The custodian offers the child to another; it stays custodian until the other accepts (R87a)."""

    handover: UUID
    giver: Custodian
    receiver: Custodian


class HandoverAccepted(Fact):
    """Both have acted: `receiver` has the child now. The ground of the *berita acara serah terima* (R87a, R149)."""

    handover: UUID
    giver: Custodian
    receiver: Custodian


class HandoverDeclined(Fact):
    """The receiver does not take the child; `giver` keeps it."""

    handover: UUID
    giver: Custodian
    receiver: Custodian


class CustodyDisputed(Fact):
    """A movement was reported that does not fit who has the child; a coordinator must find out."""

    held: Custodian
    claimed: Custodian
    act: Code
    by: PartyCode


class BedHeld(Fact):
    """A bed is kept for the child until `until`; the answer to a referral for shelter.

    `bed` is its number in the house, which no other open stay has.
    """

    stay: UUID
    house: Code
    bed: Annotated[int, Field(ge=1)]
    house_kind: HouseKind
    referral: UUID
    until: AwareDatetime
    siblings: Group | None = None


class HoldExpired(Fact):
    """The child was not admitted in time, and the bed is free again."""

    stay: UUID
    referral: UUID


class HoldReleased(Fact):
    """The bed is not needed any more."""

    stay: UUID
    referral: UUID


class Waitlisted(Fact):
    """No fitting bed is free; the child waits for one (and its siblings with it).

    While not all siblings are here, the child waits for them until `siblings_by`; said again without it when that
    time has passed, and those who are here go together (R84).
    """

    referral: UUID
    house_kind: HouseKind
    siblings: Group | None = None
    siblings_by: AwareDatetime | None = None


class LeftWaitingList(Fact):
    """The child needs no bed any more."""

    referral: UUID


class AdmittedToRpsa(Fact):
    """The child sleeps in the RPSA from now on (R74); the house is its custodian."""

    stay: UUID
    house: Code
    referral: UUID


class Placed(Fact):
    """The child sleeps in another kind of house from now on; the house is its custodian."""

    stay: UUID
    house: Code
    referral: UUID


class EscortDeparted(Fact):
    """The child is on the way to a hearing; the escort is its custodian."""

    escort: UUID
    hearing: UUID
    origin: Custodian
    by: PartyCode


class EscortArrived(Fact):
    """The escort and the child are at the hearing."""

    escort: UUID
    hearing: UUID


class EscortReturned(Fact):
    """The child is back with whom it was before."""

    escort: UUID
    hearing: UUID
    custodian: Custodian


class LeftPlacement(Fact):
    """The child is gone, and nobody knows where: custodian `unknown`, and everybody looks."""

    stay: UUID | None = None
    last: Custodian


class Discharged(Fact):
    """The stay or the care ended, and the child went to `to` (R80)."""

    stay: UUID | None = None
    to: Custodian
    outcome: DischargeOutcome


class NothingOpenInShelter(Fact):
    """Shelter's answer to `closing-requested`: no bed, hold, hand-over or escort is open (R150)."""

    closing: UUID


class StillOpenInShelter(Fact):
    """Shelter's answer to `closing-requested`: this is still open (R150)."""

    closing: UUID
    open: tuple[StillOpenThing, ...]


PLACEMENTS = (
    ChildSecured,
    HandoverOffered,
    HandoverAccepted,
    HandoverDeclined,
    CustodyDisputed,
    BedHeld,
    HoldExpired,
    HoldReleased,
    Waitlisted,
    LeftWaitingList,
    AdmittedToRpsa,
    Placed,
    EscortDeparted,
    EscortArrived,
    EscortReturned,
    LeftPlacement,
    Discharged,
    NothingOpenInShelter,
    StillOpenInShelter,
)
