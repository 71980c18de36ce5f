"""Liveness, readiness and metrics: how the service is, for whatever watches it; nothing of what it holds."""

from dataclasses import dataclass

import msgspec
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.runtime.http.commands import JSON
from shared.runtime.http.ports import Health


class Readiness(msgspec.Struct, frozen=True):
    """Whether requests should come here, and if not, what is missing."""

    ready: bool
    missing: tuple[str, ...]


class Liveness(msgspec.Struct, frozen=True):
    """Whether the process is any good; if not, it should be started anew."""

    alive: bool


@dataclass(frozen=True, slots=True)
class HealthRoutes:
    """Three routes without credentials: a reverse proxy passes on none of them."""

    health: Health
    registry: CollectorRegistry

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("/health/live", self.live, methods=["GET"]),
            Route("/health/ready", self.ready, methods=["GET"]),
            Route("/metrics", self.metrics, methods=["GET"]),
        ]

    async def live(self, _: Request) -> Response:
        """200, or 503 where only a restart can help."""
        alive = self.health.alive()
        return Response(msgspec.json.encode(Liveness(alive)), 200 if alive else 503, None, JSON)

    async def ready(self, _: Request) -> Response:
        """200, or 503 with what is missing."""
        missing = tuple(self.health.missing())
        body = msgspec.json.encode(Readiness(not missing, missing))
        return Response(body, 503 if missing else 200, None, JSON)

    async def metrics(self, _: Request) -> Response:
        """All metrics of the process in Prometheus' text format."""
        return Response(generate_latest(self.registry), 200, None, CONTENT_TYPE_LATEST)
