"""Answers to a referral: received, accepted, declined, withdrawn, begun and ended (R145), and silence (R127)."""

from typing import Final

from services.routing.domain.asking import escalate, further
from services.routing.domain.given import Given, Outcome
from services.routing.domain.may import CARERS, May, Rights, asked, sender
from services.routing.domain.referral import OPEN, TABLE, TAKEN, AnswerBy, Referral
from shared.contracts import transitions
from shared.contracts.commands import (
    AcceptReferral,
    AcknowledgeReferral,
    CompleteReferral,
    DeclineReferral,
    StartService,
    WithdrawReferral,
)
from shared.contracts.directory.codes import ReferralOutcome
from shared.contracts.message import Events, Refusal
from shared.contracts.model import Fact
from shared.contracts.referrals import (
    ReferralAccepted,
    ReferralCompleted,
    ReferralDeclined,
    ReferralExpired,
    ReferralFailed,
    ReferralReceived,
    ReferralWithdrawn,
    ServiceStarted,
)

NOT_ASKED: Final = Refusal("not-the-agency-asked", ("agency-asked",))
ANSWER: Final = May(asked, refusal=NOT_ASKED)
TELL: Final = May(asked, CARERS, NOT_ASKED)
MAY: Rights = {
    AcknowledgeReferral: ANSWER,
    AcceptReferral: ANSWER,
    DeclineReferral: ANSWER,
    StartService: TELL,
    CompleteReferral: TELL,
    WithdrawReferral: May(sender, refusal=Refusal("not-the-sender", ("case-owner",))),
}

FAILURES: Final[frozenset[ReferralOutcome]] = frozenset(
    {"child-did-not-come", "child-or-caregiver-stopped", "service-not-possible"}
)
"""Outcomes by which a service was not given (R145)."""
BY_THE_HOUSE: Final = Refusal("not-permitted", ("house-staff",))
"""A referral for a bed is accepted by a held bed, begun by admission and ended by discharge, by nobody's hand."""


def acknowledge(given: Given, command: AcknowledgeReferral) -> Outcome:
    """Note that the agency has seen it; to say so twice changes nothing."""
    referral = given.referrals[command.referral]
    if referral.status == "received":
        return ()
    fact = ReferralReceived(referral=command.referral, agency=referral.agency, occurred_at=command.occurred_at)
    return [fact] if fits(referral, ReferralReceived) else closed(referral)


def accept(given: Given, command: AcceptReferral) -> Outcome:
    """Only the agency asked may accept, once, while its answer is awaited."""
    referral = given.referrals[command.referral]
    if referral.house_kind:
        return BY_THE_HOUSE
    fact = ReferralAccepted(referral=command.referral, agency=referral.agency, occurred_at=command.occurred_at)
    return [fact] if fits(referral, ReferralAccepted) else closed(referral)


def decline(given: Given, command: DeclineReferral) -> Outcome:
    """Take the reason, and ask the next agency of the row; where none is left, the coordinator is told (R147, R148)."""
    referral = given.referrals[command.referral]
    if not fits(referral, ReferralDeclined):
        return closed(referral)
    fact = ReferralDeclined(
        referral=command.referral,
        agency=referral.agency,
        reason=command.reason,
        suggested=command.suggested,
        occurred_at=command.occurred_at,
    )
    return [fact, *(further(given, command.referral) or [escalate(given, command.referral, "no-agency-left")])]


def withdraw(given: Given, command: WithdrawReferral) -> Outcome:
    """The sender takes back what has not ended."""
    referral = given.referrals[command.referral]
    if not fits(referral, ReferralWithdrawn):
        return Refusal("referral-not-open", ("coordinator",))
    return [
        ReferralWithdrawn(
            referral=command.referral,
            agency=referral.agency,
            reason=command.reason,
            occurred_at=command.occurred_at,
        )
    ]


def start(given: Given, command: StartService) -> Outcome:
    """The agency that accepted begins; to say so twice changes nothing."""
    referral = given.referrals[command.referral]
    if referral.house_kind:
        return BY_THE_HOUSE
    if referral.status == "started":
        return ()
    fact = ServiceStarted(referral=command.referral, agency=referral.agency, occurred_at=command.occurred_at)
    return [fact] if fits(referral, ServiceStarted) else not_begun(referral)


def complete(given: Given, command: CompleteReferral) -> Outcome:
    """The agency that accepted says how it ended: given, or failed."""
    referral = given.referrals[command.referral]
    if referral.house_kind:
        return BY_THE_HOUSE
    ended = ReferralFailed if command.outcome in FAILURES else ReferralCompleted
    if not fits(referral, ended):
        return not_begun(referral)
    fact = ended(
        referral=command.referral,
        agency=referral.agency,
        outcome=command.outcome,
        occurred_at=command.occurred_at,
    )
    return [fact]


def expire(given: Given, due: AnswerBy) -> Events:
    """Nobody answered in time: the coordinator is told (R127), and where the row says so the next agency is asked.

    A referral for a bed does not end by that, for a child keeps its place in the waiting list.
    """
    referral = given.referrals[due.referral]
    if referral.house_kind:
        return [escalate(given, due.referral, "no-bed")]
    expired = ReferralExpired(
        referral=due.referral, agency=referral.agency, answer_by=referral.answer_by, occurred_at=given.now
    )
    rule = given.policies.rule(referral.reason)
    asked_on = further(given, due.referral) if rule and rule.next_when_silent else ()
    return [expired, escalate(given, due.referral, "no-answer"), *asked_on]


def fits(referral: Referral, fact: type[Fact]) -> bool:
    """Tell whether a fact can be said of a referral as it is."""
    return transitions.fits(TABLE, referral.status, fact)


def closed(referral: Referral) -> Refusal:
    """Say why it cannot be answered any more."""
    if referral.status in TAKEN:
        return Refusal("already-accepted", ("agency-asked",))
    return Refusal("referral-not-open", ("coordinator",))


def not_begun(referral: Referral) -> Refusal:
    """Say why no service can begin or end."""
    if referral.status in OPEN:
        return Refusal("referral-not-accepted", ("agency-asked",))
    return Refusal("referral-not-open", ("coordinator",))
