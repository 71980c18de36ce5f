"""Whereabouts: where a child is, is told to Dinsos and to the two parties of an open leg, and to nobody else (R88)."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

from services.shelter.domain import handover
from services.shelter.domain.escort import under_way
from services.shelter.domain.keeper import DINSOS
from services.shelter.domain.may import ASK, Rights
from shared.contracts.commands import AskWhereabouts
from shared.contracts.message import Events, Message, Refusal

if TYPE_CHECKING:
    from services.shelter.domain.state import State

MAY: Rights = {AskWhereabouts: ASK}


def ask(state: "State", message: Message, now: datetime) -> Events | Refusal:
    """Accept the question of whoever may know; the answer itself is read over HTTP and never lies in a stream."""
    placements = state.placements
    offers = [offer.parties for offer in handover.offered(placements.handovers).values()]
    escorts = [escort.parties for escort in under_way(placements.escorts).values()]
    if may_know(message.caller.agency, chain(*offers, *escorts)):
        return []
    return Refusal("where-a-child-sleeps", (DINSOS,))


def may_know(agency: str, parties_of_open_legs: Iterable[str]) -> bool:
    """Tell whether an agency may know where a child is."""
    return agency == DINSOS or agency in parties_of_open_legs
