"""How much, how fast and how long: limits that a request must keep."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime.http.problems import Problems, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`body` in bytes; `seconds` for a whole request, `body_seconds` for the arrival of its body.

    `rate` is how many requests a second an agency may go on sending, `burst` how many at once.
    """

    body: int = 1_048_576
    seconds: float = 15
    body_seconds: float = 10
    rate: float = 50
    burst: int = 200


@dataclass(slots=True)
class Buckets:
    """A token bucket for each agency. Names must be verified ones, for each is kept."""

    rate: float
    burst: int
    clock: Callable[[], float] = time.monotonic
    levels: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, name: str) -> None:
        """Count one request. Raises `Refused` with `too-many-requests`, and how long to wait."""
        now = self.clock()
        level, at = self.levels.get(name, (float(self.burst), now))
        level = min(float(self.burst), level + (now - at) * self.rate)
        if level < 1:
            raise Refused("too-many-requests", wait=(1 - level) / self.rate)
        self.levels[name] = (level - 1, now)


class TimeLimit:
    """ASGI middleware: a request that takes too long is given up and told so, as long as nothing was answered."""

    def __init__(self, app: ASGIApp, *, seconds: float, problems: Problems) -> None:
        self.app, self.seconds, self.problems = app, seconds, problems

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = asyncio.timeout(self.seconds)
        try:
            async with limit:
                await self.app(scope, receive, watched)
        except TimeoutError:
            if started or not limit.expired():
                raise
            await self.problems.response(Refused("not-ready", wait=1))(scope, receive, send)
