"""What notifications has of its own by HTTP: the account of what reached each party, and what was withheld and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.notifications import store
from services.notifications.domain import Readers
from services.notifications.domain.account import Withheld, accounts
from shared.runtime.books import Connection
from shared.runtime.http.door import Door
from shared.runtime.http.headers import uuid_of
from shared.runtime.http.problems import Refused
from shared.runtime.http.reading import reading, shown
from shared.runtime.http.rules import Whom

MAY_SEE: Final[Whom] = frozenset({"dinsos/coordinator", "dinsos/intake"})
"""Who answers for the cases may see who was told of them (R155)."""

MAY_SEE_ALL: Final[Whom] = MAY_SEE | {"*/operator"}
"""Counts over all cases tell of no child."""

log = structlog.get_logger()


class NotTold(msgspec.Struct, frozen=True):
    """A field (`*`: the notice itself) that was withheld, how often, by which row of the table and which rule."""

    type: str
    field: str
    row: str
    rule: str
    times: int


class PartyAccount(msgspec.Struct, frozen=True):
    """Of one party: how many notices of each type reached it, and what did not."""

    party: str
    profile: str
    reached: Mapping[str, int]
    withheld: tuple[NotTold, ...]


class Notice(msgspec.Struct, frozen=True):
    """A notice in a party's mailbox, without its data."""

    party: str
    number: int
    id: str
    type: str
    said_at: datetime
    processed_at: datetime | None


class Participation(msgspec.Struct, frozen=True):
    """A party's part in a case; `until` None while it lasts."""

    party: str
    way: str
    matter: UUID | None
    since: datetime
    until: datetime | None


class CaseAccount(msgspec.Struct, frozen=True):
    """The account of one case."""

    participation: tuple[Participation, ...]
    notices: tuple[Notice, ...]
    accounts: tuple[PartyAccount, ...]


class CityAccount(msgspec.Struct, frozen=True):
    """The account of all cases together."""

    accounts: tuple[PartyAccount, ...]


@dataclass(frozen=True, slots=True)
class Accounts:
    """`GET /account` and `GET /cases/{id}/account`."""

    readers: Readers
    pool: asyncpg.Pool
    door: Door

    async def city(self, request: Request) -> Response:
        """Show the account of all cases, in counts."""
        await self.door.caller(request, MAY_SEE_ALL)
        async with reading(self.pool) as sql:
            return shown(CityAccount(await self._accounts(sql, None)))

    async def case(self, request: Request) -> Response:
        """Show the account of one case; a look at it is noted in the log (R155)."""
        await self.door.caller(request, MAY_SEE)
        subject = uuid_of(request.path_params["case"])
        if subject is None:
            raise Refused("unknown-case")
        async with reading(self.pool) as sql:
            found = await self._case(sql, subject)
        log.info("account.shown", case_id=subject)
        return shown(found)

    async def _case(self, sql: Connection, subject: UUID) -> CaseAccount:
        taking = await store.participation(sql, subject)
        if not taking:
            raise Refused("unknown-case")
        told, counts = await store.notices(sql, subject), await self._accounts(sql, subject)
        return CaseAccount(
            tuple(Participation(row.party, row.way, row.matter, row.since, row.until) for row in taking),
            tuple(Notice(row.party, row.number, row.id, row.type, row.said_at, row.processed_at) for row in told),
            counts,
        )

    async def _accounts(self, sql: Connection, subject: UUID | None) -> tuple[PartyAccount, ...]:
        heard, reached = await store.heard(sql, subject), await store.reached(sql, subject)
        found = accounts(self.readers.profiles, self.readers.parties, heard, reached)
        return tuple(PartyAccount(a.party, a.profile, a.reached, tuple(map(self._told, a.withheld))) for a in found)

    def _told(self, withheld: Withheld) -> NotTold:
        type_, field, row, times = withheld
        return NotTold(type_, field, row, self.readers.profiles.rows[type_, field].rule, times)


def routes(readers: Readers, pool: asyncpg.Pool, door: Door) -> Sequence[BaseRoute]:
    """Return notifications' own routes."""
    of = Accounts(readers, pool, door)
    return [
        Route("/account", of.city, methods=["GET"]),
        Route("/cases/{case}/account", of.case, methods=["GET"]),
    ]
