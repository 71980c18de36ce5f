"""Whom a fact concerns itself: whom it names, whose matter it is about, and whose child it was."""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Final, TypeAlias

from services.notifications.domain.participation import FROM_THE_BEGINNING, Takings
from shared.contracts import cases, casework, clocks, placements, proceedings, referrals
from shared.contracts.message import Message
from shared.contracts.model import Fact

Whom: TypeAlias = Callable[[Takings, Message], Iterable[str | None]]
"""(all parts that parties have or had in the case, as the fact leaves them; the fact) -> parties."""


def named(*fields: str) -> Whom:
    """Return the parties that the fact's fields name."""
    getters = tuple(map(attrgetter, fields))
    return lambda _, fact: [get(fact.body) for get in getters]


def sharing(field: str) -> Whom:
    """Return the parties to the referral, hearing, hand-over or escort that the fact's field names."""
    get = attrgetter(field)

    def whom(takings: Takings, fact: Message) -> Iterable[str]:
        others = [t.party for t in takings if t.matter == get(fact.body) and t.way != "companion"]
        return [*others, *companion(takings, fact)]

    return whom


def companion(takings: Takings, fact: Message) -> Iterable[str]:
    """Return who accompanies the child to the hearing, and so goes its way with it: the last one named."""
    hearing = getattr(fact.body, "hearing", None)
    return [t.party for t in takings if t.way == "companion" and t.matter == hearing][-1:]


def clock_keepers(_: Takings, fact: Message) -> Iterable[str | None]:
    """Return whose limit it is, and who else must know of it."""
    clock = fact.body
    return [clock.owner, *clock.told] if isinstance(clock, clocks.OfClock) else ()


def finders(takings: Takings, _: Message) -> Iterable[str]:
    """Return who reported the child, and who took it into care at once."""
    return [taking.party for taking in takings if taking.way in FROM_THE_BEGINNING]


def had_the_child(takings: Takings, fact: Message) -> Iterable[str]:
    """Return the party whose custody this movement ended; of a child that was in a house, nobody."""
    return [taking.party for taking in takings if taking.way == "custodian" and taking.until == fact.time]


def had_the_case(takings: Takings, fact: Message) -> Iterable[str]:
    """Return the party whose worker had the case until now."""
    return [taking.party for taking in takings if taking.way == "worker" and taking.until == fact.time]


_OF_THE_REFERRAL: Final = (sharing("referral"),)
_OF_THE_HEARING: Final = (sharing("hearing"),)
_OF_THE_LEG: Final = (named("giver.party", "receiver.party"),)

CONCERNS: Final[Mapping[type[Fact], tuple[Whom, ...]]] = {
    cases.ChildIdentified: (named("reported_by", "secured_by"),),
    cases.CategoryProposed: (named("by"),),
    cases.CaseClosed: (finders,),
    cases.CaseReopened: (finders,),
    casework.WorkerAssigned: (named("agency"), had_the_case),
    casework.WorkOverdue: (named("duty.agency"),),
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
    **dict.fromkeys(clocks.CLOCKS, (clock_keepers,)),
    placements.ChildSecured: (named("custodian.party"),),
    **dict.fromkeys(
        (placements.HandoverOffered, placements.HandoverAccepted, placements.HandoverDeclined), _OF_THE_LEG
    ),
    placements.CustodyDisputed: (named("by", "held.party", "claimed.party"),),
    **dict.fromkeys((placements.BedHeld, placements.HoldExpired, placements.HoldReleased), _OF_THE_REFERRAL),
    **dict.fromkeys((placements.Waitlisted, placements.LeftWaitingList), _OF_THE_REFERRAL),
    **dict.fromkeys((placements.AdmittedToRpsa, placements.Placed), (*_OF_THE_REFERRAL, had_the_child)),
    placements.EscortDeparted: (named("by", "origin.party"), companion),
    placements.EscortArrived: (sharing("escort"), companion),
    placements.EscortReturned: (named("custodian.party"), sharing("escort"), companion),
    placements.LeftPlacement: (named("last.party"), had_the_child),
    placements.Discharged: (named("to.party"), had_the_child),
}
"""A type that is not there concerns nobody in particular; who takes part in the case may still see it."""


def concerned(takings: Takings, fact: Message) -> frozenset[str]:
    """Return the parties that a fact concerns itself; a party that only takes part in the case is not among them."""
    body = fact.body
    rules = CONCERNS.get(type(body), ()) if isinstance(body, Fact) else ()
    found = (party for whom in rules for party in whom(takings, fact))
    return frozenset(party for party in found if party)
