"""Limits of law by HTTP: those that run now, and all that ran in a case, each with the text of its row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.routing import store
from services.routing.domain.clock import ClockRow
from services.routing.law import Law
from services.routing.pages import MAY_SEE_CASES, case_named
from shared.contracts.message import Caller
from shared.runtime.http.door import Door
from shared.runtime.http.reading import reading, shown
from shared.runtime.http.rules import among

log = structlog.get_logger()


class Running(msgspec.Struct, frozen=True):
    """A limit as it stands. `row` is that of the tables of law, `rule` and `citation` what the row rests on.

    `beside` names the rows that read the same rule in another way: their limits run on the same thing. `case` is only
    for who knows cases by their own ids.
    """

    clock: UUID
    row: str
    version: str
    rule: str
    citation: str
    certainty: str
    title_id: str
    title_en: str
    beside: tuple[str, ...]
    owner: str | None
    kind: str
    status: str
    started_at: datetime
    due: datetime
    percent: int
    extended: bool
    consequence: str
    consequence_id: str
    consequence_en: str
    warns_only: bool
    ended_at: datetime | None
    late: bool
    thing: UUID | None
    case: UUID | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """`GET /clocks` and `GET /cases/{id}/clocks`."""

    law: Law
    sees_cases: Callable[[Caller], bool]
    pool: asyncpg.Pool
    door: Door

    async def open(self, request: Request) -> Response:
        """Show the limits that run, the soonest first: to who works on cases all, to others what they owe."""
        caller = await self.door.caller(request)
        async with reading(self.pool) as sql:
            rows = await store.open_clocks(sql, None if among(caller, MAY_SEE_CASES) else caller.agency)
        known = self.sees_cases(caller)
        return shown([running(self.law, row, row.subject if known else None) for row in rows])

    async def case(self, request: Request) -> Response:
        """Show every limit that runs or ran in a case; each look is noted in the log (R155)."""
        await self.door.caller(request, MAY_SEE_CASES)
        async with reading(self.pool) as sql:
            subject = (await case_named(sql, request)).subject
            rows = await store.clocks(sql, subject)
        log.info("clocks.shown", case_id=subject)
        return shown([running(self.law, row, subject) for row in rows])


def running(law: Law, row: ClockRow, case: UUID | None) -> Running:
    """Lay the text of its row of law over a clock; of a row that these tables have no more, nothing is known."""
    rule, follows = law.edition(row.rule, row.version), law.consequences.get(row.consequence)
    ground, title = (rule.ground, rule.title) if rule else (None, None)
    return Running(
        row.clock, row.rule, row.version,
        ground.rule if ground else "", ground.citation if ground else "", ground.certainty if ground else "",
        title.id if title else "", title.en if title else "",
        law.beside(row.rule) if rule else (),
        row.owner, row.kind, row.status, row.started_at, row.due, row.percent, row.extended, row.consequence,
        follows.id if follows else "", follows.en if follows else "",
        row.warns_only, row.ended_at, row.late, row.thing, case,
    )  # fmt: skip


def routes(law: Law, sees_cases: Callable[[Caller], bool], pool: asyncpg.Pool, door: Door) -> Sequence[BaseRoute]:
    """Return the routes of limits."""
    limits = Limits(law, sees_cases, pool, door)
    return [
        Route("/clocks", limits.open, methods=["GET"]),
        Route("/cases/{case}/clocks", limits.case, methods=["GET"]),
    ]
