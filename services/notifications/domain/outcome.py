"""What an agency hears of its own commands: the effects, or why there are none, or only that they took effect."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from services.notifications.domain.readers import Readers
from services.notifications.domain.state import Case
from shared.contracts import cases, casework, placements, proceedings, referrals
from shared.contracts.directory.codes import PartyCode
from shared.contracts.message import Events, Message, Say
from shared.contracts.model import Command, Fact
from shared.contracts.outcomes import CommandAccepted, CommandRefused
from shared.contracts.topics import inbox

COMMAND_OF: Final[Mapping[type[Fact], str]] = {
    cases.ChildIdentified: "report-child",
    cases.CategoryProposed: "propose-category",
    cases.CategoryConfirmed: "confirm-category",
    cases.CategoryWithdrawn: "withdraw-category",
    cases.RiskAssessed: "assess-risk",
    cases.SameChildLinked: "link-same-child",
    cases.SameChildUnlinked: "unlink-same-child",
    cases.ClosingRequested: "request-closing",
    cases.CaseReopened: "reopen-case",
    casework.WorkerAssigned: "assign-worker",
    casework.AssessmentMade: "make-assessment",
    casework.PlanMade: "make-plan",
    casework.FollowedUp: "follow-up",
    casework.ApprovalAsked: "request-closing",
    casework.ApprovalGiven: "give-approval",
    casework.ApprovalRefused: "refuse-approval",
    referrals.Referred: "refer-child",
    referrals.ReferralReceived: "acknowledge-referral",
    referrals.ReferralAccepted: "accept-referral",
    referrals.ReferralDeclined: "decline-referral",
    referrals.ReferralWithdrawn: "withdraw-referral",
    referrals.ServiceStarted: "start-service",
    referrals.ReferralCompleted: "complete-referral",
    referrals.ReferralFailed: "complete-referral",
    proceedings.HearingScheduled: "schedule-hearing",
    proceedings.CompanionAssigned: "assign-companion",
    proceedings.HearingHeld: "record-hearing",
    proceedings.HearingCancelled: "cancel-hearing",
    proceedings.MatterOpened: "open-matter",
    proceedings.StepTaken: "record-step",
    proceedings.ReportRequested: "request-report",
    proceedings.ReportDelivered: "deliver-report",
    proceedings.ChildArrested: "record-arrest",
    proceedings.DetentionPassedOn: "record-detention",
    proceedings.ChildDetained: "record-detention",
    proceedings.DetentionExtended: "record-extension",
    proceedings.ChildReleased: "record-release",
    proceedings.DiversionOpened: "open-diversion",
    proceedings.DiversionAgreed: "record-diversion",
    proceedings.DiversionFailed: "record-diversion",
    proceedings.JointlyDecided: "decide-jointly",
    proceedings.OrderCarriedOut: "record-order",
    proceedings.OrderNotCarriedOut: "record-order",
    proceedings.MatterEnded: "end-matter",
    proceedings.ActivityLogged: "log-activity",
    placements.HandoverOffered: "offer-handover",
    placements.HandoverAccepted: "accept-handover",
    placements.HandoverDeclined: "decline-handover",
    placements.AdmittedToRpsa: "admit-child",
    placements.Placed: "admit-child",
    placements.HoldReleased: "release-hold",
    placements.EscortDeparted: "depart-escort",
    placements.EscortArrived: "arrive-escort",
    placements.EscortReturned: "return-escort",
    placements.Discharged: "discharge-child",
    placements.LeftPlacement: "report-missing",
}
"""The command whose first effect a fact is; `custody-disputed` itself says of which act it is."""


def passed_on(readers: Readers, state: Case, message: Message, _: datetime) -> Events:
    """Put the outcome of a command into the mailbox of the party that sent it."""
    body = message.body
    assert isinstance(body, CommandAccepted | CommandRefused)
    return [_told(readers, state, message, body)] if body.to in readers.parties else []


def hidden_effect(readers: Readers, state: Case, message: Message, now: datetime) -> Events:
    """Say that a command took effect, to a sender that does not see the effect: once, for it has one outcome."""
    sender, body = readers.party(message.cause_agency), message.body
    if sender is None or state.effects(message.causation) > 1 or _told_of_another(message):
        return []
    known = (name for kind, name in COMMAND_OF.items() if isinstance(body, kind))
    name = body.act if isinstance(body, placements.CustodyDisputed) else next(known, "unknown")
    accepted = CommandAccepted(occurred_at=now, command=message.causation, command_type=name, to=sender)
    return [_told(readers, state, message, accepted)]


def _told_of_another(message: Message) -> bool:
    """Return whether the sender hears of this child's report in the case of the report's first child."""
    body = message.body
    return isinstance(body, cases.ChildIdentified) and body.report != cases.report_id(message.subject)


def accepted(readers: Readers, state: Case, command: Message, sender: PartyCode, now: datetime) -> Say:
    """Say that a command took effect that this service decided itself."""
    body = command.body
    assert isinstance(body, Command)
    told = CommandAccepted(occurred_at=now, command=command.id, command_type=body.type, to=sender)
    return _told(readers, state, command, told)


def _told(readers: Readers, state: Case, message: Message, body: CommandAccepted | CommandRefused) -> Say:
    assert body.to
    alias = readers.name_of_outcome(state, body.to, message)
    return Say(body, stream=inbox(body.to), alias=alias, causation=body.command)
