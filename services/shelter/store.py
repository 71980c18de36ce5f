"""All the SQL of shelter's own questions."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from services.shelter.domain.custody import AdriftRow, CustodyRow, DisputeRow
from shared.runtime.books import Connection

_CASE: Final = "SELECT coalesce((SELECT key FROM aliases WHERE alias = $1), $1)"
_CUSTODY: Final = """
SELECT subject, number, since, until, kind, party, house, act, rule FROM custody WHERE subject = $1 ORDER BY number"""
_NOW: Final = """
SELECT subject, number, since, until, kind, party, house, act, rule FROM custody WHERE subject = $1 AND until IS NULL"""
_DISPUTES: Final = """
SELECT subject, number, at, held_kind, held_party, claimed_kind, claimed_party, act, by_party, settled
FROM disputes WHERE subject = $1 ORDER BY number"""
_LEGS: Final = """
SELECT unnest(ARRAY[giver_party, receiver_party]) FROM handovers WHERE subject = $1 AND status = 'offered'
UNION
SELECT unnest(ARRAY[by_party, origin_party]) FROM escorts WHERE subject = $1 AND status IN ('departed', 'arrived')"""
_DISPUTED: Final = "SELECT EXISTS (SELECT FROM disputes WHERE subject = $1 AND settled IS NULL)"
_ADRIFT: Final = "SELECT subject, since FROM adrift ORDER BY since, subject LIMIT 500"
_OCCUPIED: Final = """
SELECT house, count(*) FILTER (WHERE status = 'held'), count(*) FILTER (WHERE status = 'admitted')
FROM stays GROUP BY house ORDER BY house"""
_WAITING: Final = "SELECT house_kind, count(*) FROM waits GROUP BY house_kind ORDER BY house_kind"


class Occupied(NamedTuple):
    """How many beds of a house are held, and slept in."""

    house: str
    held: int
    admitted: int


async def case_of(sql: Connection, name: UUID) -> UUID:
    """The case that an id names: its own, or that of one of its referrals."""
    found = await sql.fetchval(_CASE, name)
    assert isinstance(found, UUID)
    return found


async def custodian(sql: Connection, subject: UUID) -> CustodyRow | None:
    """Who has the child now; None of a case that we have not heard of."""
    row = await sql.fetchrow(_NOW, subject)
    return CustodyRow(*row) if row else None


async def custody(sql: Connection, subject: UUID) -> Sequence[CustodyRow]:
    """Who had the child when, the first first."""
    return [CustodyRow(*row) for row in await sql.fetch(_CUSTODY, subject)]


async def disputes(sql: Connection, subject: UUID) -> Sequence[DisputeRow]:
    """Movements that did not fit, the first first."""
    return [DisputeRow(*row) for row in await sql.fetch(_DISPUTES, subject)]


async def disputed(sql: Connection, subject: UUID) -> bool:
    """Whether a movement that did not fit is still not explained."""
    return bool(await sql.fetchval(_DISPUTED, subject))


async def adrift(sql: Connection) -> Sequence[AdriftRow]:
    """Children of open cases whom nobody is known to have, the longest first; at most 500."""
    return [AdriftRow(*row) for row in await sql.fetch(_ADRIFT)]


async def parties_of_open_legs(sql: Connection, subject: UUID) -> Sequence[str]:
    """Who acts in a hand-over or an escort that is not over."""
    return [row[0] for row in await sql.fetch(_LEGS, subject)]


async def occupied(sql: Connection) -> dict[str, Occupied]:
    """How many beds of each house are not free."""
    return {row[0]: Occupied(*row) for row in await sql.fetch(_OCCUPIED)}


async def waiting(sql: Connection) -> dict[str, int]:
    """How many children wait for each kind of house."""
    return {row[0]: row[1] for row in await sql.fetch(_WAITING)}
