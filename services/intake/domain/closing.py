"""Closing: asked of routing and shelter, answered by both, and undone when something begins unawares (R150)."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

import msgspec

from services.intake.domain import approval, follow_up
from services.intake.domain.may import ALSO_CLOSED, WORKER, Rights
from services.intake.policy import Policy
from shared.contracts.cases import CaseClosed, CaseReopened, ClosingDeclined, ClosingRequested
from shared.contracts.commands import GiveApproval, ReopenCase, RequestClosing
from shared.contracts.directory.codes import ClosingOutcome
from shared.contracts.message import Deadline, Events, Message, Refusal
from shared.contracts.model import Code, Fact
from shared.contracts.placements import (
    AdmittedToRpsa,
    BedHeld,
    ChildSecured,
    CustodyDisputed,
    EscortDeparted,
    HandoverOffered,
    LeftPlacement,
    NothingOpenInShelter,
    Placed,
    StillOpenInShelter,
    Waitlisted,
)
from shared.contracts.proceedings import HearingScheduled
from shared.contracts.referrals import NothingOpenInRouting, Referred, StillOpenInRouting
from shared.contracts.transitions import Table, after, fits

if TYPE_CHECKING:
    from services.intake.domain.state import State

MAY: Rights = {RequestClosing: WORKER, ReopenCase: ALSO_CLOSED}

TABLE: Table = {
    ("open", ClosingRequested): "asked",
    ("asked", ClosingDeclined): "open",
    ("asked", CaseClosed): "closed",
    ("closed", CaseReopened): "open",
}

ANSWER_WITHIN: Final = timedelta(hours=24)
"""How long routing and shelter have to answer; whoever is silent keeps the case open [DESIGN]."""

BEGUN: Final[Mapping[type[Fact], Code]] = {
    Referred: "referral",
    HearingScheduled: "hearing",
    ChildSecured: "custody",
    HandoverOffered: "handover",
    BedHeld: "hold",
    Waitlisted: "waiting-list",
    AdmittedToRpsa: "stay",
    Placed: "stay",
    EscortDeparted: "escort",
    LeftPlacement: "missing-child",
    CustodyDisputed: "custody-dispute",
}
"""Facts by which something begins that a closed case cannot have, and what each begins."""

ANSWERS: Final = (NothingOpenInRouting, StillOpenInRouting, NothingOpenInShelter, StillOpenInShelter)


class Answer(msgspec.Struct, frozen=True):
    """What a service last said is open with it, by kind; nothing = nothing."""

    closing: UUID
    open: tuple[str, ...] = ()


class Closing(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether the case is open, and what was last asked."""

    status: str = "open"
    id: UUID | None = None
    outcome: ClosingOutcome | None = None
    answer_by: datetime | None = None
    still_open: tuple[str, ...] = ()


class AnswersBy(Deadline, frozen=True):
    """Both services must have answered."""

    closing: UUID


class ClosingRow(NamedTuple):
    """Table `closings`: whether each case is open, and the last closing asked for."""

    subject: UUID
    status: str
    closing: UUID | None
    outcome: str | None
    answer_by: datetime | None
    still_open: str


def request(state: "State", message: Message, now: datetime) -> Events | Refusal:
    """Ask routing and shelter whether the case may close; a worker asks the coordinator first (R150)."""
    command = message.body
    assert isinstance(command, RequestClosing)
    if not fits(TABLE, state.cases.closing.status, ClosingRequested):
        return Refusal("closing-already-asked", ("case-owner",))
    if command.waived is None and follow_up.still_due(state.cases.follow_up, command.outcome):
        return Refusal("follow-up-due", ("case-owner", "coordinator"))
    if not approval.needed(message.caller):
        return [_requested(message, command, now)]
    if approval.waited_for(state.cases.approvals, "closing"):
        return Refusal("approval-already-asked", ("coordinator",))
    return [approval.of_closing(message, command)]


def approved(state: "State", message: Message, now: datetime, given: approval.Approval) -> Events:
    """Ask routing and shelter, once the coordinator has approved a closing; nothing follows from other approvals."""
    command = message.body
    assert isinstance(command, GiveApproval)
    if given.outcome is None or not fits(TABLE, state.cases.closing.status, ClosingRequested):
        return []
    asked = RequestClosing(outcome=given.outcome, waived=given.waived, occurred_at=command.occurred_at)
    return [_requested(message, asked, now)]


