"""A service as it answers by HTTP: its own app on a database, without an engine or a broker; and who asks it."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import asyncpg
import httpx
from prometheus_client import CollectorRegistry

import shared.runtime.migrations as engine
from shared.contracts.message import Caller
from shared.runtime.http.keys import FileKeys, generate_keys
from shared.runtime.http.ports import Ports
from shared.runtime.http.tokens import issue
from shared.runtime.service import Service
from shared.runtime.settings import EngineSettings
from shared.runtime.web import app_of
from tests.harness import Desk
from tests.runtime.http.fakes import FakeHealth, FakeOperations, FakeSubmissions

S = TypeVar("S", bound=EngineSettings)
COORDINATOR = Caller("dinsos", "coordinator", "uji-1")


def schema(migrations: ModuleType) -> list[Path]:
    """The engine's SQL files and a service's own, in their order."""
    return [path for package in (engine, migrations) for path in sorted(Path(package.__path__[0]).glob("*.sql"))]


def settings_of(kind: type[S], folder: Path, dsn: str = "postgresql:///none", **more: Any) -> S:
    """Settings of a service in a new city, with keys of its own in `folder`."""
    (folder / "token.key").write_text("ab" * 32)
    if not (folder / "officers.json").exists():
        generate_keys(folder / "officers.json")
    fields = {"postgres": dsn, "kafka": "127.0.0.1:9", "token_key_file": folder / "token.key", "http_port": 1, **more}
    return kind(jwks=str(folder / "officers.json"), **fields)


@dataclass
class Office:
    """The service's HTTP side on its database."""

    client: httpx.AsyncClient
    pool: asyncpg.Pool
    keys: Path

    async def looks(self, path: str, caller: Caller = COORDINATOR) -> httpx.Response:
        """A page, as an officer sees it."""
        private = json.loads((self.keys / "officers.private.json").read_text())
        token = issue(private, caller, issuer="senandung", now=time.time())
        return await self.client.get(path, headers={"authorization": f"Bearer {token}"})

    async def holds(self, *desks: Desk) -> None:
        """Write the read rows of cases as the engine does."""
        for desk in desks:
            for kind, table in desk.domain.tables.items():
                records = desk.rows(kind)
                await self.pool.copy_records_to_table(table.name, records=records, columns=kind._fields)  # type: ignore[attr-defined]  # a NamedTuple
            for alias in desk.domain.aliases(desk.state):
                await self.pool.execute("INSERT INTO aliases VALUES ($1, $2)", alias, desk.subject)


@asynccontextmanager
async def an_office(service: Service, keys: Path) -> AsyncIterator[Office]:
    """A service on its migrated database; `keys` is the folder of its settings."""
    async with asyncpg.create_pool(service.settings.postgres, min_size=1, max_size=2) as pool:
        ports = Ports(
            submissions=FakeSubmissions(), health=FakeHealth(), operations=FakeOperations(),
            sentence=service.wiring.sentence, registry=CollectorRegistry(),
        )  # fmt: skip
        app = app_of(service.settings, service.wiring, service.web, ports, pool, FileKeys(Path(service.settings.jwks)))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://senandung") as client:
            yield Office(client, pool, keys)
