"""Assignment: whoever is on duty has a new case, an agency and a role, until a worker takes it (R123, R127)."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import msgspec

from services.intake.domain.may import COORDINATOR, DINSOS, WORKER, Rights
from services.intake.domain.overdue import overdue
from shared.contracts.cases import CaseClosed, CaseReopened, ChildIdentified
from shared.contracts.casework import WorkerAssigned, WorkOverdue
from shared.contracts.commands import AssignWorker
from shared.contracts.message import Deadline, Events, Message, Refusal

if TYPE_CHECKING:
    from services.intake.domain.state import State

MAY: Rights = {AssignWorker: WORKER}


class Assignment(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who has the case: who is on duty until `take_by`, or a worker. None are named in a closed case."""

    agency: str = ""
    role: str = ""
    worker: str = ""
    take_by: datetime | None = None
    overdue: bool = False


class TakeBy(Deadline, frozen=True):
    """A worker must have the case."""


class AssignmentRow(NamedTuple):
    """Table `assignments`: who has each case."""

    subject: UUID
    agency: str
    role: str
    worker: str
    take_by: datetime | None
    overdue: bool


def assign(state: "State", message: Message, _now: datetime) -> Events | Refusal:
    """Take a case that nobody has, or as the coordinator give it to anybody."""
    command, caller, has = message.body, message.caller, state.cases.assignment
    assert isinstance(command, AssignWorker)
    coordinates, worker = caller.acts_as(COORDINATOR.roles), command.worker or caller.officer
    if not coordinates and (worker, command.agency) != (caller.officer, DINSOS):
        return Refusal("not-permitted", ("coordinator",))
    if (has.worker and not coordinates) or (has.agency, has.worker) == (command.agency, worker):
        return Refusal("already-assigned", ("coordinator",))
    return [WorkerAssigned(agency=command.agency, worker=worker, occurred_at=command.occurred_at)]


def late(state: "State", message: Message, now: datetime) -> Events:
    """Tell the coordinator that nobody took the case in time."""
    due = state.cases.assignment.take_by
    assert isinstance(message.body, TakeBy)
    return [overdue("take", due, now)] if due else []


def assigned(was: Assignment, message: Message) -> Assignment:
    """Evolve by a worker, by whoever is on duty as a case begins, and by its end."""
    match message.body:
        case WorkerAssigned(agency=agency, worker=worker):
            return Assignment(agency=agency, worker=worker)
        case ChildIdentified(duty=duty, take_by=take_by) | CaseReopened(duty=duty, take_by=take_by) if duty:
            return Assignment(duty.agency, duty.role, take_by=take_by)
        case CaseClosed():
            return Assignment()
        case WorkOverdue(step="take"):
            return msgspec.structs.replace(was, overdue=True)
        case _:
            return was


def deadlines(assignment: Assignment) -> dict[Deadline, datetime]:
    """Return until when a worker must have the case."""
    if assignment.take_by is None or assignment.overdue:
        return {}
    return {TakeBy(): assignment.take_by}


def rows(subject: UUID, assignment: Assignment) -> Iterator[AssignmentRow]:
    """Return the row of an open case."""
    if assignment.agency:
        yield AssignmentRow(subject, *msgspec.structs.astuple(assignment))
