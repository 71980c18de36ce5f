"""What each fact changes in routing's state: in the part of its stream, and in the marks that limits go by."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, TypeVar

import msgspec

from services.routing.domain import (
    child,
    clock,
    delivery,
    detention,
    diversion,
    hearing,
    matter,
    order,
    placement,
    referral,
    report,
)
from services.routing.domain.mark import marked
from services.routing.domain.matter import Matters
from services.routing.domain.state import State
from services.routing.law.events import FEEDS
from shared.contracts import cases, clocks, outcomes, placements, proceedings, referrals
from shared.contracts.message import Evolve, Message, part_name
from shared.contracts.model import AboutChild, Fact

F = TypeVar("F", bound=Fact)
P = TypeVar("P")
Evolver: TypeAlias = Callable[[Any, Any, AboutChild], Any]


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
        _of_matters(proceedings.JointlyDecided, matter.moved),
        _of_matters(proceedings.MatterEnded, matter.moved),
        _of_matters(proceedings.OrderMade, order.made),
        _of_matters(proceedings.OrderCarriedOut, order.moved),
        _of_matters(proceedings.OrderOverdue, order.moved),
        _of_matters(proceedings.OrderNotCarriedOut, order.moved),
        _of_matters(proceedings.StepTaken, _no_change),
        _of_matters(proceedings.ReportRequested, report.requested),
        _of_matters(proceedings.ReportDelivered, report.delivered),
        _of_matters(proceedings.ChildDetained, matter.detained),
        _of_matters(proceedings.DetentionExtended, detention.moved),
        _of_matters(proceedings.DetentionPassedOn, detention.moved),
        _of_matters(proceedings.ChildReleased, matter.released),
        _of_matters(proceedings.DiversionOpened, diversion.opened),
        _of_matters(proceedings.DiversionAgreed, matter.diverted),
        _of_matters(proceedings.DiversionFailed, matter.diverted),
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


STREAMS: Final[Mapping[type[Fact], str]] = {
    **dict.fromkeys(referrals.REFERRALS, "referrals"),
    **dict.fromkeys(proceedings.PROCEEDINGS, "proceedings"),
    **dict.fromkeys(clocks.CLOCKS, "clocks"),
}


def after(state: State, body: Fact, about: AboutChild) -> State:
    """Return the state as a fact of our own will leave it."""
    step, part = STEPS.get(type(body)), part_name(STREAMS[type(body)])
    return msgspec.structs.replace(state, **{part: step(getattr(state, part), body, about)}) if step else state


def by_message(step: Evolver) -> Evolve:
    """Return a step that takes the whole message, as the engine gives it."""

    def evolved(part: Any, message: Message) -> Any:
        return step(part, message.body, message.about)

    return evolved
