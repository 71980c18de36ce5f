"""Routing's pages about limits: what runs, and what cannot wait."""

from typing import Final

from starlette.requests import Request

from services.routing import store
from services.routing.domain.referral import OwnerRow
from shared.runtime.books import Connection
from shared.runtime.http.headers import uuid_of
from shared.runtime.http.problems import Refused
from shared.runtime.http.rules import Whom

MAY_SEE_CASES: Final[Whom] = frozenset({"dinsos/officer", "dinsos/intake", "dinsos/coordinator"})
"""Who works on cases sees all that was asked in them; each look at one is noted in the log (R155)."""


async def case_named(sql: Connection, request: Request) -> OwnerRow:
    """Return whose the case is that a path names, by whichever of its names. Raises `Refused` for one unheard of."""
    named = uuid_of(request.path_params["case"])
    owner = await store.owner(sql, await store.case_of(sql, named)) if named else None
    if owner is None:
        raise Refused("unknown-case")
    return owner
