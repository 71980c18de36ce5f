"""Whom a fact concerns itself: whom it names, whose matter it is about, and whose child it was."""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any, Final, TypeAlias
from uuid import UUID

from services.notifications.domain.participation import FROM_THE_BEGINNING, Taking, Takings
from shared.contracts import cases, placements, proceedings, referrals
from shared.contracts.model import Fact

Whom: TypeAlias = Callable[[Takings, Any], Iterable[str | None]]
"""(all parts that parties have or had in the case, fact) -> parties."""


def named(*fields: str) -> Whom:
    """Return the parties that the fact's fields name."""
    getters = tuple(map(attrgetter, fields))
    return lambda _, fact: [get(fact) for get in getters]


def sharing(*fields: str) -> Whom:
    """Return the parties to the referral, hearing, hand-over or escort that the fact's fields name."""
    getters = tuple(map(attrgetter, fields))

    def whom(takings: Takings, fact: object) -> Iterable[str]:
        matters: set[UUID] = {get(fact) for get in getters}
        return [taking.party for taking in takings if taking.matter in matters]

    return whom


def finders(takings: Takings, _: object) -> Iterable[str]:
    """Return who reported the child, and who took it into care at once."""
    return [taking.party for taking in takings if taking.way in FROM_THE_BEGINNING]


def the_last_custodian(takings: Takings, _: object) -> Iterable[str]:
    """Return the party whose custody ended last: of a movement, the one that had the child before."""
    ended = [taking for taking in takings if taking.way == "custodian" and taking.until]
    return [max(ended, key=_until).party] if ended else []


def _until(taking: Taking) -> float:
    return taking.until.timestamp() if taking.until else 0.0


_OF_THE_REFERRAL: Final = (sharing("referral"),)
_OF_THE_HEARING: Final = (sharing("hearing"),)
_OF_THE_LEG: Final = (named("giver.party", "receiver.party"),)

CONCERNS: Final[Mapping[type[Fact], tuple[Whom, ...]]] = {
    cases.ChildIdentified: (named("reported_by", "secured_by"),),
    cases.CategoryProposed: (named("by"),),
    cases.CaseClosed: (finders,),
    cases.CaseReopened: (finders,),
    referrals.CaseOwned: (named("owner"),),
    **dict.fromkeys(
        (
            referrals.Referred,
            referrals.ReferralReceived,
            referrals.ReferralAccepted,
            referrals.ReferralDeclined,
            referrals.ReferralWithdrawn,
            referrals.ReferralExpired,
            referrals.ServiceStarted,
            referrals.ReferralCompleted,
            referrals.ReferralFailed,
        ),
        (named("agency"),),
    ),
    referrals.ReferralEscalated: (named("agency", "to"),),
    proceedings.HearingScheduled: (named("by"), *_OF_THE_HEARING),
    proceedings.CompanionAssigned: (named("agency"), *_OF_THE_HEARING),
    proceedings.CompanionMissing: _OF_THE_HEARING,
    proceedings.EscortedToHearing: (named("companion"), *_OF_THE_HEARING),
    proceedings.HearingHeld: _OF_THE_HEARING,
    proceedings.HearingCancelled: (named("by"), *_OF_THE_HEARING),
    proceedings.ReturnedFromHearing: _OF_THE_HEARING,
    placements.ChildSecured: (named("custodian.party"),),
    **dict.fromkeys(
        (placements.HandoverOffered, placements.HandoverAccepted, placements.HandoverDeclined), _OF_THE_LEG
    ),
    placements.CustodyDisputed: (named("by", "held.party", "claimed.party"),),
    **dict.fromkeys((placements.BedHeld, placements.HoldExpired, placements.HoldReleased), _OF_THE_REFERRAL),
    **dict.fromkeys((placements.Waitlisted, placements.LeftWaitingList), _OF_THE_REFERRAL),
    **dict.fromkeys((placements.AdmittedToRpsa, placements.Placed), (*_OF_THE_REFERRAL, the_last_custodian)),
    placements.EscortDeparted: (named("by", "origin.party"), *_OF_THE_HEARING),
    placements.EscortArrived: (sharing("escort", "hearing"),),
    placements.EscortReturned: (named("custodian.party"), sharing("escort", "hearing")),
    placements.LeftPlacement: (named("last.party"), the_last_custodian),
    placements.Discharged: (named("to.party"), the_last_custodian),
}
"""A type that is not there concerns nobody in particular; who takes part in the case may still see it."""


def concerned(takings: Takings, fact: Fact) -> frozenset[str]:
    """Return the parties that a fact concerns itself; a party that only takes part in the case is not among them."""
    found = (party for whom in CONCERNS.get(type(fact), ()) for party in whom(takings, fact))
    return frozenset(party for party in found if party)
