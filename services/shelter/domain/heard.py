"""What shelter keeps of the streams of others: what a bed depends on, what was asked, which hearings are set."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from shared.contracts.cases import CaseClosed, CaseReopened, CategoryConfirmed, ChildIdentified, RiskAssessed
from shared.contracts.directory.codes import HouseKind, Risk
from shared.contracts.message import Message, Part
from shared.contracts.model import AboutChild, Sex
from shared.contracts.proceedings import HearingCancelled, HearingHeld, HearingScheduled
from shared.contracts.referrals import ReferralCompleted, ReferralDeclined, ReferralFailed, ReferralWithdrawn, Referred
from shared.contracts.transitions import NONE, Table, after

HEARING: Final[Table] = {
    (NONE, HearingScheduled): "scheduled",
    ("scheduled", HearingScheduled): "scheduled",
    ("scheduled", HearingHeld): "held",
    ("scheduled", HearingCancelled): "cancelled",
}

Ended = ReferralWithdrawn | ReferralDeclined | ReferralFailed | ReferralCompleted
"""How a referral ends so that it asks for no bed any more. One that expired or was escalated leaves the child in line:
the coordinator must act, and the child still needs a bed."""


class Child(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a bed depends on."""

    age: int | None = None
    sex: Sex = "unknown"

    def corrected(self, told: AboutChild) -> "Child":
        """Return what is known after somebody told more; what they left open stays as it was."""
        age = told.age_years if told.age_years is not None else self.age
        return Child(age, told.sex if told.sex != "unknown" else self.sex)


class Cases(Part, frozen=True):
    """Whether the case is known and open, how soon somebody must act, and what the confirmed category corrected."""

    identified: datetime | None = None
    risk: Risk | None = None
    child: Child = Child()
    closed: bool = False


class Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    """A referral for shelter, with the child as it was described then."""

    kind: HouseKind
    child: Child = Child()
    ended: bool = False


class Referrals(Part, frozen=True):
    """Referrals for shelter, and the ids of all referrals, by which others may name the case."""

    shelter: Mapping[UUID, Asked] = {}
    names: tuple[UUID, ...] = ()


class Proceedings(Part, frozen=True):
    """Hearings and where each stands."""

    hearings: Mapping[UUID, str] = {}


def case(part: Cases, message: Message) -> Cases:
    """Evolve by what is kept of `cases`."""
    match message.body:
        case ChildIdentified(occurred_at=at):
            return msgspec.structs.replace(part, identified=at)
        case RiskAssessed(risk=risk):
            return msgspec.structs.replace(part, risk=risk)
        case CategoryConfirmed():
            return msgspec.structs.replace(part, child=part.child.corrected(message.about))
        case CaseClosed() | CaseReopened() as fact:
            return msgspec.structs.replace(part, closed=isinstance(fact, CaseClosed))
        case _:
            return part


def referred(part: Referrals, message: Message) -> Referrals:
    """Evolve by a referral."""
    fact = message.body
    assert isinstance(fact, Referred)
    names = (*part.names, fact.referral)
    if fact.house_kind is None:
        return msgspec.structs.replace(part, names=names)
    asked = Asked(fact.house_kind, Child().corrected(message.about))
    return Referrals({**part.shelter, fact.referral: asked}, names)


def ended(part: Referrals, message: Message) -> Referrals:
    """Evolve by the end of a referral."""
    fact = message.body
    assert isinstance(fact, Ended)
    if fact.referral not in part.shelter:
        return part
    asked = msgspec.structs.replace(part.shelter[fact.referral], ended=True)
    return msgspec.structs.replace(part, shelter={**part.shelter, fact.referral: asked})


def hearing(part: Proceedings, message: Message) -> Proceedings:
    """Evolve by a hearing."""
    fact = message.body
    assert isinstance(fact, HearingScheduled | HearingHeld | HearingCancelled)
    status = after(HEARING, part.hearings.get(fact.hearing, NONE), fact)
    return Proceedings({**part.hearings, fact.hearing: status})
