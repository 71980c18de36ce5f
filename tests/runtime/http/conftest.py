"""An application on fakes, and callers with credentials for it."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
import structlog
from joserfc.jwk import OKPKey
from prometheus_client import CollectorRegistry
from pydantic import BaseModel, JsonValue
from starlette.applications import Starlette

from shared.contracts.commands import AddIdentity, AssessRisk, ReportChild
from shared.contracts.message import Caller
from shared.runtime.http.app import application
from shared.runtime.http.ports import Ports
from shared.runtime.http.problems import Refused
from shared.runtime.http.rules import Rules, Transform
from shared.runtime.http.tokens import Tokens, issue
from tests.runtime.http.fakes import AT, FakeHealth, FakeOperations, FakeSubmissions, FixedKeys

ISSUER = "https://masuk.contoh"
NOW = AT.timestamp()
KEY = OKPKey.generate_key("Ed25519", auto_kid=True)
OFFICER = Caller("dinsos", "officer", "uji-1")
OPERATOR = Caller("dinsos", "operator", "uji-9")
COMMAND = {"occurred_at": "2026-11-02T21:30:00+08:00", "risk": "high"}


class Sentence(BaseModel):
    """What the transform of `add-identity` takes."""

    occurred_at: str
    words: str


def sealed(parsed: JsonValue) -> JsonValue:
    """Another box each time, as a real seal."""
    match parsed:
        case {"occurred_at": str(at), "words": str()}:
            sealed.count += 1  # type: ignore[attr-defined]
            return {"occurred_at": at, "identity": {"kid": "k1", "box": f"box{sealed.count}"}}  # type: ignore[attr-defined]
        case _:
            raise Refused("malformed", where=("words",))


sealed.count = 0  # type: ignore[attr-defined]


def rules() -> Rules:
    """Of a service that decides three commands and knows of a fourth."""
    return Rules(
        service="uji",
        commands=(ReportChild, AssessRisk, AddIdentity),
        elsewhere=frozenset({"accept-referral"}),
        transforms={"add-identity": Transform(sealed, Sentence)},
        effects=lambda caller: caller.agency == "dinsos",
        retry_key=b"k" * 32,
    )


@dataclass
class Side:
    """The HTTP side under test; change `rules` before the first request."""

    submissions: FakeSubmissions = field(default_factory=FakeSubmissions)
    health: FakeHealth = field(default_factory=FakeHealth)
    operations: FakeOperations = field(default_factory=FakeOperations)
    rules: Rules = field(default_factory=rules)
    now: float = NOW

    def app(self) -> Starlette:
        ports = Ports(
            submissions=self.submissions, health=self.health, operations=self.operations,
            sentence=lambda code: (f"id {code}", f"en {code}"), registry=CollectorRegistry(),
        )  # fmt: skip
        return application(ports, self.tokens(), self.rules)

    def tokens(self) -> Tokens:
        return Tokens(
            FixedKeys(KEY), issuer=ISSUER, parties=frozenset({"dinsos", "dinkes"}),
            roles=frozenset({"officer", "coordinator", "operator"}), clock=lambda: self.now,
        )  # fmt: skip

    def limited(self, **limits: Any) -> None:
        self.rules = replace(self.rules, limits=replace(self.rules.limits, **limits))


@pytest.fixture
def side() -> Side:
    return Side()


@pytest.fixture
async def http(side: Side) -> AsyncIterator[Callable[..., Any]]:
    """Asks the application: method, path, and caller, who is an officer of Dinsos unless said otherwise."""
    clients: list[httpx.AsyncClient] = []

    async def ask(method: str, path: str, caller: Caller | None = OFFICER, **request: Any) -> httpx.Response:
        if not clients:
            transport = httpx.ASGITransport(side.app(), raise_app_exceptions=False)
            clients.append(httpx.AsyncClient(transport=transport, base_url="http://senandung"))
        headers = httpx.Headers(request.pop("headers", None))
        if caller is not None:
            headers.setdefault("authorization", bearer(caller))
        return await clients[0].request(method, path, headers=headers, **request)

    yield ask
    for client in clients:
        await client.aclose()


def bearer(caller: Caller) -> str:
    return "Bearer " + issue(KEY.as_dict(private=True), caller, issuer=ISSUER, now=NOW)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Each test has its own set-up of logs."""
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
