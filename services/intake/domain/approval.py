"""Approval: what a worker did, the coordinator approves or gives back; nobody approves their own work (R130, R150)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias
from uuid import UUID

import msgspec

from services.intake.domain.may import COORDINATOR, DINSOS, Rights
from shared.contracts.cases import ClosingRequested
from shared.contracts.casework import Approvable, ApprovalAsked, ApprovalGiven, ApprovalRefused
from shared.contracts.commands import GiveApproval, RefuseApproval, RequestClosing
from shared.contracts.directory.codes import ClosingOutcome, WaiverReason
from shared.contracts.message import Caller, Events, Message, Refusal
from shared.contracts.transitions import NONE, Table, after, fits

if TYPE_CHECKING:
    from services.intake.domain.state import State

MAY: Rights = {GiveApproval: COORDINATOR, RefuseApproval: COORDINATOR}

TABLE: Table = {
    (NONE, ApprovalAsked): "asked",
    ("asked", ApprovalGiven): "given",
    ("asked", ApprovalRefused): "refused",
    ("asked", ClosingRequested): "given",
}

FACTS: Final = (ApprovalAsked, ApprovalGiven, ApprovalRefused)


class Approval(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is to be approved: a thing that `by` made, or a closing with an outcome."""

    of: Approvable
    by: str
    status: str
    thing: UUID | None = None
    outcome: ClosingOutcome | None = None
    waived: WaiverReason | None = None


Approvals = Mapping[UUID, Approval]

Then: TypeAlias = "Callable[[State, Message, datetime, Approval], Events]"
"""What follows once something was approved."""


class ApprovalRow(NamedTuple):
    """Table `approvals`: one row for each that was ever asked for."""

    subject: UUID
    approval: UUID
    of: str
    thing: UUID | None
    outcome: str | None
    asked_by: str
    status: str


def needed(caller: Caller) -> bool:
    """Tell whether what this caller does must be approved: the coordinator answers for it alone."""
    return caller.agency != DINSOS or not caller.acts_as(COORDINATOR.roles)


def waited_for(approvals: Approvals, of: Approvable) -> UUID | None:
    """Return the approval of a kind that is still waited for."""
    return next(
        (id_ for id_, each in approvals.items() if each.of == of and fits(TABLE, each.status, ApprovalGiven)), None
    )


def of_work(message: Message, at: datetime, of: Approvable, thing: UUID) -> list[ApprovalAsked]:
    """Return the question to the coordinator about a thing that a worker made, or none where none is needed."""
    if not needed(message.caller):
        return []
    return [ApprovalAsked(approval=message.draw(), of=of, by=message.caller.officer, thing=thing, occurred_at=at)]


def of_closing(message: Message, closing: RequestClosing) -> ApprovalAsked:
    """Return the question to the coordinator about a closing."""
    return ApprovalAsked(
        approval=message.draw(),
        of="closing",
        by=message.caller.officer,
        outcome=closing.outcome,
        waived=closing.waived,
        occurred_at=closing.occurred_at,
    )


def give(state: "State", message: Message, now: datetime, *, then: Then) -> Events | Refusal:
    """Approve what was done; what waited for it follows at once."""
    command = message.body
    assert isinstance(command, GiveApproval)
    found = answerable(state, command.approval, message.caller)
    if isinstance(found, Refusal):
        return found
    return [
        ApprovalGiven(approval=command.approval, occurred_at=command.occurred_at),
        *then(state, message, now, found),
    ]


def refuse(state: "State", message: Message, _now: datetime) -> Events | Refusal:
    """Give back what was done."""
    command = message.body
    assert isinstance(command, RefuseApproval)
    found = answerable(state, command.approval, message.caller)
    if isinstance(found, Refusal):
        return found
    return [ApprovalRefused(approval=command.approval, reason=command.reason, occurred_at=command.occurred_at)]


def answerable(state: "State", id_: UUID, caller: Caller) -> Approval | Refusal:
    """Return the approval that a caller may answer: one that is waited for, and of somebody else's work."""
    approval = state.cases.approvals.get(id_)
    if approval is None or not fits(TABLE, approval.status, ApprovalGiven):
        return Refusal("unknown-approval", ("coordinator",))
    return Refusal("four-eyes", ("coordinator",)) if approval.by == caller.officer else approval


def answered(approvals: Approvals, message: Message) -> Approvals:
    """Evolve by any fact of the table; a closing that the coordinator asks for answers the question for it."""
    match message.body:
        case ApprovalAsked() as it:
            status = after(TABLE, NONE, it)
            return {**approvals, it.approval: Approval(it.of, it.by, status, it.thing, it.outcome, it.waived)}
        case ClosingRequested():
            return _moved(approvals, waited_for(approvals, "closing"), message)
        case ApprovalGiven(approval=id_) | ApprovalRefused(approval=id_):
            return _moved(approvals, id_, message)
        case _:
            return approvals


def _moved(approvals: Approvals, id_: UUID | None, message: Message) -> Approvals:
    was = approvals.get(id_) if id_ else None
    if id_ is None or was is None:
        return approvals
    status = after(TABLE, was.status, message.body)
    return {**approvals, id_: msgspec.structs.replace(was, status=status)}


def rows(subject: UUID, approvals: Approvals) -> Iterator[ApprovalRow]:
    """Return a row for each."""
    for id_, a in approvals.items():
        yield ApprovalRow(subject, id_, a.of, a.thing, a.outcome, a.by, a.status)
