"""Ownership: from its first moment a case has an agency that answers for it (R148, R149)."""

from services.routing.domain.turn import Turn
from shared.contracts.cases import ChildIdentified
from shared.contracts.message import Events
from shared.contracts.referrals import CaseOwned


def own(turn: Turn, fact: ChildIdentified) -> Events:
    """Give a new case its owner at once; a case that has one keeps it."""
    if turn.state.referrals.owner:
        return ()
    return [CaseOwned(owner=turn.policy.owner, cause=fact.type, occurred_at=turn.now)]
