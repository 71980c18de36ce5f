"""An officer who acts by HTTP, with a short-lived token of its agency."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
from pydantic import JsonValue

from shared.contracts.message import Caller
from shared.contracts.model import Command
from shared.runtime.http.tokens import issue


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service said."""

    status: int
    body: dict[str, JsonValue]

    def text(self, name: str) -> str:
        """A field as text."""
        return str(self.body.get(name, ""))


@dataclass(frozen=True, slots=True)
class Officer:
    """`services` are addresses by name; `keys` is the folder of the city's secrets."""

    caller: Caller
    services: Mapping[str, str]
    keys: Path
    sent: list[tuple[str, str]]
    """Agency and key of every command by HTTP."""

    def headers(self) -> dict[str, str]:
        """The credential, for 15 minutes."""
        private = json.loads((self.keys / "officers.private.json").read_text())
        return {"authorization": f"Bearer {issue(private, self.caller, issuer='senandung', now=time.time())}"}

    async def does(
        self, command: Command, subject: str = "", *, key: str = "", extra: Mapping[str, JsonValue] | None = None
    ) -> Answer:
        """Send a command to the service that decides it; `extra` adds fields that only HTTP takes."""
        headers = self.headers() | {"idempotency-key": key or str(uuid4())}
        self.sent.append((self.caller.agency, headers["idempotency-key"]))
        if subject:
            headers["ce-subject"] = subject
        data = command.model_dump(mode="json", exclude_none=True) | dict(extra or {})
        async with httpx.AsyncClient(timeout=20, trust_env=False) as client:
            url = f"{self.services[command.decider]}/commands/{command.type}"
            return _answer(await client.post(url, headers=headers, json=data))

    async def asks(self, service: str, path: str) -> Answer:
        """Look something up."""
        return await self.sends(service, "GET", path)

    async def sends(self, service: str, method: str, path: str, body: JsonValue = None) -> Answer:
        """Any request of this officer to a service."""
        async with httpx.AsyncClient(timeout=20, trust_env=False) as client:
            url = self.services[service] + path
            return _answer(await client.request(method, url, headers=self.headers(), json=body))

    async def reads(self, service: str, path: str) -> str:
        """A text that is no JSON. Raises `httpx.HTTPStatusError`."""
        async with httpx.AsyncClient(timeout=20, trust_env=False) as client:
            response = await client.get(self.services[service] + path, headers=self.headers())
            return response.raise_for_status().text


def _answer(response: httpx.Response) -> Answer:
    body = response.json() if response.content else {}
    return Answer(response.status_code, body if isinstance(body, dict) else {"items": body})
