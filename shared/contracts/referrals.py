"""Stream `referrals`, spoken by routing: who is asked to help, what they answer, and who owns the case."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.directory.codes import (
    AgencyCode,
    DeclineReason,
    HouseKind,
    PartyCode,
    ReferralOutcome,
    Service,
    WithdrawalReason,
)
from shared.contracts.model import Code, Fact, Group, Reason, Sealed, Value


class CaseOwned(Fact):
    """The agency that answers for the case from now on; a case is never without one (R148, R149)."""

    owner: AgencyCode
    cause: Code


class Referred(Fact):
    """A party is asked for a service and must answer by `answer_by` (R145, R146).

    `reason` names the policy row. `previous` is the referral that this one follows after a decline or an expiry.
    A referral for shelter carries `house_kind` and is answered by a held bed, by nobody's hand.
    """

    referral: UUID
    agency: PartyCode
    service: Service
    answer_by: AwareDatetime
    reason: Reason
    attempt: int = 1
    previous: UUID | None = None
    house_kind: HouseKind | None = None
    siblings: Group | None = None
    about_child: Sealed


class ReferralReceived(Fact):
    """The party asked says that it has seen the referral; the answer is still to come (R145)."""

    referral: UUID
    agency: PartyCode


class ReferralAccepted(Fact):
    """The party asked will help (R145). `by` tells whether it said so, or a bed was held."""

    referral: UUID
    agency: PartyCode
    by: Literal["agency", "bed-held"] = "agency"


class ReferralDeclined(Fact):
    """The party asked cannot help, and says why in a code (R147); `suggested` is whom it thinks could."""

    referral: UUID
    agency: PartyCode
    reason: DeclineReason
    suggested: PartyCode | None = None


class ReferralWithdrawn(Fact):
    """The sender takes the referral back (R145)."""

    referral: UUID
    agency: PartyCode
    reason: WithdrawalReason


class ReferralExpired(Fact):
    """Nobody answered by `answer_by` (R127, R145)."""

    referral: UUID
    agency: PartyCode
    answer_by: AwareDatetime


class ReferralEscalated(Fact):
    """No party is left to ask, or one was silent: the coordinator at `to` must act (R145, R148)."""

    referral: UUID
    agency: PartyCode
    to: AgencyCode
    cause: Code


class ServiceStarted(Fact):
    """The party that accepted has begun (R145)."""

    referral: UUID
    agency: PartyCode


class ReferralCompleted(Fact):
    """The service ended with an outcome (R145)."""

    referral: UUID
    agency: PartyCode
    outcome: ReferralOutcome


class ReferralFailed(Fact):
    """The service could not be given after all (R145)."""

    referral: UUID
    agency: PartyCode
    outcome: ReferralOutcome


class StillOpenThing(Value):
    """What keeps a case open: its kind and its own id."""

    kind: Code
    id: UUID


class NothingOpenInRouting(Fact):
    """Routing's answer to `closing-requested`: no referral, no hearing and no limit of ours is open (R150)."""

    closing: UUID


class StillOpenInRouting(Fact):
    """Routing's answer to `closing-requested`: this is still open (R150)."""

    closing: UUID
    open: tuple[StillOpenThing, ...]


REFERRALS = (
    CaseOwned,
    Referred,
    ReferralReceived,
    ReferralAccepted,
    ReferralDeclined,
    ReferralWithdrawn,
    ReferralExpired,
    ReferralEscalated,
    ServiceStarted,
    ReferralCompleted,
    ReferralFailed,
    NothingOpenInRouting,
    StillOpenInRouting,
)
