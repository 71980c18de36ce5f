"""All the SQL of notifications' own questions."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from services.notifications.domain.account import Counts
from services.notifications.domain.delivery import NoticeRow
from services.notifications.domain.participation import ParticipationRow
from shared.runtime.books import Connection

_HEARD: Final = "SELECT type, count(*) FROM facts WHERE subject = $1 GROUP BY type ORDER BY type"
_HEARD_IN_ALL: Final = "SELECT type, count(*) FROM facts GROUP BY type ORDER BY type"
_REACHED: Final = """
SELECT party, type, count(*) FROM notices WHERE subject = $1 GROUP BY party, type ORDER BY party, type"""
_REACHED_IN_ALL: Final = "SELECT party, type, count(*) FROM notices GROUP BY party, type ORDER BY party, type"
_NOTICES: Final = """
SELECT subject, party, number, id, type, said_at, processed_at FROM notices WHERE subject = $1 ORDER BY party, number"""
_PARTICIPATION: Final = """
SELECT subject, stream, number, party, way, matter, since, until FROM participation
WHERE subject = $1 ORDER BY since, stream, number"""


async def heard(sql: Connection, subject: UUID | None) -> Counts:
    """How many facts of each type happened in a case, or in all of them."""
    rows = await (sql.fetch(_HEARD, subject) if subject else sql.fetch(_HEARD_IN_ALL))
    return {row["type"]: row["count"] for row in rows}


async def reached(sql: Connection, subject: UUID | None) -> dict[str, Counts]:
    """How many notices of each type every party was told, of a case or of all of them."""
    rows = await (sql.fetch(_REACHED, subject) if subject else sql.fetch(_REACHED_IN_ALL))
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        counts[row["party"]][row["type"]] = row["count"]
    return dict(counts)


async def notices(sql: Connection, subject: UUID) -> Sequence[NoticeRow]:
    """What every party was told of a case, in order."""
    return [NoticeRow(*row) for row in await sql.fetch(_NOTICES, subject)]


async def participation(sql: Connection, subject: UUID) -> Sequence[ParticipationRow]:
    """Who takes or took part in a case, how and until when."""
    return [ParticipationRow(*row) for row in await sql.fetch(_PARTICIPATION, subject)]
