"""A service's HTTP side: what the routes need, and the server that serves them from the first moment."""

import contextlib
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

import asyncpg
import httpx
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from shared.contracts.message import Caller
from shared.contracts.model import Command
from shared.contracts.topics import COMMAND_TYPES, PARTIES
from shared.runtime.http.app import application
from shared.runtime.http.door import Door
from shared.runtime.http.keys import FileKeys, Keys, UrlKeys
from shared.runtime.http.ports import Ports
from shared.runtime.http.rules import Rules, Transform
from shared.runtime.http.tokens import Tokens
from shared.runtime.settings import EngineSettings
from shared.runtime.wiring import Wiring

ROLES: Final = frozenset({"officer", "intake", "coordinator", "house", "companion", "operator"})
"""What an officer's token may say of its holder; a mailbox acts as `system`."""

Routes: TypeAlias = Callable[[asyncpg.Pool, Door], Sequence[BaseRoute]]


@dataclass(frozen=True, slots=True)
class Web:
    """What a service has of its own by HTTP. `effects`: whether a caller may see the facts its commands led to."""

    routes: Routes = lambda _pool, _door: ()
    transforms: Mapping[str, Transform] = field(default_factory=dict)
    effects: Callable[[Caller], bool] = lambda _: False


@contextlib.asynccontextmanager
async def keys_of(settings: EngineSettings) -> AsyncIterator[Keys]:
    """The keys that officers' tokens are checked against, with the connections that fetching them needs."""
    if "://" not in settings.jwks:
        yield FileKeys(Path(settings.jwks))
        return
    async with httpx.AsyncClient(timeout=5) as client:
        yield UrlKeys(settings.jwks, client)


def app_of(  # noqa: PLR0917 - what a service is put together from
    settings: EngineSettings, wiring: Wiring, web: Web, ports: Ports, pool: asyncpg.Pool, keys: Keys
) -> Starlette:
    """The whole HTTP application of a service."""
    tokens = Tokens(keys, issuer=settings.issuer, parties=frozenset(PARTIES), roles=ROLES)
    rules = Rules(
        service=wiring.domain.name,
        commands=tuple(sorted((t for t in wiring.domain.decides if issubclass(t, Command)), key=lambda t: t.type)),
        elsewhere=frozenset(COMMAND_TYPES) - wiring.domain.commands,
        effects=web.effects,
        retry_key=hmac.digest(settings.token_key, b"retry", hashlib.sha256),
        transforms=web.transforms,
        statuses=dict.fromkeys(("where-a-child-sleeps", "consent-missing", "companion-excluded"), 403),
    )
    return application(ports, tokens, rules, lambda door: web.routes(pool, door))
