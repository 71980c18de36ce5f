"""Referrals: who is asked for what, from being asked to the end of the service (R145), and who owns the case (R148)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from shared.contracts.directory.codes import (
    AgencyCode,
    DeclineReason,
    HouseKind,
    PartyCode,
    ReferralOutcome,
    Service,
    WithdrawalReason,
)
from shared.contracts.message import Deadline, Part
from shared.contracts.model import AboutChild, Code, Reason
from shared.contracts.referrals import (
    CaseOwned,
    ReferralAccepted,
    ReferralCompleted,
    ReferralDeclined,
    ReferralEscalated,
    ReferralExpired,
    ReferralFailed,
    ReferralReceived,
    ReferralWithdrawn,
    Referred,
    ServiceStarted,
)
from shared.contracts.transitions import NONE, Table, after, before

TABLE: Final[Table] = {
    (NONE, Referred): "referred",
    ("referred", ReferralReceived): "received",
    ("referred", ReferralAccepted): "accepted",
    ("received", ReferralAccepted): "accepted",
    ("overdue", ReferralAccepted): "accepted",
    ("referred", ReferralDeclined): "declined",
    ("received", ReferralDeclined): "declined",
    ("overdue", ReferralDeclined): "declined",
    ("referred", ReferralExpired): "expired",
    ("received", ReferralExpired): "expired",
    ("referred", ReferralEscalated): "overdue",
    ("received", ReferralEscalated): "overdue",
    ("declined", ReferralEscalated): "escalated",
    ("expired", ReferralEscalated): "escalated",
    ("failed", ReferralEscalated): "escalated",
    ("accepted", ServiceStarted): "started",
    ("accepted", ReferralCompleted): "completed",
    ("started", ReferralCompleted): "completed",
    ("accepted", ReferralFailed): "failed",
    ("started", ReferralFailed): "failed",
    ("referred", ReferralWithdrawn): "withdrawn",
    ("received", ReferralWithdrawn): "withdrawn",
    ("overdue", ReferralWithdrawn): "withdrawn",
    ("accepted", ReferralWithdrawn): "withdrawn",
    ("started", ReferralWithdrawn): "withdrawn",
}
"""R145. *Overdue* is a referral for a bed whose time has passed: the coordinator knows, a bed is still awaited."""

AWAITING: Final = before(TABLE, ReferralExpired)
"""An answer is due at `answer_by`."""
TAKEN: Final = before(TABLE, ReferralCompleted)
OPEN: Final = before(TABLE, ReferralWithdrawn)
"""What keeps a case open (R150)."""

Move = (
    ReferralReceived
    | ReferralAccepted
    | ReferralDeclined
    | ReferralWithdrawn
    | ReferralExpired
    | ReferralEscalated
    | ServiceStarted
    | ReferralCompleted
    | ReferralFailed
)


class AnswerBy(Deadline, frozen=True):
    """The answer to a referral is due (R127, R146)."""

    referral: UUID


class Referral(msgspec.Struct, frozen=True, omit_defaults=True):
    """A party asked for a service."""

    agency: PartyCode
    service: Service
    answer_by: datetime
    table: Code
    version: Code
    row: Code
    referred_at: datetime
    status: str = "referred"
    attempt: int = 1
    previous: UUID | None = None
    house_kind: HouseKind | None = None
    answered_at: datetime | None = None
    declined: DeclineReason | None = None
    suggested: PartyCode | None = None
    withdrawn: WithdrawalReason | None = None
    outcome: ReferralOutcome | None = None
    escalated_to: AgencyCode | None = None

    @property
    def reason(self) -> Reason:
        """The row of policy behind it."""
        return Reason(table=self.table, version=self.version, row=self.row)


class Referrals(Part, frozen=True):
    """The part that `referrals` makes: the owner of the case, and all its referrals by id."""

    owner: AgencyCode | None = None
    owned_at: datetime | None = None
    cause: Code = NONE
    by_id: dict[UUID, Referral] = msgspec.field(default_factory=dict)


class OwnerRow(NamedTuple):
    """Table `owners`: one row for each case."""

    subject: UUID
    owner: str
    cause: str
    owned_at: datetime
    closed: bool


class ReferralRow(NamedTuple):
    """Table `referrals`: one row for each; `answer_by` matters while `status` is referred or received."""

    subject: UUID
    referral: UUID
    agency: str
    service: str
    status: str
    answer_by: datetime
    referred_at: datetime
    answered_at: datetime | None
    attempt: int
    previous: UUID | None
    house_kind: str | None
    policy_version: str
    policy_table: str
    policy_row: str
    declined: str | None
    suggested: str | None
    withdrawn: str | None
    outcome: str | None
    escalated_to: str | None
    reminded: int


def owned(part: Referrals, fact: CaseOwned, _: AboutChild) -> Referrals:
    """Evolve by `case-owned`."""
    return msgspec.structs.replace(part, owner=fact.owner, owned_at=fact.occurred_at, cause=fact.cause)


def referred(part: Referrals, fact: Referred, _: AboutChild) -> Referrals:
    """Evolve by `referred`."""
    referral = Referral(
        agency=fact.agency,
        service=fact.service,
        answer_by=fact.answer_by,
        table=fact.reason.table,
        version=fact.reason.version,
        row=fact.reason.row,
        referred_at=fact.occurred_at,
        attempt=fact.attempt,
        previous=fact.previous,
        house_kind=fact.house_kind,
    )
    return msgspec.structs.replace(part, by_id={**part.by_id, fact.referral: referral})


def moved(part: Referrals, fact: Move, _: AboutChild) -> Referrals:
    """Evolve by any later fact about a referral; one about a referral that was never said changes nothing."""
    was = part.by_id.get(fact.referral)
    if was is None:
        return part
    told = msgspec.structs.replace(was, status=after(TABLE, was.status, fact), **_told(fact))
    return msgspec.structs.replace(part, by_id={**part.by_id, fact.referral: told})


def _told(fact: Move) -> dict[str, object]:
    """Return what a fact tells besides the status."""
    match fact:
        case ReferralAccepted():
            return {"answered_at": fact.occurred_at}
        case ReferralDeclined():
            return {"answered_at": fact.occurred_at, "declined": fact.reason, "suggested": fact.suggested}
        case ReferralWithdrawn():
            return {"withdrawn": fact.reason}
        case ReferralCompleted() | ReferralFailed():
            return {"outcome": fact.outcome}
        case ReferralEscalated():
            return {"escalated_to": fact.to}
        case _:
            return {}


def deadlines(part: Referrals) -> dict[Deadline, datetime]:
    """Return when each answer that is awaited is due."""
    return {AnswerBy(id_): each.answer_by for id_, each in part.by_id.items() if each.status in AWAITING}


def owner_rows(subject: UUID, part: Referrals, *, closed: bool) -> Iterator[OwnerRow]:
    """Return who owns the case, once it is owned."""
    if part.owner and part.owned_at:
        yield OwnerRow(subject, part.owner, part.cause, part.owned_at, closed)


def rows(subject: UUID, part: Referrals, reminded: dict[UUID, int]) -> Iterator[ReferralRow]:
    """Return a row for each referral; `reminded` is how often its agency was reminded."""
    for id_, each in part.by_id.items():
        yield ReferralRow(
            subject,
            id_,
            each.agency,
            each.service,
            each.status,
            each.answer_by,
            each.referred_at,
            each.answered_at,
            each.attempt,
            each.previous,
            each.house_kind,
            each.version,
            each.table,
            each.row,
            each.declined,
            each.suggested,
            each.withdrawn,
            each.outcome,
            each.escalated_to,
            reminded.get(id_, 0),
        )
