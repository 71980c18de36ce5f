"""What routing has heard of a child's whereabouts: which referrals a bed answers, and which escorts have arrived."""

from datetime import datetime
from uuid import UUID

import msgspec

from services.routing.domain.mark import Marks
from shared.contracts.message import Part
from shared.contracts.model import AboutChild
from shared.contracts.placements import AdmittedToRpsa, BedHeld, EscortArrived, EscortReturned, Placed


class Arrival(msgspec.Struct, frozen=True, omit_defaults=True):
    """When a child came to a hearing, and whether it is back."""

    at: datetime
    back: bool = False


class Placements(Part, frozen=True):
    """The part that `placements` makes: the referrals of each stay, the last arrival at each hearing, and marks."""

    stays: dict[UUID, tuple[UUID, ...]] = msgspec.field(default_factory=dict)
    arrivals: dict[UUID, Arrival] = msgspec.field(default_factory=dict)
    marks: Marks = ()


def bed(part: Placements, fact: BedHeld | AdmittedToRpsa | Placed, _: AboutChild) -> Placements:
    """Evolve by a bed held or taken; one bed may answer several referrals."""
    referrals = tuple(dict.fromkeys((*part.stays.get(fact.stay, ()), fact.referral)))
    return msgspec.structs.replace(part, stays={**part.stays, fact.stay: referrals})


def arrived(part: Placements, fact: EscortArrived, _: AboutChild) -> Placements:
    """Evolve by `escort-arrived`."""
    return _with(part, fact.hearing, Arrival(fact.occurred_at))


def returned(part: Placements, fact: EscortReturned, _: AboutChild) -> Placements:
    """Evolve by `escort-returned`; an escort that turned round on the way never arrived."""
    there = part.arrivals.get(fact.hearing)
    return _with(part, fact.hearing, Arrival(there.at, back=True)) if there else part


def _with(part: Placements, hearing: UUID, arrival: Arrival) -> Placements:
    return msgspec.structs.replace(part, arrivals={**part.arrivals, hearing: arrival})
