"""Hand-overs: offered by whoever has the child; custody moves when both sides have acted (R87a)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

import msgspec

from services.shelter.domain.custody import MOVES, disputed, move
from services.shelter.domain.keeper import Keeper, keeper_of, kept, told
from services.shelter.domain.may import GIVE, Rights
from shared.contracts.commands import AcceptHandover, DeclineHandover, OfferHandover
from shared.contracts.message import Events, Message, Refusal
from shared.contracts.model import Fact
from shared.contracts.placements import Discharged, HandoverAccepted, HandoverDeclined, HandoverOffered
from shared.contracts.transitions import NONE, Table, after, fits

if TYPE_CHECKING:
    from services.shelter.domain.state import State

MAY: Rights = {OfferHandover: GIVE, AcceptHandover: GIVE, DeclineHandover: GIVE}

TABLE: Final[Table] = {
    (NONE, HandoverOffered): "offered",
    ("offered", HandoverAccepted): "accepted",
    ("offered", HandoverDeclined): "declined",
}
LAPSE: Final[Table] = {("offered", movement): "lapsed" for movement in MOVES}
"""What any other movement makes of an offer: its giver does not have the child any more."""


class Handover(msgspec.Struct, frozen=True, omit_defaults=True):
    """An offer and what became of it."""

    giver: Keeper
    receiver: Keeper
    offered: datetime
    status: str = "offered"
    ended: datetime | None = None

    @property
    def parties(self) -> frozenset[str]:
        """Who acts in it."""
        return frozenset({self.giver.speaker, self.receiver.speaker})


Handovers = Mapping[UUID, Handover]


class HandoverRow(NamedTuple):
    """Table `handovers`: both sides' acts (R87a)."""

    subject: UUID
    handover: UUID
    giver_kind: str
    giver_party: str
    receiver_kind: str
    receiver_party: str
    status: str
    offered: datetime
    ended: datetime | None


def offer(state: "State", message: Message, now: datetime) -> Events | Refusal:
    """Only who has the child offers it; one offer to the same receiver at a time."""
    command, custody = message.body, state.placements.custody
    assert isinstance(command, OfferHandover)
    receiver = keeper_of(command.to)
    if custody.keeper.speaker != message.caller.agency or custody.keeper == receiver:
        return Refusal("not-the-custodian", ("custodian", "coordinator"))
    if any(open_.receiver == receiver for open_ in offered(state.placements.handovers).values()):
        return Refusal("already-offered", ("receiver",))
    giver, to = told(custody.keeper), told(receiver)
    return [HandoverOffered(handover=message.draw(), giver=giver, receiver=to, occurred_at=command.occurred_at)]


def accept(state: "State", message: Message, now: datetime) -> Events | Refusal:
    """Only the receiver accepts, and a stay ends with it. To accept what lapsed is disputed: the child moved."""
    command = message.body
    assert isinstance(command, AcceptHandover)
    handover = _of(state, command.handover, message)
    if isinstance(handover, Refusal):
        return handover
    if handover.status == "lapsed":
        return [disputed(state.placements.custody, message, handover.receiver)]
    if not fits(TABLE, handover.status, HandoverAccepted):
        return Refusal("handover-not-open", ("custodian",))
    giver, to, at = told(handover.giver), told(handover.receiver), command.occurred_at
    accepted = HandoverAccepted(handover=command.handover, giver=giver, receiver=to, occurred_at=at)
    ends = [
        Discharged(stay=stay, to=to, outcome="handed-to-agency", occurred_at=at) for stay in state.placements.admitted()
    ]
    return move(state.placements.custody, message, accepted, *ends)


def decline(state: "State", message: Message, now: datetime) -> Events | Refusal:
    """Only the receiver declines; who offered keeps the child."""
    command = message.body
    assert isinstance(command, DeclineHandover)
    handover = _of(state, command.handover, message)
    if isinstance(handover, Refusal):
        return handover
    if not fits(TABLE, handover.status, HandoverDeclined):
        return Refusal("handover-not-open", ("custodian",))
    giver, to = told(handover.giver), told(handover.receiver)
    return [HandoverDeclined(handover=command.handover, giver=giver, receiver=to, occurred_at=command.occurred_at)]


def offered(handovers: Handovers) -> Handovers:
    """Return those that wait for the receiver."""
    return {id_: each for id_, each in handovers.items() if fits(TABLE, each.status, HandoverAccepted)}


def _of(state: "State", id_: UUID, message: Message) -> Handover | Refusal:
    handover = state.placements.handovers.get(id_)
    if handover is None:
        return Refusal("unknown-handover", ("custodian",))
    if handover.receiver.party != message.caller.party:
        return Refusal("not-the-receiver", ("receiver",))
    return handover


def evolve(handovers: Handovers, message: Message) -> Handovers:
    """Evolve by any fact of `placements`."""
    fact = message.body
    if isinstance(fact, HandoverOffered):
        new = Handover(kept(fact.giver), kept(fact.receiver), fact.occurred_at)
        return {**handovers, fact.handover: new}
    if not isinstance(fact, HandoverAccepted | HandoverDeclined) and type(fact) not in MOVES:
        return handovers
    assert isinstance(fact, Fact)
    return {id_: _after(id_, handover, fact) for id_, handover in handovers.items()}


def _after(id_: UUID, handover: Handover, fact: Fact) -> Handover:
    meant = isinstance(fact, HandoverAccepted | HandoverDeclined) and fact.handover == id_
    status = after(TABLE if meant else LAPSE, handover.status, fact)
    if status == handover.status:
        return handover
    return msgspec.structs.replace(handover, status=status, ended=fact.occurred_at)


def rows(subject: UUID, handovers: Handovers) -> Iterator[HandoverRow]:
    """Return one row for each, ended ones too."""
    for id_, it in handovers.items():
        giver, receiver = it.giver, it.receiver
        yield HandoverRow(
            subject, id_, giver.kind, giver.speaker, receiver.kind, receiver.speaker, it.status, it.offered, it.ended
        )
