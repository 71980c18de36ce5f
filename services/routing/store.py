"""All the SQL of routing's own questions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from services.routing.domain.clock import ClockRow
from services.routing.domain.hearing import HearingRow
from services.routing.domain.referral import OwnerRow, ReferralRow
from shared.runtime.books import Connection

AT_ONCE: Final = 500
"""How many rows one answer shows at most: those that are due soonest."""

_CASE: Final = "SELECT coalesce((SELECT key FROM aliases WHERE alias = $1), $1)"
_OWNER: Final = "SELECT subject, owner, cause, owned_at, closed FROM owners WHERE subject = $1"
_REFERRALS: Final = """
SELECT subject, referral, agency, service, status, answer_by, referred_at, answered_at, attempt, previous, house_kind,
       policy_version, policy_table, policy_row, declined, suggested, withdrawn, outcome, escalated_to, reminded
FROM referrals WHERE subject = $1 ORDER BY referred_at, referral"""
_DUE: Final = """
SELECT subject, referral, agency, service, status, answer_by, referred_at, answered_at, attempt, previous, house_kind,
       policy_version, policy_table, policy_row, declined, suggested, withdrawn, outcome, escalated_to, reminded
FROM referrals WHERE status IN ('referred', 'received') AND ($1::text IS NULL OR agency = $1)
ORDER BY answer_by, referral LIMIT $2"""
_HEARINGS: Final = """
SELECT subject, hearing, forum, status, at, set_by, companion_by, companion, officer, outcome, companion_present,
       arrived_at, returned_at
FROM hearings WHERE subject = $1 ORDER BY at, hearing"""
_CLOCK: Final = """
SELECT subject, clock, rule, version, topic, thing, owner, kind, status, started_at, due, extended, percent,
       consequence, warns_only, ended_at, late FROM clocks"""
_CLOCKS: Final = f"{_CLOCK} WHERE subject = $1 ORDER BY started_at, rule, clock"
_OPEN_CLOCKS: Final = f"""{_CLOCK}
WHERE status IN ('running', 'breached') AND ($1::text IS NULL OR owner = $1) ORDER BY due, clock LIMIT $2"""
_PRESSING: Final = """
SELECT subject, clock, version, topic, rule, owner, due, consequence, due < $2 AS today FROM clocks
WHERE status IN ('running', 'breached') AND ($3::text IS NULL OR owner = $3)
  AND (started_at + (due - started_at) * 0.8 <= $1
       OR due < $2 AND consequence IN ('must-release', 'release-or-detain'))
ORDER BY due, clock LIMIT $4"""
_OVERDUE: Final = """
SELECT subject, referral, agency, answer_by, concat_ws('/', policy_version, policy_table, policy_row) FROM referrals r
WHERE answer_by <= $1 AND ($2::text IS NULL OR agency = $2)
  AND (status IN ('referred', 'received', 'overdue') OR status = 'escalated' AND answered_at IS NULL
       AND NOT EXISTS (SELECT FROM owners o WHERE o.subject = r.subject AND o.closed)
       AND NOT EXISTS (SELECT FROM referrals n WHERE n.subject = r.subject AND n.service = r.service
                                                 AND n.referred_at > r.referred_at))
ORDER BY answer_by, referral LIMIT $3"""
_UNACCOMPANIED: Final = """
SELECT h.subject, hearing, at, owner FROM hearings h JOIN owners o ON o.subject = h.subject
WHERE at > $1 AND (status = 'unaccompanied' OR status = 'scheduled' AND companion_by < $2)
  AND ($3::text IS NULL OR owner = $3 OR set_by = $3)
ORDER BY at, hearing LIMIT $4"""


class Pressing(NamedTuple):
    """A clock of which the most has passed; `today`: its limit ends today, or has ended."""

    subject: UUID
    clock: UUID
    version: str
    topic: str
    rule: str
    owner: str | None
    due: datetime
    consequence: str
    today: bool


class Overdue(NamedTuple):
    """A referral that nobody answered in time, nor anybody else was asked instead; `rule` is the row of policy."""

    subject: UUID
    referral: UUID
    agency: str
    answer_by: datetime
    rule: str


class Unaccompanied(NamedTuple):
    """A hearing to come to which nobody accompanies the child; `owner` answers for the case."""

    subject: UUID
    hearing: UUID
    at: datetime
    owner: str


async def case_of(sql: Connection, name: UUID) -> UUID:
    """The case that an id names: its own, or that of one of its referrals."""
    found = await sql.fetchval(_CASE, name)
    assert isinstance(found, UUID)
    return found


async def owner(sql: Connection, subject: UUID) -> OwnerRow | None:
    """Who answers for a case; None of one that we have not heard of."""
    row = await sql.fetchrow(_OWNER, subject)
    return OwnerRow(*row) if row else None


async def referrals(sql: Connection, subject: UUID) -> Sequence[ReferralRow]:
    """Everybody who was asked in a case, the first first."""
    return [ReferralRow(*row) for row in await sql.fetch(_REFERRALS, subject)]


async def due(sql: Connection, agency: str | None) -> Sequence[ReferralRow]:
    """Which answers are awaited, of one agency or of all (None): the soonest first, at most `AT_ONCE`."""
    return [ReferralRow(*row) for row in await sql.fetch(_DUE, agency, AT_ONCE)]


async def hearings(sql: Connection, subject: UUID) -> Sequence[HearingRow]:
    """The hearings of a case, the first first."""
    return [HearingRow(*row) for row in await sql.fetch(_HEARINGS, subject)]


async def clocks(sql: Connection, subject: UUID) -> Sequence[ClockRow]:
    """The limits of law that run or ran in a case, the first first."""
    return [ClockRow(*row) for row in await sql.fetch(_CLOCKS, subject)]


async def open_clocks(sql: Connection, owner: str | None) -> Sequence[ClockRow]:
    """Which limits run or have passed and are still owed, by one agency or by all (None): the soonest first."""
    return [ClockRow(*row) for row in await sql.fetch(_OPEN_CLOCKS, owner, AT_ONCE)]


async def pressing(sql: Connection, at: datetime, tonight: datetime, owner: str | None) -> Sequence[Pressing]:
    """Of which limits four fifths have passed at a time, or who must be released before the day ends."""
    return [Pressing(*row) for row in await sql.fetch(_PRESSING, at, tonight, owner, AT_ONCE)]


async def overdue(sql: Connection, at: datetime, agency: str | None) -> Sequence[Overdue]:
    """Which answers were due by a time and never came, while nobody else was asked."""
    return [Overdue(*row) for row in await sql.fetch(_OVERDUE, at, agency, AT_ONCE)]


async def unaccompanied(
    sql: Connection, at: datetime, tonight: datetime, agency: str | None
) -> Sequence[Unaccompanied]:
    """Which hearings to come have nobody with the child, and should by the end of the day."""
    return [Unaccompanied(*row) for row in await sql.fetch(_UNACCOMPANIED, at, tonight, agency, AT_ONCE)]
