"""What shelter has of its own by HTTP: where a child is, who had it when, and how full the houses are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import asyncpg
import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.shelter import store
from services.shelter.domain.custody import CustodyRow
from services.shelter.domain.house import Houses, Unit, today
from services.shelter.domain.keeper import DINSOS
from services.shelter.domain.whereabouts import may_know
from shared.runtime.books import Connection
from shared.runtime.http.door import Door
from shared.runtime.http.headers import uuid_of
from shared.runtime.http.problems import Refused
from shared.runtime.http.reading import reading, shown
from shared.runtime.http.rules import Whom

MAY_SEE_CUSTODY: Final[Whom] = frozenset({"dinsos/officer", "dinsos/intake", "dinsos/coordinator", "dinsos/house"})
"""Who works on cases may see every movement of a child; each look is noted in the log (R155)."""
MAY_SEE_HOUSES: Final[Whom] = MAY_SEE_CUSTODY
"""How full a house is tells of no child, but where there are children."""

log = structlog.get_logger()


class Whereabouts(msgspec.Struct, frozen=True):
    """Who has the child now. `house` is a code: no address is anywhere in this system (R88)."""

    kind: str
    party: str | None
    house: str | None
    since: datetime
    disputed: bool


class Spell(msgspec.Struct, frozen=True):
    """Who had the child from when until when, by which act and rule; `until` None is now."""

    kind: str
    party: str | None
    house: str | None
    since: datetime
    until: datetime | None
    act: str
    rule: str


class Dispute(msgspec.Struct, frozen=True):
    """A movement that did not fit, and when the next that did settled it."""

    at: datetime
    held: str
    claimed: str
    act: str
    by: str
    settled: datetime | None


class Custody(msgspec.Struct, frozen=True):
    """The whole history of one child."""

    spells: tuple[Spell, ...]
    disputes: tuple[Dispute, ...]


class Adrift(msgspec.Struct, frozen=True):
    """A child whom nobody is known to have, and since when."""

    case: UUID
    since: datetime


class House(msgspec.Struct, frozen=True):
    """A house whose beds are counted here; `takes_children` is False where adults are sheltered too (R88)."""

    code: str
    kind: str
    name_id: str
    name_en: str
    takes_children: bool
    beds: int
    held: int
    admitted: int


class Occupancy(msgspec.Struct, frozen=True):
    """How full the houses are, and how many children wait for each kind."""

    houses: tuple[House, ...]
    waiting: dict[str, int]


@dataclass(frozen=True, slots=True)
class Places:
    """`GET /cases/{id}/whereabouts`, `GET /cases/{id}/custody`, `GET /adrift` and `GET /houses`."""

    houses: Houses
    pool: asyncpg.Pool
    door: Door

    async def whereabouts(self, request: Request) -> Response:
        """Tell Dinsos and the two parties of an open leg; of all others even the question is refused (R88)."""
        caller = await self.door.caller(request)
        named = uuid_of(request.path_params["case"])
        async with reading(self.pool) as sql:
            subject = await store.case_of(sql, named) if named else None
            legs = await store.parties_of_open_legs(sql, subject) if subject else ()
            if not may_know(caller.agency, legs):
                raise Refused("where-a-child-sleeps", status=403, who_could=(DINSOS,))
            found = await _whereabouts(sql, subject)
        log.info("whereabouts.shown", case_id=subject)
        return shown(found)

    async def custody(self, request: Request) -> Response:
        """Show who had the child when, under which rule, until when."""
        await self.door.caller(request, MAY_SEE_CUSTODY)
        named = uuid_of(request.path_params["case"])
        if named is None:
            raise Refused("unknown-case")
        async with reading(self.pool) as sql:
            subject = await store.case_of(sql, named)
            found = await _custody(sql, subject)
        log.info("custody.shown", case_id=subject)
        return shown(found)

    async def adrift(self, request: Request) -> Response:
        """Show the children of open cases of whom nobody knows who has them (R87a, R148)."""
        await self.door.caller(request, MAY_SEE_CUSTODY)
        async with reading(self.pool) as sql:
            found = await store.adrift(sql)
        log.info("adrift.shown", children=len(found))
        return shown([Adrift(row.subject, row.since) for row in found])

    async def occupancy(self, request: Request) -> Response:
        """Show how full the houses are."""
        await self.door.caller(request, MAY_SEE_HOUSES)
        async with reading(self.pool) as sql:
            occupied, waiting = await store.occupied(sql), await store.waiting(sql)
        day = today(datetime.now(UTC))
        units = [self.houses.of(code, day) for code in self.houses.codes if self.houses.counted(code, day)]
        return shown(Occupancy(tuple(_house(unit, occupied) for unit in units), waiting))


async def _whereabouts(sql: Connection, subject: UUID | None) -> Whereabouts:
    now = await store.custodian(sql, subject) if subject else None
    if subject is None or now is None:
        raise Refused("unknown-case")
    return Whereabouts(now.kind, now.party, now.house, now.since, await store.disputed(sql, subject))


async def _custody(sql: Connection, subject: UUID) -> Custody:
    spells = await store.custody(sql, subject)
    if not spells:
        raise Refused("unknown-case")
    disputes = await store.disputes(sql, subject)
    return Custody(
        tuple(map(_spell, spells)),
        tuple(Dispute(d.at, d.held_party, d.claimed_party, d.act, d.by_party, d.settled) for d in disputes),
    )


def _spell(row: CustodyRow) -> Spell:
    return Spell(row.kind, row.party, row.house, row.since, row.until, row.act, row.rule)


def _house(units: tuple[Unit, ...], occupied: dict[str, store.Occupied]) -> House:
    first = units[0]
    taken = occupied.get(first.house, store.Occupied(first.house, 0, 0))
    children = all(unit.child_only for unit in units)
    beds = sum(len(unit.beds) for unit in units)
    return House(first.house, first.kind, first.name_id, first.name_en, children, beds, taken.held, taken.admitted)


def routes(houses: Houses, pool: asyncpg.Pool, door: Door) -> Sequence[BaseRoute]:
    """Return shelter's own routes."""
    places = Places(houses, pool, door)
    return [
        Route("/cases/{case}/whereabouts", places.whereabouts, methods=["GET"]),
        Route("/cases/{case}/custody", places.custody, methods=["GET"]),
        Route("/adrift", places.adrift, methods=["GET"]),
        Route("/houses", places.occupancy, methods=["GET"]),
    ]
