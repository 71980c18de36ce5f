"""Which message is decided by what in routing, who may send each command, and what becomes of clocks by it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias, TypeVar

from services.routing.domain import (
    activity,
    answering,
    asking,
    bed,
    closing,
    detaining,
    diverting,
    ending,
    escort,
    keeping,
    opening,
    ordering,
    ownership,
    reporting,
    scheduling,
)
from services.routing.domain.clock import LookAt
from services.routing.domain.evolving import after
from services.routing.domain.given import Given, Outcome
from services.routing.domain.hearing import CompanionBy
from services.routing.domain.may import Rights, stranger
from services.routing.domain.order import OrderBy
from services.routing.domain.referral import AnswerBy
from services.routing.domain.state import State
from services.routing.law import Law
from services.routing.policy import Policies
from shared.contracts import cases, commands, placements
from shared.contracts.directory import Directory
from shared.contracts.message import Deadline, Decide, Events, Message, Refusal, Say
from shared.contracts.model import AboutChild, Body, Command, Fact

B = TypeVar("B", bound=Body | Deadline)
Decider: TypeAlias = Callable[[Given, Any], Outcome]


def _on(body: type[B], decide: Callable[[Given, B], Outcome]) -> tuple[type, Decider]:
    """Pair a type with the function that decides upon it; the checker sees that they fit."""
    return body, decide


DECIDES: Final[Mapping[type, Decider]] = dict(
    (
        _on(cases.ChildIdentified, ownership.own),
        _on(cases.RiskAssessed, asking.by_policy),
        _on(cases.CategoryProposed, asking.by_policy),
        _on(cases.CategoryConfirmed, asking.by_policy),
        _on(cases.CaseReopened, asking.by_policy),
        _on(cases.ClosingRequested, closing.answer),
        _on(commands.ReferChild, asking.by_hand),
        _on(commands.AcknowledgeReferral, answering.acknowledge),
        _on(commands.AcceptReferral, answering.accept),
        _on(commands.DeclineReferral, answering.decline),
        _on(commands.WithdrawReferral, answering.withdraw),
        _on(commands.StartService, answering.start),
        _on(commands.CompleteReferral, answering.complete),
        _on(AnswerBy, answering.expire),
        _on(placements.BedHeld, bed.held),
        _on(placements.Waitlisted, bed.waitlisted),
        _on(placements.AdmittedToRpsa, bed.admitted),
        _on(placements.Placed, bed.admitted),
        _on(placements.HoldExpired, bed.lapsed),
        _on(placements.HoldReleased, bed.unneeded),
        _on(placements.LeftWaitingList, bed.unneeded),
        _on(placements.LeftPlacement, bed.gone),
        _on(placements.Discharged, bed.discharged),
        _on(commands.ScheduleHearing, scheduling.schedule),
        _on(commands.AssignCompanion, scheduling.assign),
        _on(commands.RecordHearing, scheduling.record),
        _on(commands.CancelHearing, scheduling.cancel),
        _on(CompanionBy, scheduling.missing),
        _on(commands.RecordOrder, ordering.record),
        _on(OrderBy, ordering.overdue),
        _on(commands.EndMatter, ending.end),
        _on(commands.LogActivity, activity.log),
        _on(placements.EscortArrived, escort.arrived),
        _on(placements.EscortReturned, escort.returned),
        _on(placements.ChildSecured, keeping.nothing_else),
        _on(placements.HandoverAccepted, keeping.nothing_else),
        _on(commands.OpenMatter, opening.open_matter),
        _on(commands.RecordStep, opening.record_step),
        _on(commands.DecideJointly, opening.decide_jointly),
        _on(commands.RequestReport, reporting.request),
        _on(commands.DeliverReport, reporting.deliver),
        _on(commands.RecordArrest, detaining.arrest),
        _on(commands.RecordDetention, detaining.detain),
        _on(commands.RecordExtension, detaining.extend),
        _on(commands.RecordRelease, detaining.release),
        _on(commands.OpenDiversion, diverting.open_diversion),
        _on(commands.RecordDiversion, diverting.record),
        _on(LookAt, keeping.look),
    )
)

MAY: Final[Rights] = {
    **asking.MAY, **answering.MAY, **scheduling.MAY, **opening.MAY, **reporting.MAY, **detaining.MAY, **diverting.MAY,
    **ordering.MAY, **ending.MAY, **activity.MAY,
}  # fmt: skip


def bound(rule: Decider, policies: Policies, directory: Directory, law: Law) -> Decide:
    """Bind a decider to the data, ask of every command who may send it, and keep the clocks in step."""

    def decided(state: State, message: Message, now: datetime) -> Outcome:
        given = Given(state, message, now, policies, directory, law)
        command = message.body if isinstance(message.body, Command) else None
        outcome = (command and stranger(given, command, MAY[type(command)])) or rule(given, message.body)
        return outcome if isinstance(outcome, Refusal) else _with_clocks(given, outcome)

    return decided


def _with_clocks(given: Given, events: Events) -> Events:
    """Add what becomes of clocks by a fact that was heard or is now said; of most facts no row of law knows."""
    said = [(each.body, each.about) if isinstance(each, Say) else (each, None) for each in events]
    bodies = (given.message.body, *(body for body, _ in said))
    rules = frozenset[str]().union(*(given.law.going_by(body.type) for body in bodies if isinstance(body, Fact)))
    if not rules:
        return events
    state = given.state
    for body, about in said:
        state = after(state, body, about or AboutChild())
    return [*events, *keeping.in_step(given, state, rules)]
