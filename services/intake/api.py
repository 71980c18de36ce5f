"""What intake has of its own by HTTP: identity in clear is sealed before it is stored; a case, and its duplicates."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, TypeAlias
from uuid import UUID

import asyncpg
import msgspec
import structlog
from pydantic import Field, JsonValue, create_model
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.intake import box, store
from services.intake.domain.report import ReportRow
from services.intake.identity import Identity, NotAnIdentity, read
from services.intake.keyring import Keyring
from shared.contracts.commands import AddIdentity, ReportChild, ReportedChild
from shared.contracts.model import Sealed
from shared.runtime.books import Connection
from shared.runtime.http.door import Door
from shared.runtime.http.headers import uuid_of
from shared.runtime.http.problems import Refused
from shared.runtime.http.reading import reading, shown
from shared.runtime.http.rules import Transform, Whom

MAY_SEE_DUPLICATES: Final[Whom] = frozenset({"dinsos/intake"})
"""Who links cases of one child; nobody else learns that there may be another (R100, R156)."""
MAY_SEE_CASES: Final[Whom] = frozenset({"dinsos/officer", "dinsos/intake", "dinsos/coordinator"})
"""Who works on cases; each look at one is noted in the log (R155)."""

Of: TypeAlias = "Callable[[Connection, ReportRow], Awaitable[Case | PossibleDuplicates]]"

log = structlog.get_logger()

# -- identity in clear ------------------------------------------------------------------------------------------------

_Child = create_model("ReportedChildByHttp", __base__=ReportedChild, identity=(Sealed | Identity | None, None))
_Report = create_model(
    "ReportChildByHttp",
    __base__=ReportChild,
    children=(Annotated[tuple[_Child, ...], Field(min_length=1, max_length=30)], ...),
)
_Added = create_model("AddIdentityByHttp", __base__=AddIdentity, identity=(Sealed | Identity, ...))


@dataclass(frozen=True, slots=True)
class Sealing:
    """Seals what officers write in clear to intake's own key, so that no table of commands ever holds a name.

    What is sealed already, or has not the form of a command at all, is left to the command's contract.
    """

    kid: str
    public_key: bytes

    def report(self, data: JsonValue) -> JsonValue:
        """Seal the identity of each child of a report. Raises `Refused`."""
        if not isinstance(data, dict) or not isinstance(children := data.get("children"), list):
            return data
        return {**data, "children": [self._child(f"children.{n}", child) for n, child in enumerate(children)]}

    def added(self, data: JsonValue) -> JsonValue:
        """Seal an identity learnt later. Raises `Refused`."""
        return self._child("", data)

    def _child(self, where: str, child: JsonValue) -> JsonValue:
        identity = child.get("identity") if isinstance(child, dict) else None
        if not isinstance(child, dict) or not isinstance(identity, dict) or identity.keys() == {"kid", "box"}:
            return child
        return {**child, "identity": self._sealed(f"{where}.identity".lstrip("."), identity)}

    def _sealed(self, where: str, identity: dict[str, JsonValue]) -> JsonValue:
        data = to_json(identity)
        try:
            read(data)
        except NotAnIdentity as wrong:
            raise Refused("identity-not-readable", where=tuple(f"{where}.{name}" for name in wrong.where)) from None
        return box.seal(data, self.kid, self.public_key).model_dump()


def transforms(keyring: Keyring) -> Mapping[str, Transform]:
    """Return what is done to commands that may hold an identity in clear, before they are stored or handed on."""
    sealing = Sealing(*keyring.seals)
    return {
        ReportChild.type: Transform(sealing.report, _Report),
        AddIdentity.type: Transform(sealing.added, _Added),
    }


# -- cases ------------------------------------------------------------------------------------------------------------


class Category(msgspec.Struct, frozen=True):
    """Somebody's word that the child belongs to a category."""

    assertion: UUID
    category: str
    national_code: str | None
    asserted_by: str
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
    categories: tuple[Category, ...]
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
    links = (Link(*row[1:]) for row in await store.links(sql, case))
    closing = await store.closing(sql, case)
    return Case(
        {name: value for name, value in report._asdict().items() if name != "subject"},
        risk.risk if risk else None,
        tuple(categories),
        tuple(links),
        closing and Closing(*closing[1:-1], tuple(closing.still_open.split())),
    )


async def _duplicates(sql: Connection, report: ReportRow) -> PossibleDuplicates:
    found = await store.possible_duplicates(sql, report.subject)
    warnings = await store.warnings(sql, report.subject)
    pairs = (PossibleDuplicate(each.other, tuple(each.kinds), each.found_at, each.linked) for each in found)
    return PossibleDuplicates(tuple(pairs), tuple(warnings))


def routes(pool: asyncpg.Pool, door: Door) -> Sequence[BaseRoute]:
    """Return intake's own routes."""
    of_cases = CaseRoutes(pool, door)
    return [
        Route("/cases/{case}", of_cases.case, methods=["GET"]),
        Route("/cases/{case}/possible-duplicates", of_cases.duplicates, methods=["GET"]),
    ]
