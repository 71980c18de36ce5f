"""The coordinator's desk: how many cases each worker has, and what waits for an approval."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

import asyncpg
import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response

from services.intake import store
from services.intake.api.cases import MAY_SEE_CASES, Approval
from shared.runtime.http.door import Door
from shared.runtime.http.reading import reading, shown
from shared.runtime.http.rules import Whom

COORDINATORS: Final[Whom] = frozenset({"dinsos/coordinator"})
"""Who gives cases to workers and approves what they did (R130)."""
CASES_A_WORKER_CAN_HAVE: Final = 25
"""R122."""

Bin: TypeAlias = Literal["<10", "10-19", "20-29", ">=30"]
"""How figures count caseloads (R137)."""

log = structlog.get_logger()


class Caseload(msgspec.Struct, frozen=True):
    """How many open cases a worker has, and whether that is more than one person can care for (R122)."""

    agency: str
    worker: str
    cases: int
    bin: Bin
    too_many: bool


class Due(msgspec.Struct, frozen=True):
    """An open case, how far it has come, whose it is, and when the next thing must be done in it."""

    case: UUID
    phase: str
    agency: str
    role: str
    worker: str
    due: datetime | None


class Waiting(msgspec.Struct, frozen=True):
    """An approval that is waited for, and in which case."""

    case: UUID
    approval: Approval


@dataclass(frozen=True, slots=True)
class WorkRoutes:
    """`GET /work`, `GET /caseloads` and `GET /approvals`."""

    pool: asyncpg.Pool
    door: Door

    async def work(self, request: Request) -> Response:
        """Show a worker's own open cases, and to the coordinator all, what is due first."""
        caller = await self.door.caller(request, MAY_SEE_CASES)
        worker = "" if f"{caller.agency}/{caller.role}" in COORDINATORS else caller.officer
        async with reading(self.pool) as sql:
            found = await store.work(sql, worker, caller.agency)
        log.info("work.shown", count=len(found))
        return shown([Due(*row) for row in found])

    async def caseloads(self, request: Request) -> Response:
        """Show how many open cases each worker has."""
        await self.door.caller(request, COORDINATORS)
        async with reading(self.pool) as sql:
            found = await store.caseloads(sql)
        return shown([Caseload(*row, bin_of(row.cases), row.cases > CASES_A_WORKER_CAN_HAVE) for row in found])

    async def approvals(self, request: Request) -> Response:
        """Show what waits for an approval."""
        await self.door.caller(request, COORDINATORS)
        async with reading(self.pool) as sql:
            found = await store.approvals_waiting(sql)
        log.info("approvals.shown", count=len(found))
        return shown([Waiting(row.subject, Approval(*row[1:])) for row in found])


def bin_of(cases: int) -> Bin:
    """Return the bin of a caseload (R137)."""
    bins: tuple[tuple[int, Bin], ...] = ((30, ">=30"), (20, "20-29"), (10, "10-19"))
    return next((name for least, name in bins if cases >= least), "<10")
