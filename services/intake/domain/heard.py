"""What intake keeps of the streams of others: who takes part in the case, and what they answered to a closing."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from services.intake.domain.closing import Answer
from shared.contracts.message import Message, Part
from shared.contracts.placements import (
    ChildSecured,
    Discharged,
    HandoverAccepted,
    HandoverOffered,
    NothingOpenInShelter,
    StillOpenInShelter,
)
from shared.contracts.proceedings import CompanionAssigned, HearingScheduled
from shared.contracts.referrals import (
    CaseOwned,
    NothingOpenInRouting,
    ReferralDeclined,
    ReferralExpired,
    ReferralWithdrawn,
    Referred,
    StillOpenInRouting,
)


class Referrals(Part, frozen=True):
    """The owner, whom each referral asks that still stands, routing's last answer, and the ids of all referrals.

    A referral's id names its case for ever, also when it came to nothing.
    """

    owner: str = ""
    asked: Mapping[UUID, str] = msgspec.field(default_factory=dict)
    answer: Answer | None = None
    names: tuple[UUID, ...] = ()


class Proceedings(Part, frozen=True):
    """Parties that hold hearings or accompany to them."""

    parties: tuple[str, ...] = ()


class Placements(Part, frozen=True):
    """Parties that have had the child or were offered it, and shelter's last answer."""

    parties: tuple[str, ...] = ()
    answer: Answer | None = None


def owned(part: Referrals, message: Message) -> Referrals:
    """Evolve by `case-owned`."""
    assert isinstance(message.body, CaseOwned)
    return msgspec.structs.replace(part, owner=message.body.owner)


def referred(part: Referrals, message: Message) -> Referrals:
    """Evolve by `referred`: whoever is asked takes part."""
    fact = message.body
    assert isinstance(fact, Referred)
    asked = {**part.asked, fact.referral: fact.agency}
    return msgspec.structs.replace(part, asked=asked, names=(*part.names, fact.referral))


def ended(part: Referrals, message: Message) -> Referrals:
    """Evolve by a referral that came to nothing: who was asked takes part no more."""
    assert isinstance(message.body, ReferralDeclined | ReferralExpired | ReferralWithdrawn)
    asked = {id_: agency for id_, agency in part.asked.items() if id_ != message.body.referral}
    return msgspec.structs.replace(part, asked=asked)


def routing_answered(part: Referrals, message: Message) -> Referrals:
    """Evolve by routing's answer to a closing."""
    return msgspec.structs.replace(part, answer=_answer(message))


def shelter_answered(part: Placements, message: Message) -> Placements:
    """Evolve by shelter's answer to a closing."""
    return msgspec.structs.replace(part, answer=_answer(message))


def joined(part: Proceedings, message: Message) -> Proceedings:
    """Evolve by a hearing or a companion."""
    assert isinstance(message.body, HearingScheduled | CompanionAssigned)
    party = message.body.by if isinstance(message.body, HearingScheduled) else message.body.agency
    return msgspec.structs.replace(part, parties=_with(part.parties, party))


def held(part: Placements, message: Message) -> Placements:
    """Evolve by a movement of the child to a party, or the offer of one."""
    match message.body:
        case ChildSecured(custodian=custodian) | Discharged(to=custodian):
            return msgspec.structs.replace(part, parties=_with(part.parties, custodian.party))
        case HandoverOffered(receiver=receiver) | HandoverAccepted(receiver=receiver):
            return msgspec.structs.replace(part, parties=_with(part.parties, receiver.party))
        case _:
            return part


def _with(parties: tuple[str, ...], party: str | None) -> tuple[str, ...]:
    return tuple(sorted({*parties, party})) if party else parties


def _answer(message: Message) -> Answer:
    match message.body:
        case StillOpenInRouting() | StillOpenInShelter() as still:
            return Answer(still.closing, tuple(thing.kind for thing in still.open))
        case NothingOpenInRouting() | NothingOpenInShelter() as nothing:
            return Answer(nothing.closing)
        case other:
            raise TypeError(type(other).__name__)
