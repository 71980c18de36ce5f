"""Closing: what is still open in routing when somebody asks (R150)."""

from services.routing.domain import clock, hearing, referral
from services.routing.domain.given import Given
from shared.contracts.cases import ClosingRequested
from shared.contracts.message import Events
from shared.contracts.referrals import NothingOpenInRouting, StillOpenInRouting, StillOpenThing


def answer(given: Given, fact: ClosingRequested) -> Events:
    """Answer once for each time it is asked: every open referral, hearing and limit of ours, or that there is none.

    What police and courts owe keeps no case open: nobody here could end it (R153).
    """
    clocks = given.state.clocks.by_id.items()
    things = (
        *(StillOpenThing(kind="referral", id=id_) for id_, r in given.referrals.items() if r.status in referral.OPEN),
        *(StillOpenThing(kind="hearing", id=id_) for id_, h in given.hearings.items() if h.status in hearing.OPEN),
        *(StillOpenThing(kind="clock", id=id_) for id_, c in clocks if c.kind == "owned" and c.status in clock.OPEN),
    )
    if things:
        return [StillOpenInRouting(closing=fact.closing, open=things, occurred_at=given.now)]
    return [NothingOpenInRouting(closing=fact.closing, occurred_at=given.now)]
