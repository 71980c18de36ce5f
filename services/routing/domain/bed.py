"""A referral for a bed: the house answers it by what it does, and routing says so."""

from typing import Final
from uuid import UUID

from services.routing.domain.answering import fits
from services.routing.domain.asking import escalate
from services.routing.domain.given import Given
from shared.contracts.directory.codes import DischargeOutcome, ReferralOutcome
from shared.contracts.message import Events
from shared.contracts.model import Fact
from shared.contracts.placements import (
    AdmittedToRpsa,
    BedHeld,
    Discharged,
    HoldExpired,
    HoldReleased,
    LeftPlacement,
    LeftWaitingList,
    Placed,
    Waitlisted,
)
from shared.contracts.referrals import (
    ReferralAccepted,
    ReferralCompleted,
    ReferralFailed,
    ReferralReceived,
    ReferralWithdrawn,
    ServiceStarted,
)

STOPPED: Final[frozenset[DischargeOutcome]] = frozenset({"left-on-own"})
"""Ends of a stay by which its purpose was missed."""


def held(given: Given, fact: BedHeld) -> Events:
    """Accept a referral by the bed that is held for it, by nobody's hand."""
    referral = given.referrals.get(fact.referral)
    if referral is None or not fits(referral, ReferralAccepted):
        return ()
    return [
        ReferralAccepted(referral=fact.referral, agency=referral.agency, by="bed-held", occurred_at=fact.occurred_at)
    ]


def waitlisted(given: Given, fact: Waitlisted) -> Events:
    """The house has seen the referral; the answer is a bed, and still to come."""
    referral = given.referrals.get(fact.referral)
    if referral is None or not fits(referral, ReferralReceived):
        return ()
    return [ReferralReceived(referral=fact.referral, agency=referral.agency, occurred_at=fact.occurred_at)]


def admitted(given: Given, fact: AdmittedToRpsa | Placed) -> Events:
    """The service began when the child came to sleep in the house, for every referral that its bed answers (R74)."""
    return [
        ServiceStarted(referral=id_, agency=given.referrals[id_].agency, occurred_at=fact.occurred_at)
        for id_ in _answered(given, fact.stay, ServiceStarted)
    ]


def lapsed(given: Given, fact: HoldExpired) -> Events:
    """The child was not brought in time: the referral failed, and the coordinator must look (R148)."""
    referral = given.referrals.get(fact.referral)
    if referral is None or not fits(referral, ReferralFailed):
        return ()
    return _failed(given, fact.referral, "child-did-not-come", fact)


def gone(given: Given, fact: LeftPlacement) -> Events:
    """The child left its bed and nobody knows where to: the service failed, and the coordinator must look (R148)."""
    return [
        event
        for id_ in _answered(given, fact.stay, ReferralFailed)
        for event in _failed(given, id_, "child-or-caregiver-stopped", fact)
    ]


def discharged(given: Given, fact: Discharged) -> Events:
    """The service ended with the stay (R80)."""
    stopped = fact.outcome in STOPPED
    ended = ReferralFailed if stopped else ReferralCompleted
    outcome: ReferralOutcome = "child-or-caregiver-stopped" if stopped else "service-given"
    return [
        ended(referral=id_, agency=given.referrals[id_].agency, outcome=outcome, occurred_at=fact.occurred_at)
        for id_ in _answered(given, fact.stay, ended)
    ]


def unneeded(given: Given, fact: HoldReleased | LeftWaitingList) -> Events:
    """The child needs the bed no more, and so nobody waits for an answer."""
    referral = given.referrals.get(fact.referral)
    if referral is None or not fits(referral, ReferralWithdrawn):
        return ()
    return [
        ReferralWithdrawn(
            referral=fact.referral,
            agency=referral.agency,
            reason="situation-changed",
            occurred_at=fact.occurred_at,
        )
    ]


def _answered(given: Given, stay: UUID | None, fact: type[Fact]) -> list[UUID]:
    """Return the referrals that a stay answers and of which a fact can be said."""
    ids = given.state.placements.stays.get(stay, ()) if stay else ()
    return [id_ for id_ in ids if id_ in given.referrals and fits(given.referrals[id_], fact)]


def _failed(given: Given, id_: UUID, outcome: ReferralOutcome, fact: HoldExpired | LeftPlacement) -> list[Fact]:
    agency = given.referrals[id_].agency
    failed = ReferralFailed(referral=id_, agency=agency, outcome=outcome, occurred_at=fact.occurred_at)
    return [failed, escalate(given, id_, fact.type)]
