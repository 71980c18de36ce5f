"""Routing as pure functions: which message is decided by what, and what each fact changes."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID

import msgspec

from services.routing.domain import (
    answering,
    asking,
    bed,
    child,
    clock,
    closing,
    delivery,
    detaining,
    detention,
    diversion,
    diverting,
    escort,
    hearing,
    keeping,
    matter,
    opening,
    ownership,
    placement,
    referral,
    report,
    reporting,
    scheduling,
)
from services.routing.domain.clock import ClockRow, LookAt
from services.routing.domain.given import Given, Outcome
from services.routing.domain.hearing import CompanionBy, HearingRow
from services.routing.domain.mark import marked
from services.routing.domain.matter import Matters
from services.routing.domain.may import Rights, stranger
from services.routing.domain.referral import AnswerBy, OwnerRow, ReferralRow
from services.routing.domain.state import State
from services.routing.law import Law
from services.routing.law.events import FEEDS
from services.routing.policy import Policies
from shared.contracts import cases, clocks, commands, outcomes, placements, proceedings, referrals
from shared.contracts.directory import Directory
from shared.contracts.message import Deadline, Decide, Domain, Events, Evolve, Message, Refusal, Say, Table, part_name
from shared.contracts.model import AboutChild, Body, Command, Fact
from shared.contracts.topics import heard_by, spoken_by

__all__ = ["DECIDES", "EVOLVES", "MAY", "State", "domain"]

B = TypeVar("B", bound=Body | Deadline)
F = TypeVar("F", bound=Fact)
P = TypeVar("P")
Decider: TypeAlias = Callable[[Given, Any], Outcome]
Evolver: TypeAlias = Callable[[Any, Any, AboutChild], Any]


def _on(body: type[B], decide: Callable[[Given, B], Outcome]) -> tuple[type, Decider]:
    """Pair a type with the function that decides upon it; the checker sees that they fit."""
    return body, decide


def _of_matters(fact: type[F], evolve: Callable[[Matters, F, AboutChild], Matters]) -> tuple[type[Fact], Evolver]:
    """Pair a fact of a matter of law with the function that changes what is known of matters."""

    def evolved(part: hearing.Proceedings, told: F, about: AboutChild) -> hearing.Proceedings:
        return msgspec.structs.replace(part, matters=evolve(part.matters, told, about))

    return fact, evolved


def _no_change(part: P, _: Fact, __: AboutChild) -> P:
    """What a fact leaves as it was: only limits go by it."""
    return part


def _by(fact: type[F], evolve: Callable[[P, F, AboutChild], P]) -> tuple[type[Fact], Evolver]:
    """Pair a fact with the function that changes a part by it."""
    return fact, evolve


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

EVOLVES: Final[Mapping[type[Fact], Evolver]] = dict(
    (
        _by(cases.ChildIdentified, child.identified),
        _by(cases.CategoryProposed, child.proposed),
        _by(cases.CategoryConfirmed, child.confirmed),
        _by(cases.CategoryWithdrawn, child.withdrawn),
        _by(cases.RiskAssessed, child.assessed),
        _by(cases.CaseClosed, child.closed),
        _by(cases.CaseReopened, child.reopened),
        _by(referrals.CaseOwned, referral.owned),
        _by(referrals.Referred, referral.referred),
        _by(referrals.ReferralReceived, referral.moved),
        _by(referrals.ReferralAccepted, referral.moved),
        _by(referrals.ReferralDeclined, referral.moved),
        _by(referrals.ReferralWithdrawn, referral.moved),
        _by(referrals.ReferralExpired, referral.moved),
        _by(referrals.ReferralEscalated, referral.moved),
        _by(referrals.ServiceStarted, referral.moved),
        _by(referrals.ReferralCompleted, referral.moved),
        _by(referrals.ReferralFailed, referral.moved),
        _by(proceedings.HearingScheduled, hearing.scheduled),
        _by(proceedings.CompanionAssigned, hearing.moved),
        _by(proceedings.CompanionMissing, hearing.moved),
        _by(proceedings.EscortedToHearing, hearing.moved),
        _by(proceedings.HearingHeld, hearing.moved),
        _by(proceedings.HearingCancelled, hearing.moved),
        _by(proceedings.ReturnedFromHearing, hearing.moved),
        _by(placements.BedHeld, placement.bed),
        _by(placements.AdmittedToRpsa, placement.bed),
        _by(placements.Placed, placement.bed),
        _by(placements.EscortArrived, placement.arrived),
        _by(placements.EscortReturned, placement.returned),
        _by(outcomes.ReminderSent, delivery.reminded),
        _by(placements.ChildSecured, _no_change),
        _by(placements.HandoverAccepted, _no_change),
        _by(placements.Discharged, _no_change),
        _by(placements.LeftPlacement, _no_change),
        _of_matters(proceedings.MatterOpened, matter.opened),
        _of_matters(proceedings.ChildArrested, matter.arrested),
        _of_matters(proceedings.JointlyDecided, matter.decided),
        _of_matters(proceedings.StepTaken, _no_change),
        _of_matters(proceedings.ReportRequested, report.requested),
        _of_matters(proceedings.ReportDelivered, report.delivered),
        _of_matters(proceedings.ChildDetained, matter.detained),
        _of_matters(proceedings.DetentionExtended, detention.moved),
        _of_matters(proceedings.DetentionPassedOn, detention.moved),
        _of_matters(proceedings.ChildReleased, matter.released),
        _of_matters(proceedings.DiversionOpened, diversion.opened),
        _of_matters(proceedings.DiversionAgreed, diversion.moved),
        _of_matters(proceedings.DiversionFailed, diversion.moved),
        _by(clocks.ClockStarted, clock.started),
        _by(clocks.ClockExtended, clock.moved),
        _by(clocks.ClockWarned, clock.moved),
        _by(clocks.ClockSatisfied, clock.moved),
        _by(clocks.ClockStopped, clock.moved),
        _by(clocks.ClockBreached, clock.moved),
        _by(clocks.ClockCorrected, clock.moved),
    )
)


def _marking(fact: type[Fact], step: Evolver) -> Evolver:
    """Let a fact that limits go by leave its mark too, once it has changed what it changes."""
    if fact not in FEEDS:
        return step

    def evolved(part: Any, told: Any, about: AboutChild) -> Any:
        part = step(part, told, about)
        matters = getattr(part, "matters", None)
        tags = matters.tags(getattr(told, "matter", None)) if matters else frozenset()
        return msgspec.structs.replace(part, marks=marked(part.marks, told, tags))

    return evolved


STEPS: Final[Mapping[type[Fact], Evolver]] = {fact: _marking(fact, step) for fact, step in EVOLVES.items()}

MAY: Final[Rights] = {
    **asking.MAY, **answering.MAY, **scheduling.MAY, **opening.MAY, **reporting.MAY, **detaining.MAY, **diverting.MAY,
}  # fmt: skip

STREAMS: Final[Mapping[type[Fact], str]] = {
    **dict.fromkeys(referrals.REFERRALS, "referrals"),
    **dict.fromkeys(proceedings.PROCEEDINGS, "proceedings"),
    **dict.fromkeys(clocks.CLOCKS, "clocks"),
}


def domain(*, policies: Policies, directory: Directory, law: Law) -> Domain:
    """Compose routing from its policy, the law and the directory."""
    return Domain(
        name="routing",
        state=State,
        speaks=spoken_by("routing"),
        hears=heard_by("routing"),
        streams=STREAMS,
        evolves={fact: _evolve(step) for fact, step in STEPS.items()},
        decides={body: _decide(rule, policies, directory, law) for body, rule in DECIDES.items()},
        deadlines=deadlines,
        rows=rows,
        tables={
            OwnerRow: Table("owners"),
            ReferralRow: Table("referrals", 2),
            HearingRow: Table("hearings", 2),
            ClockRow: Table("clocks", 2),
        },
        aliases=aliases,
    )


def deadlines(state: State) -> dict[Deadline, datetime]:
    """Return every answer and every companion that is awaited, and until when; and when each clock has news."""
    return {
        **referral.deadlines(state.referrals),
        **hearing.deadlines(state.proceedings),
        **clock.deadlines(state.clocks),
    }


def rows(subject: UUID, state: State) -> Iterator[OwnerRow | ReferralRow | HearingRow | ClockRow]:
    """Return the whole read model of a case."""
    return chain(
        referral.owner_rows(subject, state.referrals, closed=state.cases.closed),
        referral.rows(subject, state.referrals, state.deliveries.reminded),
        hearing.rows(subject, state.proceedings),
        clock.rows(subject, state.clocks),
    )


def aliases(state: State) -> Iterator[UUID]:
    """Return the ids of referrals, by which agencies that may not know the case name it."""
    return iter(state.referrals.by_id)


def _decide(rule: Decider, policies: Policies, directory: Directory, law: Law) -> Decide:
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
        state = _after(state, body, about or AboutChild())
    return [*events, *keeping.in_step(given, state, rules)]


def _after(state: State, body: Fact, about: AboutChild) -> State:
    """Return the state as a fact of our own will leave it."""
    step, part = STEPS.get(type(body)), part_name(STREAMS[type(body)])
    return msgspec.structs.replace(state, **{part: step(getattr(state, part), body, about)}) if step else state


def _evolve(step: Evolver) -> Evolve:
    def evolved(part: Any, message: Message) -> Any:
        return step(part, message.body, message.about)

    return evolved
