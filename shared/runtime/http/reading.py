"""What a service's own pages stand on: a connection to read rows with, and what was found, as JSON."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import msgspec
from starlette.responses import Response

from shared.runtime.books import Connection
from shared.runtime.http.problems import Refused
from shared.runtime.turns import AWAY


@asynccontextmanager
async def reading(pool: asyncpg.Pool) -> AsyncIterator[Connection]:
    """A connection for one answer. While the database is away: `Refused` with `not-ready` (503)."""
    try:
        async with pool.acquire() as sql:
            yield sql
    except AWAY:
        raise Refused("not-ready") from None


def shown(found: object) -> Response:
    """What was found, structs of msgspec or lists of them, as JSON."""
    return Response(msgspec.json.encode(found), media_type="application/json")
