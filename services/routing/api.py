"""What routing has of its own by HTTP: which answers are due when, and who was asked for what in a case."""

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
from services.routing.domain.hearing import HearingRow
from services.routing.domain.referral import OwnerRow, ReferralRow
from services.routing.law import Law
from services.routing.pages import MAY_SEE_CASES, case_named, limits, today
from shared.contracts.message import Caller
from shared.runtime.books import Connection
from shared.runtime.http.door import Door
from shared.runtime.http.reading import reading, shown
from shared.runtime.http.rules import among

log = structlog.get_logger()


class Due(msgspec.Struct, frozen=True):
    """An answer that is awaited, by which policy row; `case` is only for who knows cases by their own ids."""

    referral: UUID
    agency: str
    service: str
    status: str
    answer_by: datetime
    attempt: int
    rule: str
    reminded: int
    case: UUID | None = None


class Asked(msgspec.Struct, frozen=True):
    """A party that was asked for a service, under which policy row, and what became of it."""

    referral: UUID
    agency: str
    service: str
    status: str
    referred_at: datetime
    answer_by: datetime
    answered_at: datetime | None
    attempt: int
    previous: UUID | None
    house_kind: str | None
    rule: str
    declined: str | None
    suggested: str | None
    withdrawn: str | None
    outcome: str | None
    escalated_to: str | None


class Heard(msgspec.Struct, frozen=True):
    """A hearing, who accompanies the child, and its way there and back."""

    hearing: UUID
    forum: str
    status: str
    at: datetime
    set_by: str
    companion_by: datetime
    companion: str | None
    outcome: str | None
    companion_present: bool | None
    arrived_at: datetime | None
    returned_at: datetime | None


class Case(msgspec.Struct, frozen=True):
    """All that routing says of a case."""

    owner: str
    owned_at: datetime
    closed: bool
    referrals: tuple[Asked, ...]
    hearings: tuple[Heard, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """`GET /answers-due` and `GET /cases/{id}/referrals`. `sees_cases`: who knows cases by their own ids."""

    sees_cases: Callable[[Caller], bool]
    pool: asyncpg.Pool
    door: Door

    async def due(self, request: Request) -> Response:
        """Show which answers are due when: to who works on cases all of them, to others their own agency's."""
        caller = await self.door.caller(request)
        async with reading(self.pool) as sql:
            rows = await store.due(sql, None if among(caller, MAY_SEE_CASES) else caller.agency)
        known = self.sees_cases(caller)
        return shown([_due(row, row.subject if known else None) for row in rows])

    async def case(self, request: Request) -> Response:
        """Show who owns a case, who was asked for what in it, and its hearings."""
        await self.door.caller(request, MAY_SEE_CASES)
        async with reading(self.pool) as sql:
            owner = await case_named(sql, request)
            found = await _case(sql, owner)
        log.info("referrals.shown", case_id=owner.subject)
        return shown(found)


async def _case(sql: Connection, owner: OwnerRow) -> Case:
    asked, heard = await store.referrals(sql, owner.subject), await store.hearings(sql, owner.subject)
    return Case(owner.owner, owner.owned_at, owner.closed, tuple(map(_asked, asked)), tuple(map(_heard, heard)))


def _due(row: ReferralRow, case: UUID | None) -> Due:
    return Due(
        row.referral, row.agency, row.service, row.status, row.answer_by, row.attempt, _rule(row), row.reminded, case
    )


def _asked(row: ReferralRow) -> Asked:
    return Asked(
        row.referral, row.agency, row.service, row.status, row.referred_at, row.answer_by, row.answered_at, row.attempt,
        row.previous, row.house_kind, _rule(row), row.declined, row.suggested, row.withdrawn, row.outcome,
        row.escalated_to,
    )  # fmt: skip


def _heard(row: HearingRow) -> Heard:
    return Heard(
        row.hearing, row.forum, row.status, row.at, row.set_by, row.companion_by, row.companion, row.outcome,
        row.companion_present, row.arrived_at, row.returned_at,
    )  # fmt: skip


def _rule(row: ReferralRow) -> str:
    """Where the row of policy stands: version, table, row."""
    return f"{row.policy_version}/{row.policy_table}/{row.policy_row}"


def routes(law: Law, sees_cases: Callable[[Caller], bool], pool: asyncpg.Pool, door: Door) -> Sequence[BaseRoute]:
    """Return routing's own routes; `law` gives the text of each limit, `sees_cases` who knows cases by their ids."""
    answers = Answers(sees_cases, pool, door)
    return [
        Route("/answers-due", answers.due, methods=["GET"]),
        Route("/cases/{case}/referrals", answers.case, methods=["GET"]),
        *limits.routes(law, sees_cases, pool, door),
        *today.routes(law, sees_cases, pool, door),
    ]
