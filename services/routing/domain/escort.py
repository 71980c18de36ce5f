"""The child's way to a hearing and back: shelter says who has it, routing says that it was accompanied (R69)."""

from uuid import UUID

from services.routing.domain.given import Given
from shared.contracts.message import Events
from shared.contracts.placements import EscortArrived, EscortReturned
from shared.contracts.proceedings import CompanionAssigned, EscortedToHearing, ReturnedFromHearing


def arrived(given: Given, fact: EscortArrived) -> Events:
    """Say that the child is there with its companion; without one, that is said when one is named."""
    there = accompanied(given, fact.hearing)
    return [there] if there else ()


def returned(given: Given, fact: EscortReturned) -> Events:
    """Say that the child is back where it was, if it ever was at the hearing."""
    if fact.hearing not in given.hearings or fact.hearing not in given.state.placements.arrivals:
        return ()
    return [ReturnedFromHearing(hearing=fact.hearing, occurred_at=fact.occurred_at)]


def accompanied(given: Given, id_: UUID, named: CompanionAssigned | None = None) -> EscortedToHearing | None:
    """Return what is to be said of a child that waits at a hearing, with the companion it has, or has now."""
    hearing, there = given.hearings.get(id_), given.state.placements.arrivals.get(id_)
    if hearing is None or there is None or there.back or hearing.arrived_at == there.at:
        return None
    companion = named.agency if named else hearing.companion
    if companion is None:
        return None
    return EscortedToHearing(
        hearing=id_,
        forum=hearing.forum,
        companion=companion,
        officer=named.officer if named else hearing.officer,
        arrived_at=there.at,
        occurred_at=there.at,
    )
