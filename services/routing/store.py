"""All the SQL of routing's own questions."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

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