def _requested(message: Message, asked: RequestClosing, now: datetime) -> ClosingRequested:
    return ClosingRequested(
        closing=message.draw(),
        outcome=asked.outcome,
        answer_by=now + ANSWER_WITHIN,
        waived=asked.waived,
        occurred_at=asked.occurred_at,
    )


def reopen(state: "State", message: Message, now: datetime, *, policy: Policy) -> Events | Refusal:
    """Go on with a case that was closed, with a new assessment (R130)."""
    assert isinstance(message.body, ReopenCase)
    if not fits(TABLE, state.cases.closing.status, CaseReopened):
        return Refusal("case-not-closed", ("case-owner",))
    return [reopened(state, message, ReopenCase.type, now, policy)]


def answered(state: "State", _message: Message, now: datetime) -> Events:
    """Close, or leave open, once both services have answered."""
    closing, answers = state.cases.closing, _answers(state)
    if not fits(TABLE, closing.status, CaseClosed) or None in answers.values():
        return []
    return _declined(closing, _open(answers), now) if _open(answers) else _closed(closing, now)


def overdue(state: "State", _message: Message, now: datetime) -> Events:
    """Leave the case open, because a service did not answer in time."""
    closing, answers = state.cases.closing, _answers(state)
    silent = [f"no-answer-from-{service}" for service, answer in answers.items() if answer is None]
    return _declined(closing, [*_open(answers), *silent], now)


def begun(state: "State", message: Message, now: datetime, *, policy: Policy) -> Events:
    """Undo or decline a closing, because something began that the answer of its speaker did not know of.

    An answer follows, in `ce_after`, all that its speaker had said of the case: what is heard later began later.
    """
    closing, fact = state.cases.closing, message.body
    assert isinstance(fact, Fact)
    if fits(TABLE, closing.status, CaseReopened):
        return [reopened(state, message, fact.type, now, policy)]
    answers = _answers(state)
    speaker = "shelter" if message.stream == "placements" else "routing"
    if fits(TABLE, closing.status, ClosingDeclined) and answers[speaker] is not None:
        return _declined(closing, [*_open(answers), BEGUN[type(fact)]], now)
    return []


def reopened(state: "State", message: Message, cause_type: Code, now: datetime, policy: Policy) -> CaseReopened:
    """Return the fact that the case is open again: whoever is on duty has it, as a new one (R127)."""
    risk = state.cases.risk.risk if state.cases.risk else None
    return CaseReopened(
        cause=message.id,
        cause_type=cause_type,
        duty=policy.on_duty(now),
        take_by=policy.due("take", risk, now),
        assess_by=policy.due("assess", risk, now),
        occurred_at=now,
    )


def _answers(state: "State") -> dict[str, Answer | None]:
    """Return what each service has answered to the closing asked last."""
    given = {"routing": state.referrals.answer, "shelter": state.placements.answer}
    return {who: a if a and a.closing == state.cases.closing.id else None for who, a in given.items()}


def _open(answers: Mapping[str, Answer | None]) -> list[str]:
    return [kind for answer in answers.values() if answer for kind in answer.open]


def _declined(closing: Closing, still_open: list[str], now: datetime) -> Events:
    assert closing.id is not None
    return [ClosingDeclined(closing=closing.id, still_open=tuple(dict.fromkeys(still_open)), occurred_at=now)]


def _closed(closing: Closing, now: datetime) -> Events:
    assert closing.id is not None
    assert closing.outcome is not None
    return [CaseClosed(closing=closing.id, outcome=closing.outcome, occurred_at=now)]


def moved(closing: Closing, message: Message) -> Closing:
    """Evolve by any fact of the table."""
    status = after(TABLE, closing.status, message.body)
    match message.body:
        case ClosingRequested(closing=id_, outcome=outcome, answer_by=answer_by):
            return Closing(status, id_, outcome, answer_by)
        case ClosingDeclined(still_open=still_open):
            return msgspec.structs.replace(closing, status=status, still_open=still_open)
        case _:
            return msgspec.structs.replace(closing, status=status)


def deadlines(closing: Closing) -> dict[Deadline, datetime]:
    """Return until when answers are waited for."""
    if not fits(TABLE, closing.status, ClosingDeclined) or closing.id is None or closing.answer_by is None:
        return {}
    return {AnswersBy(closing.id): closing.answer_by}


def rows(subject: UUID, closing: Closing) -> Iterator[ClosingRow]:
    """Return the one row."""
    yield ClosingRow(
        subject,
        closing.status,
        closing.id,
        closing.outcome,
        closing.answer_by,
        " ".join(closing.still_open),
    )
