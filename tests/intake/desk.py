"""Intake as it answers by HTTP: its own app, engine and database, without a broker; and officers with credentials."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from prometheus_client import CollectorRegistry
from pydantic import JsonValue

from services.intake import keyring
from services.intake.app import create
from services.intake.settings import Settings
from shared.contracts.message import Caller
from shared.runtime.chance import Chance
from shared.runtime.http.keys import FileKeys, generate_keys
from shared.runtime.http.ports import Ports
from shared.runtime.http.tokens import issue
from shared.runtime.service import Service
from shared.runtime.submissions import CommandDesk
from shared.runtime.turns import Turns
from shared.runtime.web import app_of
from tests.runtime.http.fakes import FakeHealth, FakeOperations

OFFICER = Caller("dinsos", "intake", "uji-1")


def settings(folder: Path, dsn: str = "postgresql:///none", **more: Any) -> Settings:
    """Settings of a new intake, with keys of its own in `folder`."""
    secrets = {"token.key": "ab" * 32, "keyring.json": keyring.fresh("2026")}
    for name, text in secrets.items():
        (folder / name).write_text(text)
    if not (folder / "officers.json").exists():
        generate_keys(folder / "officers.json")
    return Settings(
        **{
            "postgres": dsn,
            "kafka": "127.0.0.1:9",
            "token_key_file": folder / "token.key",
            "jwks": str(folder / "officers.json"),
            "http_port": 1,
            "keyring": folder / "keyring.json",
            **more,
        }
    )


@dataclass
class Caught:
    """Stands for the subscription: it has read intake's own streams to the end."""

    ready: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Intake:
    """The service under test."""

    service: Service
    pool: asyncpg.Pool
    client: httpx.AsyncClient
    keys: Path
    caught_up: asyncio.Event
    """Cleared, commands are stored and decided later."""

    async def asks(
        self, command: str, caller: Caller = OFFICER, *, key: str, about: str = "", **data: JsonValue
    ) -> httpx.Response:
        """`POST /commands/<command>` at the hour of the tests."""
        headers = {"idempotency-key": key, **({"ce-subject": about} if about else {}), **self._signed(caller)}
        data = {"occurred_at": "2026-11-02T22:00:00+08:00", **data}
        return await self.client.post(f"/commands/{command}", json=data, headers=headers)

    async def looks(self, path: str, caller: Caller = OFFICER) -> httpx.Response:
        return await self.client.get(path, headers=self._signed(caller))

    def _signed(self, caller: Caller) -> dict[str, str]:
        private = json.loads((self.keys / "officers.private.json").read_text())
        return {"authorization": f"Bearer {issue(private, caller, issuer='senandung', now=time.time())}"}


@asynccontextmanager
async def an_intake(folder: Path, dsn: str) -> AsyncIterator[Intake]:
    """Intake on a migrated database."""
    service = create(settings(folder, dsn))
    async with asyncpg.create_pool(dsn, min_size=1, max_size=4) as pool:
        turns = Turns(pool, service.wiring, Chance(), "test", service.primary)
        caught = Caught()
        caught.ready.set()
        desk = CommandDesk(turns, caught, asyncio.Event())  # type: ignore[arg-type]  # it asks only whether we are ready
        ports = Ports(submissions=desk, health=FakeHealth(), operations=FakeOperations(),
                      sentence=service.wiring.sentence, registry=CollectorRegistry())  # fmt: skip
        app = app_of(service.settings, service.wiring, service.web, ports, pool, FileKeys(Path(service.settings.jwks)))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://intake") as client:
            yield Intake(service, pool, client, folder, caught.ready)
