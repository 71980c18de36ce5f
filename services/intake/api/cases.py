"""A case as Dinsos sees it, and other cases that may be of the same child."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

import asyncpg
import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response

from services.intake import store
from services.intake.domain.report import ReportRow
from shared.runtime.books import Connection
from shared.runtime.http.door import Door
from shared.runtime.http.headers import uuid_of
from shared.runtime.http.problems import Refused
from shared.runtime.http.reading import reading, shown
from shared.runtime.http.rules import Whom

MAY_SEE_DUPLICATES: Final[Whom] = frozenset({"dinsos/intake"})
"""Who links cases of one child; nobody else learns that there may be another (R100, R156)."""
MAY_SEE_CASES: Final[Whom] = frozenset({"dinsos/officer", "dinsos/intake", "dinsos/coordinator"})
"""Who works on cases; each look at one is noted in the log (R155)."""

Of: TypeAlias = "Callable[[Connection, ReportRow], Awaitable[Case | PossibleDuplicates]]"

log = structlog.get_logger()


class Category(msgspec.Struct, frozen=True):
    """Somebody's word that the child belongs to a category."""

    assertion: UUID
    category: str
    national_code: str | None
    asserted_by: str
    status: str


class Assignment(msgspec.Struct, frozen=True):
    """Who has the case: a worker, or until `take_by` a role that is on duty (R127)."""

    agency: str
    role: str
    worker: str
    take_by: datetime | None
    overdue: bool


class Work(msgspec.Struct, frozen=True):
    """How far the case has come, and what must be done by when (R118, R122)."""

    phase: str
    assessment: UUID | None
    care: str
    plan: UUID | None
    goal: str
    visits: int
    found: str
    assess_by: datetime | None
    plan_by: datetime | None
    follow_up_by: datetime | None


class Approval(msgspec.Struct, frozen=True):
    """What the coordinator was asked to approve (R130, R150)."""

    approval: UUID
    of: str
    thing: UUID | None
    outcome: str | None
    asked_by: str
    status: str


class Link(msgspec.Struct, frozen=True):
    """That this case and `primary` are of one child."""

    link: UUID
    primary: UUID
    status: str


class Closing(msgspec.Struct, frozen=True):
    """Whether the case is open, and the last closing asked for."""

    status: str
    closing: UUID | None
    outcome: str | None
    answer_by: datetime | None
    still_open: tuple[str, ...]


class Case(msgspec.Struct, frozen=True):
    """All that intake says of a case; who the child is, it does not."""

    report: dict[str, object]
    risk: str | None
    assignment: Assignment | None
    work: Work | None
    categories: tuple[Category, ...]
    approvals: tuple[Approval, ...]
    links: tuple[Link, ...]
    closing: Closing | None


class PossibleDuplicate(msgspec.Struct, frozen=True):
    """Another case that may be of the same child: by what it was found, when, and whether they are linked."""

    case: UUID
    equal: tuple[str, ...]
    found_at: datetime
    linked: bool


class PossibleDuplicates(msgspec.Struct, frozen=True):
    """Of one case. `warnings` tell where its NIK differs from the rest of what was told (R99)."""

    possible_duplicates: tuple[PossibleDuplicate, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseRoutes:
    """`GET /cases/{case}` and `GET /cases/{case}/possible-duplicates`."""

    pool: asyncpg.Pool
    door: Door

    async def case(self, request: Request) -> Response:
        """Show a case to whoever works on cases."""
        return await self._shown(request, MAY_SEE_CASES, _case)

    async def duplicates(self, request: Request) -> Response:
        """Show other cases that may be of the same child to who links them."""
        return await self._shown(request, MAY_SEE_DUPLICATES, _duplicates)

    async def _shown(self, request: Request, whom: Whom, of: Of) -> Response:
        """Note who looks, and at what, before it is shown."""
        await self.door.caller(request, whom)
        subject = uuid_of(request.path_params["case"])
        async with reading(self.pool) as sql:
            report = await store.report(sql, subject) if subject else None
            if report is None:
                raise Refused("unknown-case")
            found = await of(sql, report)
        log.info("case.shown", case_id=report.subject, what=of.__name__.strip("_"))
        return shown(found)


async def _case(sql: Connection, report: ReportRow) -> Case:
    case, risk = report.subject, await store.risk(sql, report.subject)
    categories = (Category(*row[1:]) for row in await store.categories(sql, case))
    assignment = await store.assignment(sql, case)
    work = await store.phase(sql, case)
    approvals = (Approval(*row[1:]) for row in await store.approvals(sql, case))
    links = (Link(*row[1:]) for row in await store.links(sql, case))
    closing = await store.closing(sql, case)
    return Case(
        {name: value for name, value in report._asdict().items() if name != "subject"},
        risk.risk if risk else None,
        assignment and Assignment(*assignment[1:]),
        work and Work(*work[1:]),
        tuple(categories),
        tuple(approvals),
        tuple(links),
        closing and Closing(*closing[1:-1], tuple(closing.still_open.split())),
    )


async def _duplicates(sql: Connection, report: ReportRow) -> PossibleDuplicates:
    found = await store.possible_duplicates(sql, report.subject)
    warnings = await store.warnings(sql, report.subject)
    pairs = (PossibleDuplicate(each.other, tuple(each.kinds), each.found_at, each.linked) for each in found)
    return PossibleDuplicates(tuple(pairs), tuple(warnings))
