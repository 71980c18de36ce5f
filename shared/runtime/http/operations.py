"""`/operations`, for operators: what waits, positions, saying again; and all that is known of a subject, for few."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Final, TypeVar
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.contracts.directory.codes import DiscardReason
from shared.runtime.http.body import parse_json, read_body
from shared.runtime.http.commands import JSON
from shared.runtime.http.door import Door
from shared.runtime.http.ports import MAX_PAGE, Operations, PositionRow, Unavailable, Unknown, WaitingRow
from shared.runtime.http.problems import Refused
from shared.runtime.http.rules import Rules

_BIGINT: Final = 2**63
Topic = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,249}(?![\s\S])")]
"""Python takes `$` for an end before a last newline too, and not every reader of the document knows `\\Z`."""
B = TypeVar("B", bound=msgspec.Struct)


class Discard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Set aside a message, and why."""

    reason: DiscardReason


class Resend(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Say again what was said in a stream, of one subject or of all, from a sequence on."""

    stream: Topic
    subject: UUID | None = None
    from_sequence: Annotated[int, msgspec.Meta(ge=1, lt=2**31)] = 1


class AcceptPosition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Read on in a log that is not the one that was read."""

    topic: Topic
    partition: Annotated[int, msgspec.Meta(ge=0, lt=2**31)]


class WaitingPage(msgspec.Struct, frozen=True):
    """The newest first; `next` is the `before` of the page that follows, null on the last."""

    waiting: tuple[WaitingRow, ...]
    next: int | None


class PositionList(msgspec.Struct, frozen=True):
    """Every partition."""

    positions: tuple[PositionRow, ...]


class Resent(msgspec.Struct, frozen=True):
    """How many facts are on their way again."""

    count: int


@dataclass(frozen=True, slots=True)
class OperationRoutes:
    """The operators' routes; who acts is handed on with each act, for its record."""

    operations: Operations
    door: Door
    rules: Rules

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("/operations/waiting", self.waiting, methods=["GET"]),
            Route("/operations/waiting/{id}/retry", self.retry, methods=["POST"]),
            Route("/operations/waiting/{id}/discard", self.discard, methods=["POST"]),
            Route("/operations/resend", self.resend, methods=["POST"]),
            Route("/operations/positions", self.positions, methods=["GET"]),
            Route("/operations/positions/accept", self.accept_position, methods=["POST"]),
        ]

    async def waiting(self, request: Request) -> Response:
        """A page of what waits."""
        await self.door.caller(request, self.rules.operators)
        limit, before = _number(request, "limit") or 100, _number(request, "before")
        if limit > MAX_PAGE:
            raise Refused("malformed", where=("limit",))
        async with _asked():
            rows = tuple(await self.operations.waiting(limit, before))
        return _json(WaitingPage(rows, rows[-1].id if len(rows) == limit else None))

    async def retry(self, request: Request) -> Response:
        """Try again what waits."""
        caller, id_ = await self.door.caller(request, self.rules.operators), _row(request)
        async with _asked():
            await self.operations.retry(id_, caller)
        return Response(status_code=204)

    async def discard(self, request: Request) -> Response:
        """Set aside what waits."""
        caller, id_ = await self.door.caller(request, self.rules.operators), _row(request)
        asked = await self._body(request, Discard)
        async with _asked():
            await self.operations.discard(id_, asked.reason, caller)
        return Response(status_code=204)

    async def resend(self, request: Request) -> Response:
        """Say again what was said."""
        caller = await self.door.caller(request, self.rules.operators)
        asked = await self._body(request, Resend)
        async with _asked():
            count = await self.operations.resend(asked.stream, asked.subject, asked.from_sequence, caller)
        return _json(Resent(count))

    async def positions(self, request: Request) -> Response:
        """Where this service reads on."""
        await self.door.caller(request, self.rules.operators)
        async with _asked():
            return _json(PositionList(tuple(await self.operations.positions())))

    async def accept_position(self, request: Request) -> Response:
        """Take a log as it now is."""
        caller = await self.door.caller(request, self.rules.operators)
        asked = await self._body(request, AcceptPosition)
        async with _asked():
            await self.operations.accept_positions(asked.topic, asked.partition, caller)
        return Response(status_code=204)

    async def _body(self, request: Request, kind: type[B]) -> B:
        sent = await read_body(request, self.rules.limits)
        parse_json(sent)
        try:
            return msgspec.json.decode(sent, type=kind)
        except msgspec.ValidationError:
            raise Refused("malformed", where=("body",)) from None


@asynccontextmanager
async def _asked() -> AsyncIterator[None]:
    """What the port raises, as refusals."""
    try:
        yield
    except Unknown:
        raise Refused("not-found") from None
    except Unavailable:
        raise Refused("not-ready") from None


def _row(request: Request) -> int:
    """The row in the path. Raises `Refused` with `not-found`, as for a row that is not there."""
    id_ = _positive(request.path_params["id"])
    if id_ is None:
        raise Refused("not-found")
    return id_


def _number(request: Request, name: str) -> int | None:
    """A positive number in the query. Raises `Refused` with `malformed`."""
    values = request.query_params.getlist(name)
    if not values:
        return None
    number = _positive(values[0])
    if len(values) > 1 or number is None:
        raise Refused("malformed", where=(name,))
    return number


def _positive(text: str) -> int | None:
    """The number that a text is, of those that the database can hold."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return number if 0 < number < _BIGINT else None


def _json(body: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(body), 200, None, JSON)
