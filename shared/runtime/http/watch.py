"""Every request measured, told in the log, and part of a trace."""

import time
from dataclasses import dataclass, field
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime.http.headers import traceparent_of

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

log = structlog.get_logger()


class Meters:
    """What is measured of requests; `route` is the pattern, never the path, which holds ids."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "senandung_http_requests",
            "Requests answered, by route, method and status.",
            ("route", "method", "status"),
            registry=registry,
        )
        self.seconds = Histogram(
            "senandung_http_seconds",
            "Seconds from a request to the end of its answer, by route.",
            ("route",),
            registry=registry,
        )


@dataclass(slots=True)
class _Seen:
    """One request under way. An answer that never began is a failure."""

    scope: Scope
    started: float = field(default_factory=time.perf_counter)
    status: int = 500

    @property
    def route(self) -> str:
        route = self.scope.get("route")
        return route.path if isinstance(route, Route) else "none"

    @property
    def method(self) -> str:
        method: str = self.scope["method"]
        return method if method in _METHODS else "other"


class Watch:
    """ASGI middleware, the outermost of ours: puts `traceparent` into the request's state and the log's context."""

    def __init__(self, app: ASGIApp, *, meters: Meters) -> None:
        self.app, self.meters = app, meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        trace = traceparent_of(Headers(scope=scope).getlist("traceparent"))
        scope.setdefault("state", {})["traceparent"] = trace
        seen = _Seen(scope)

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
            await send(message)

        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(trace=trace[3:35])
        try:
            await self.app(scope, receive, noted)
        finally:
            self._tell(seen)
            structlog.contextvars.clear_contextvars()

    def _tell(self, seen: _Seen) -> None:
        seconds = time.perf_counter() - seen.started
        self.meters.requests.labels(seen.route, seen.method, str(seen.status)).inc()
        self.meters.seconds.labels(seen.route).observe(seconds)
        quiet = seen.route.startswith(("/health", "/metrics")) and seen.status == 200
        say = log.debug if quiet else log.info
        say("http.answered", method=seen.method, route=seen.route, status=seen.status, ms=round(seconds * 1000))
