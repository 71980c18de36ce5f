"""Letting callers in: who they are, whether that is one of ours, and not too often."""

from dataclasses import dataclass

import structlog
from starlette.requests import Request

from shared.contracts.message import Caller
from shared.runtime.http.headers import BadHeader, one
from shared.runtime.http.limits import Buckets
from shared.runtime.http.problems import Refused
from shared.runtime.http.rules import Whom, among
from shared.runtime.http.tokens import NotAParty, NotSignedIn, Tokens

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Door:
    """What every route asks first. All who are not let in are told the same; why stands in the log."""

    tokens: Tokens
    buckets: Buckets

    async def caller(self, request: Request, whom: Whom | None = None) -> Caller:
        """The verified caller, who must be one of `whom` where that is given.

        Raises `Refused`: `not-signed-in` (401), `not-permitted` (403), `too-many-requests` (429).
        """
        caller = await self._verified(request)
        structlog.contextvars.bind_contextvars(agency=caller.agency, role=caller.role, officer=caller.officer)
        self.buckets.take(caller.agency)
        if whom is not None and not among(caller, whom):
            raise Refused("not-permitted")
        return caller

    async def _verified(self, request: Request) -> Caller:
        try:
            return await self.tokens.caller(one(request, "authorization"))
        except NotSignedIn as refused:
            log.info("http.not-signed-in", why=refused.why)
        except BadHeader:
            log.info("http.not-signed-in", why="bad-header")
        except NotAParty:
            log.warning("http.not-a-party")
            raise Refused("not-permitted") from None
        raise Refused("not-signed-in")
