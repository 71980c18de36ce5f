"""What may be asked about a referral: ask for help, answer, begin and end it (R145)."""

from typing import Final
from uuid import UUID

from shared.contracts.commands.deciders import ForRouting
from shared.contracts.directory.codes import (
    DeclineReason,
    HouseKind,
    PartyCode,
    ReferralOutcome,
    Service,
    WithdrawalReason,
)


class ReferChild(ForRouting):
    """The coordinator asks a party for a service by hand; the policy's answer-by applies."""

    agency: PartyCode
    service: Service
    house_kind: HouseKind | None = None


class AcknowledgeReferral(ForRouting):
    """We have seen it (R145)."""

    referral: UUID


class AcceptReferral(ForRouting):
    """We will help (R145)."""

    referral: UUID


class DeclineReferral(ForRouting):
    """We cannot help, because (R147)."""

    referral: UUID
    reason: DeclineReason
    suggested: PartyCode | None = None


class WithdrawReferral(ForRouting):
    """The sender takes it back (R145)."""

    referral: UUID
    reason: WithdrawalReason


class StartService(ForRouting):
    """We have begun (R145)."""

    referral: UUID


class CompleteReferral(ForRouting):
    """The service ended (R145)."""

    referral: UUID
    outcome: ReferralOutcome


COMMANDS: Final = (
    ReferChild,
    AcknowledgeReferral,
    AcceptReferral,
    DeclineReferral,
    WithdrawReferral,
    StartService,
    CompleteReferral,
)
