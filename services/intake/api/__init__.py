"""What intake has of its own by HTTP: identity in clear, cases, and the coordinator's desk."""

from collections.abc import Sequence

import asyncpg
from starlette.routing import BaseRoute, Route

from services.intake.api.cases import CaseRoutes
from services.intake.api.sealing import transforms
from services.intake.api.work import WorkRoutes
from shared.runtime.http.door import Door

__all__ = ["routes", "transforms"]


def routes(pool: asyncpg.Pool, door: Door) -> Sequence[BaseRoute]:
    """Return intake's own routes."""
    of_cases, of_work = CaseRoutes(pool, door), WorkRoutes(pool, door)
    return [
        Route("/cases/{case}", of_cases.case, methods=["GET"]),
        Route("/cases/{case}/possible-duplicates", of_cases.duplicates, methods=["GET"]),
        Route("/work", of_work.work, methods=["GET"]),
        Route("/caseloads", of_work.caseloads, methods=["GET"]),
        Route("/approvals", of_work.approvals, methods=["GET"]),
    ]
