"""The HTTP side of a service, put together."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from shared.runtime.http.commands import CommandRoutes
from shared.runtime.http.door import Door
from shared.runtime.http.headers import SecurityHeaders
from shared.runtime.http.health import HealthRoutes
from shared.runtime.http.limits import Buckets, TimeLimit
from shared.runtime.http.openapi import document_route
from shared.runtime.http.operations import OperationRoutes
from shared.runtime.http.ports import Ports
from shared.runtime.http.problems import Problems
from shared.runtime.http.rules import Rules
from shared.runtime.http.tokens import Tokens
from shared.runtime.http.watch import Meters, Watch

More: TypeAlias = Callable[[Door], Sequence[BaseRoute]]
"""A service's own routes, which let in nobody past the door."""


def application(ports: Ports, tokens: Tokens, rules: Rules, more: More = lambda _: ()) -> Starlette:
    """Everything that a service answers by HTTP. Metrics of requests are added to the registry in `ports`."""
    door, problems = (
        Door(tokens, Buckets(rules.limits.rate, rules.limits.burst)),
        Problems(ports.sentence, rules.statuses),
    )
    app = Starlette(
        routes=[*more(door), *routes(ports, door, rules, problems)],
        middleware=[
            Middleware(Watch, meters=Meters(ports.registry)),
            Middleware(SecurityHeaders),
            Middleware(TimeLimit, seconds=rules.limits.seconds, problems=problems),
        ],
        exception_handlers=problems.handlers(),
    )
    app.router.redirect_slashes = False
    return app


def routes(ports: Ports, door: Door, rules: Rules, problems: Problems) -> list[Route]:
    """The routes that every service has."""
    commands = CommandRoutes(ports.submissions, door, rules, problems)
    return [
        *HealthRoutes(ports.health, ports.registry).routes(),
        document_route(rules),
        Route("/commands/{type}", commands.submit, methods=["POST"]),
        Route("/commands/{id}", commands.outcome, methods=["GET"]),
        *OperationRoutes(ports.operations, door, rules).routes(),
    ]
