"""Closing: shelter's answer to intake, what is still open here (R150)."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from services.shelter.domain import escort, handover, stay
from shared.contracts.cases import ClosingRequested
from shared.contracts.message import Events, Message
from shared.contracts.placements import NothingOpenInShelter, StillOpenInShelter
from shared.contracts.referrals import StillOpenThing

if TYPE_CHECKING:
    from services.shelter.domain.state import State


def answer(state: "State", message: Message, now: datetime) -> Events:
    """Say what keeps the case open. A place in the line does not: it ends with the case; its referral is routing's."""
    asked = message.body
    assert isinstance(asked, ClosingRequested)
    still = tuple(StillOpenThing(kind=kind, id=id_) for kind, id_ in _open(state, message.subject))
    if still:
        return [StillOpenInShelter(closing=asked.closing, open=still, occurred_at=now)]
    return [NothingOpenInShelter(closing=asked.closing, occurred_at=now)]


def _open(state: "State", subject: UUID) -> Iterator[tuple[str, UUID]]:
    placements = state.placements
    for id_, it in placements.stays.items():
        if it.status in stay.OPEN:
            yield ("hold" if it.status == "held" else "stay"), id_
    yield from (("handover", id_) for id_ in handover.offered(placements.handovers))
    yield from (("escort", id_) for id_ in escort.under_way(placements.escorts))
    if placements.custody.disputed:
        yield "custody-dispute", subject
