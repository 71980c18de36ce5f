"""The whole: health, metrics, headers, addresses that are none, failures, time."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from shared.runtime.http.app import application
from shared.runtime.http.headers import SECURITY
from shared.runtime.http.ports import Ports, Submission
from tests.runtime.http.conftest import COMMAND, OFFICER, OPERATOR, Side, bearer

Ask = Callable[..., Any]


async def test_a_service_is_ready_when_nothing_is_missing(side: Side, http: Ask) -> None:
    ready = await http("GET", "/health/ready", None)
    side.health.lacks = ("own-streams", "schema")
    not_ready = await http("GET", "/health/ready", None)

    assert (ready.status_code, ready.json()) == (200, {"ready": True, "missing": []})
    assert (not_ready.status_code, not_ready.json()) == (503, {"ready": False, "missing": ["own-streams", "schema"]})


async def test_a_service_that_only_a_restart_can_help_says_so(side: Side, http: Ask) -> None:
    assert (await http("GET", "/health/live", None)).status_code == 200
    side.health.well = False

    assert (await http("GET", "/health/live", None)).status_code == 503


async def test_requests_are_measured_by_their_route_never_by_their_path(http: Ask) -> None:
    await http("GET", "/commands/k-1")
    await http("GET", "/no/such/rahasia")

    text = (await http("GET", "/metrics", None)).text

    assert 'senandung_http_requests_total{method="GET",route="/commands/{id}",status="404"} 1.0' in text
    assert 'senandung_http_requests_total{method="GET",route="none",status="404"} 1.0' in text
    assert "k-1" not in text
    assert "rahasia" not in text


@pytest.mark.parametrize(
    "path",
    ["/", "/commands", "/commands/", "/health", "/operations/../health", "/commands/a/b", "/health/live/", "/docs"],
)
async def test_an_address_that_is_none_is_a_problem(http: Ask, path: str) -> None:
    response = await http("GET", path)

    assert (response.status_code, response.json()["code"]) == (404, "not-found")
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/commands/k-1", "GET, HEAD, POST"), ("PUT", "/commands/assess-risk", "GET, HEAD, POST"),
        ("OPTIONS", "/commands/assess-risk", "GET, HEAD, POST"), ("POST", "/health/live", "GET, HEAD"),
        ("TRACE", "/metrics", "GET, HEAD"), ("GET", "/operations/resend", "POST"),
    ],
)  # fmt: skip
async def test_a_method_that_is_not_for_here_is_a_problem(http: Ask, method: str, path: str, allowed: str) -> None:
    response = await http(method, path, headers={"origin": "https://lain.contoh"})

    assert (response.status_code, response.json()["code"]) == (405, "method-not-allowed")
    assert response.headers["allow"] == allowed
    assert not [name for name in response.headers if name.startswith("access-control")]


async def test_head_is_answered_like_get(http: Ask) -> None:
    got, head = await http("GET", "/health/live", None), await http("HEAD", "/health/live", None)

    assert (head.status_code, head.headers) == (got.status_code, got.headers)


@pytest.mark.parametrize(
    "path", ["/health/live", "/metrics", "/openapi.json", "/nowhere", "/commands/k-1", "/operations/waiting"]
)
async def test_every_answer_carries_the_headers_of_security(http: Ask, path: str) -> None:
    response = await http("GET", path)

    assert {name: response.headers.get(name) for name in SECURITY} == SECURITY


class Broken:
    """Submissions that fail in a way nobody expected, with a text that must not be told."""

    async def submit(self, submission: Submission) -> None:
        raise RuntimeError(f"rahasia of {submission.caller.officer}")

    async def outcome(self, agency: str, id_: str) -> None:
        await asyncio.sleep(60)
        raise RuntimeError(f"rahasia of {agency} in {id_}")


class TestTrouble:
    """An application whose engine is in trouble."""

    async def _ask(self, side: Side, method: str, path: str, more: Any = lambda _: ()) -> httpx.Response:
        ports = Ports(
            submissions=Broken(), health=side.health, operations=side.operations,
            sentence=lambda code: (code, code), registry=CollectorRegistry(),
        )  # fmt: skip
        app = application(ports, side.tokens(), side.rules, more)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://senandung") as client:
            headers = {"authorization": bearer(OFFICER), "idempotency-key": "k-1"}
            return await client.request(method, path, headers=headers, json=COMMAND if method == "POST" else None)

    async def test_a_failure_is_told_without_its_text(self, side: Side) -> None:
        response = await self._ask(side, "POST", "/commands/assess-risk")

        assert (response.status_code, response.json()["code"]) == (500, "internal")
        assert "rahasia" not in response.text
        assert {name: response.headers.get(name) for name in SECURITY} == SECURITY

    async def test_a_request_that_takes_too_long_is_given_up(self, side: Side) -> None:
        side.limited(seconds=0.05)

        response = await self._ask(side, "GET", "/commands/k-1")

        assert (response.status_code, response.json()["code"]) == (503, "not-ready")
        assert response.headers["x-content-type-options"] == "nosniff"

    async def test_a_service_adds_routes_of_its_own_behind_the_same_door(self, side: Side) -> None:
        async def page(request: Any) -> PlainTextResponse:
            caller = await doors[0].caller(request, frozenset({"dinsos/officer"}))
            return PlainTextResponse(caller.officer, headers={"content-security-policy": "default-src 'self'"})

        doors: list[Any] = []

        def more(door: Any) -> list[Route]:
            doors.append(door)
            return [Route("/page", page)]

        response = await self._ask(side, "GET", "/page", more)

        assert (response.status_code, response.text) == (200, "uji-1")
        assert response.headers["content-security-policy"] == "default-src 'self'"


async def test_a_connection_that_is_no_request_is_closed(side: Side) -> None:
    said: list[str] = []

    async def send(message: Any) -> None:
        said.append(message["type"])

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": "/", "headers": [], "query_string": b"", "root_path": "", "subprotocols": []}
    await side.app()(scope, receive, send)
    assert said == ["websocket.close"]


async def test_operators_of_every_agency_are_operators_unless_said_otherwise(side: Side, http: Ask) -> None:
    assert (await http("GET", "/operations/positions", OPERATOR)).status_code == 200
    assert (await http("GET", "/operations/positions", OPERATOR._replace(agency="dinkes"))).status_code == 200
