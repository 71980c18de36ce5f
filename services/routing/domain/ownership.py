"""Ownership: from its first moment a case has an agency that answers for it (R148, R149)."""

from services.routing.domain.given import Given
from shared.contracts.cases import ChildIdentified
from shared.contracts.message import Events
from shared.contracts.referrals import CaseOwned


def own(given: Given, fact: ChildIdentified) -> Events:
    """Give a new case its owner at once; a case that has one keeps it."""
    if given.state.referrals.owner:
        return ()
    return [CaseOwned(owner=given.policy.owner, cause=fact.type, occurred_at=given.now)]
