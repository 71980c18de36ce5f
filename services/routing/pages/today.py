"""The red telephone list, as far as routing knows: who must be released, what is overdue, who goes to court alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final, Literal, TypeAlias
from uuid import UUID

import asyncpg
import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.routing import store
from services.routing.law import Law
from services.routing.pages import MAY_SEE_CASES
from shared.contracts.message import Caller
from shared.runtime.books import Connection
from shared.runtime.http.door import Door
from shared.runtime.http.problems import Refused
from shared.runtime.http.reading import reading, shown
from shared.runtime.http.rules import among

Kind: TypeAlias = Literal["must-release", "answer-overdue", "hearing-without-companion", "clock-nearly-over"]
RELEASE: Final = frozenset({"must-release", "release-or-detain"})
"""Consequences of a row of law after which a child may be held no longer (R46, R52)."""

log = structlog.get_logger()


class Urgent(msgspec.Struct, frozen=True):
    """What somebody must act upon. `of` is the clock, referral or hearing; `who` is whose it is, where anybody's.

    `rule` is the row of law or policy behind it. `case` is only for who knows cases by their own ids.
    """

    kind: Kind
    due: datetime
    who: str | None
    rule: str
    of: UUID
    case: UUID | None = None


@dataclass(frozen=True, slots=True)
class Today:
    """`GET /today`, and with `?at=` as things now known would stand at another time."""

    law: Law
    sees_cases: Callable[[Caller], bool]
    pool: asyncpg.Pool
    door: Door

    async def list(self, request: Request) -> Response:
        """Show what must be acted upon: to who works on cases all of it, to others what is their own agency's."""
        caller = await self.door.caller(request)
        at = _moment(request.query_params.get("at"))
        async with reading(self.pool) as sql:
            found = await _urgent(sql, at, self._tonight(at), None if among(caller, MAY_SEE_CASES) else caller.agency)
        log.info("today.shown", agency=caller.agency, urgent=len(found))
        return shown(found if self.sees_cases(caller) else [msgspec.structs.replace(each, case=None) for each in found])

    def _tonight(self, at: datetime) -> datetime:
        """When the day ends in the city."""
        zone = self.law.calendar.zone
        return datetime.combine(at.astimezone(zone).date() + timedelta(days=1), time(), zone)


def _moment(text: str | None) -> datetime:
    try:
        at = datetime.fromisoformat(text) if text else datetime.now(UTC)
    except ValueError:
        raise Refused("malformed") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


async def _urgent(sql: Connection, at: datetime, tonight: datetime, agency: str | None) -> list[Urgent]:
    clocks = list(_clocks(await store.pressing(sql, at, tonight, agency)))
    return sorted((*clocks, *await _answers(sql, at, agency), *await _hearings(sql, at, tonight, agency)), key=_order)


def _clocks(rows: Sequence[store.Pressing]) -> Iterator[Urgent]:
    for row in rows:
        release = row.consequence in RELEASE and row.today
        kind: Kind = "must-release" if release else "clock-nearly-over"
        yield Urgent(kind, row.due, row.owner, f"{row.version}/{row.topic}/{row.rule}", row.clock, row.subject)


async def _answers(sql: Connection, at: datetime, agency: str | None) -> list[Urgent]:
    return [
        Urgent("answer-overdue", row.answer_by, row.agency, row.rule, row.referral, row.subject)
        for row in await store.overdue(sql, at, agency)
    ]


async def _hearings(sql: Connection, at: datetime, tonight: datetime, agency: str | None) -> list[Urgent]:
    return [
        Urgent("hearing-without-companion", row.at, row.owner, "R64", row.hearing, row.subject)
        for row in await store.unaccompanied(sql, at, tonight, agency)
    ]


def _order(urgent: Urgent) -> tuple[int, datetime, UUID]:
    """What is worst first, then what is soonest."""
    kinds = ("must-release", "answer-overdue", "hearing-without-companion", "clock-nearly-over")
    return kinds.index(urgent.kind), urgent.due, urgent.of


def routes(law: Law, sees_cases: Callable[[Caller], bool], pool: asyncpg.Pool, door: Door) -> Sequence[BaseRoute]:
    """Return the list's route."""
    return [Route("/today", Today(law, sees_cases, pool, door).list, methods=["GET"])]
