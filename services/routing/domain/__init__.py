"""Routing as pure functions: which message is decided by what, and what each fact changes."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID

from services.routing.domain import (
    answering,
    asking,
    bed,
    child,
    closing,
    delivery,
    escort,
    hearing,
    ownership,
    placement,
    referral,
    scheduling,
)
from services.routing.domain.hearing import CompanionBy, HearingRow
from services.routing.domain.may import Rights, stranger
from services.routing.domain.referral import AnswerBy, OwnerRow, ReferralRow
from services.routing.domain.state import State
from services.routing.domain.turn import Outcome, Turn
from services.routing.policy import Policies
from shared.contracts import cases, commands, outcomes, placements, proceedings, referrals
from shared.contracts.directory import Directory
from shared.contracts.message import Deadline, Decide, Domain, Evolve, Message, Table
from shared.contracts.model import AboutChild, Body, Command, Fact
from shared.contracts.topics import heard_by, spoken_by

__all__ = ["DECIDES", "EVOLVES", "MAY", "State", "domain"]

B = TypeVar("B", bound=Body | Deadline)
F = TypeVar("F", bound=Fact)
P = TypeVar("P")
Decider: TypeAlias = Callable[[Turn, Any], Outcome]
Evolver: TypeAlias = Callable[[Any, Any, AboutChild], Any]


def _on(body: type[B], decide: Callable[[Turn, B], Outcome]) -> tuple[type, Decider]:
    """Pair a type with the function that decides upon it; the checker sees that they fit."""
    return body, decide


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
    )
)

MAY: Final[Rights] = {**asking.MAY, **answering.MAY, **scheduling.MAY}


def domain(*, policies: Policies, directory: Directory) -> Domain:
    """Compose routing from its policy and the directory."""
    return Domain(
        name="routing",
        state=State,
        speaks=spoken_by("routing"),
        hears=heard_by("routing"),
        streams={
            **dict.fromkeys(referrals.REFERRALS, "referrals"),
            **dict.fromkeys(proceedings.PROCEEDINGS, "proceedings"),
        },
        evolves={fact: _evolve(step) for fact, step in EVOLVES.items()},
        decides={body: _decide(rule, policies, directory) for body, rule in DECIDES.items()},
        deadlines=deadlines,
        rows=rows,
        tables={OwnerRow: Table("owners"), ReferralRow: Table("referrals", 2), HearingRow: Table("hearings", 2)},
        aliases=aliases,
    )


def deadlines(state: State) -> dict[Deadline, datetime]:
    """Return every answer and every companion that is awaited, and until when."""
    return {**referral.deadlines(state.referrals), **hearing.deadlines(state.proceedings)}


def rows(subject: UUID, state: State) -> Iterator[OwnerRow | ReferralRow | HearingRow]:
    """Return the whole read model of a case."""
    return chain(
        referral.owner_rows(subject, state.referrals, closed=state.cases.closed),
        referral.rows(subject, state.referrals, state.deliveries.reminded),
        hearing.rows(subject, state.proceedings),
    )


def aliases(state: State) -> Iterator[UUID]:
    """Return the ids of referrals, by which agencies that may not know the case name it."""
    return iter(state.referrals.by_id)


def _decide(rule: Decider, policies: Policies, directory: Directory) -> Decide:
    """Bind a decider to the data, and ask of every command who may send it."""

    def decided(state: State, message: Message, now: datetime) -> Outcome:
        turn = Turn(state, message, now, policies, directory)
        command = message.body if isinstance(message.body, Command) else None
        return (command and stranger(turn, command, MAY[type(command)])) or rule(turn, message.body)

    return decided


def _evolve(step: Evolver) -> Evolve:
    def evolved(part: Any, message: Message) -> Any:
        return step(part, message.body, message.about)

    return evolved
