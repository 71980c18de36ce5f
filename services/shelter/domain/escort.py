"""Escorts to a hearing and back: the escort has the child meanwhile, and the child keeps its bed (R69)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

import msgspec

from services.shelter.domain.custody import disputed, move
from services.shelter.domain.keeper import Keeper, kept, told
from services.shelter.domain.may import ESCORT, Rights
from shared.contracts.commands import ArriveEscort, DepartEscort, ReturnEscort
from shared.contracts.directory.codes import PartyCode
from shared.contracts.message import Events, Message, Refusal
from shared.contracts.placements import (
    Discharged,
    EscortArrived,
    EscortDeparted,
    EscortReturned,
    HandoverAccepted,
    LeftPlacement,
)
from shared.contracts.transitions import NONE, Table, after, before

if TYPE_CHECKING:
    from services.shelter.domain.state import State

MAY: Rights = {DepartEscort: ESCORT, ArriveEscort: ESCORT, ReturnEscort: ESCORT}

TABLE: Final[Table] = {
    (NONE, EscortDeparted): "departed",
    ("departed", EscortArrived): "arrived",
    ("departed", EscortReturned): "returned",
    ("arrived", EscortReturned): "returned",
    **{
        (status, ends): "ended"
        for status in ("departed", "arrived")
        for ends in (HandoverAccepted, Discharged, LeftPlacement)
    },
}
UNDER_WAY: Final = before(TABLE, EscortReturned)


class Escort(msgspec.Struct, frozen=True, omit_defaults=True):
    """A journey to a hearing. `origin` had the child before, and has it again after."""

    hearing: UUID
    by: PartyCode
    origin: Keeper
    departed: datetime
    status: str = "departed"
    arrived: datetime | None = None
    ended: datetime | None = None

    @property
    def parties(self) -> frozenset[str]:
        """Who acts in it."""
        return frozenset({self.by, self.origin.speaker})


Escorts = Mapping[UUID, Escort]


class EscortRow(NamedTuple):
    """Table `escorts`: journeys to hearings. Departure times are confidential (R88)."""

    subject: UUID
    escort: UUID
    hearing: UUID
    by_party: str
    origin_kind: str
    origin_party: str
    status: str
    departed: datetime
    arrived: datetime | None
    ended: datetime | None


def depart(state: "State", message: Message, now: datetime) -> Events | Refusal:
    """Only who has the child takes it to a hearing, and only to one that is set (R69)."""
    command, custody = message.body, state.placements.custody
    assert isinstance(command, DepartEscort)
    if refused := _not_now(state, command.hearing, message):
        return refused
    departed = EscortDeparted(
        escort=message.draw(),
        hearing=command.hearing,
        origin=told(custody.keeper),
        by=message.caller.party,
        occurred_at=command.occurred_at,
    )
    return move(custody, message, departed)


def arrive(state: "State", message: Message, now: datetime) -> Events | Refusal:
    """Only the escort tells of its arrival."""
    command = message.body
    assert isinstance(command, ArriveEscort)
    escort = _of(state, command.escort, message)
    if isinstance(escort, Refusal):
        return escort
    if escort.status == "arrived":
        return Refusal("escort-not-open", ("custodian",))
    arrived = EscortArrived(escort=command.escort, hearing=escort.hearing, occurred_at=command.occurred_at)
    return _moved(state, message, escort, arrived)


def come_back(state: "State", message: Message, now: datetime) -> Events | Refusal:
    """The child is back with whom it was before; also where the escort turned round on the way."""
    command = message.body
    assert isinstance(command, ReturnEscort)
    escort = _of(state, command.escort, message)
    if isinstance(escort, Refusal):
        return escort
    if escort.status == "returned":
        return Refusal("escort-not-open", ("custodian",))
    returned = EscortReturned(
        escort=command.escort,
        hearing=escort.hearing,
        custodian=told(escort.origin),
        occurred_at=command.occurred_at,
    )
    return _moved(state, message, escort, returned)


def under_way(escorts: Escorts) -> Escorts:
    """Return those that are not back yet."""
    return {id_: escort for id_, escort in escorts.items() if escort.status in UNDER_WAY}


def _not_now(state: "State", hearing: UUID, message: Message) -> Refusal | None:
    """Tell why nobody departs for a hearing."""
    status = state.proceedings.hearings.get(hearing)
    if status is None:
        return Refusal("unknown-hearing", ("case-owner",))
    if state.placements.custody.keeper.speaker != message.caller.agency:
        return Refusal("not-the-custodian", ("custodian", "coordinator"))
    if status != "scheduled":
        return Refusal("hearing-not-open", ("case-owner",))
    return Refusal("escort-under-way", ("custodian",)) if under_way(state.placements.escorts) else None


def _of(state: "State", id_: UUID, message: Message) -> Escort | Refusal:
    escort = state.placements.escorts.get(id_)
    if escort is None:
        return Refusal("escort-not-open", ("custodian",))
    return escort if escort.by == message.caller.agency else Refusal("not-the-custodian", ("custodian", "coordinator"))


def _moved(state: "State", message: Message, escort: Escort, fact: EscortArrived | EscortReturned) -> Events:
    """Say it, or, late or where the journey has ended otherwise, that it was reported all the same."""
    custody = state.placements.custody
    if escort.status not in UNDER_WAY or fact.occurred_at < (escort.arrived or escort.departed):
        claimed = Keeper("escort", escort.by) if isinstance(fact, EscortArrived) else escort.origin
        return [disputed(custody, message, claimed)]
    return move(custody, message, fact)


def evolve(escorts: Escorts, message: Message) -> Escorts:
    """Evolve by any fact of `placements`."""
    match message.body:
        case EscortDeparted(escort=id_, hearing=hearing, by=by, origin=origin, occurred_at=at):
            return {**escorts, id_: Escort(hearing, by, kept(origin), at)}
        case EscortArrived(escort=id_) | EscortReturned(escort=id_):
            return {other: _after(escort, message) if other == id_ else escort for other, escort in escorts.items()}
        case HandoverAccepted() | Discharged() | LeftPlacement():
            return {id_: _after(escort, message) for id_, escort in escorts.items()}
        case _:
            return escorts


def _after(escort: Escort, message: Message) -> Escort:
    fact = message.body
    status = after(TABLE, escort.status, fact)
    if status == escort.status:
        return escort
    at = fact.occurred_at  # type: ignore[union-attr]  # only facts change a status
    if status == "arrived":
        return msgspec.structs.replace(escort, status=status, arrived=at)
    return msgspec.structs.replace(escort, status=status, ended=at)


def rows(subject: UUID, escorts: Escorts) -> Iterator[EscortRow]:
    """Return one row for each, ended ones too."""
    for id_, it in escorts.items():
        yield EscortRow(
            subject, id_, it.hearing, it.by, it.origin.kind, it.origin.speaker, it.status, it.departed, it.arrived,
            it.ended,
        )  # fmt: skip
