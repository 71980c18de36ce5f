"""Bad requests to each of the four services: a problem by RFC 9457, in both languages, and nothing is stored."""

from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.message import Caller
from shared.contracts.topics import SERVICES
from tests.hostile.city import City
from tests.hostile.test_mailboxes import DECIDERS, command

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.kafka, pytest.mark.postgres]

JSON = {"content-type": "application/json"}
BAD: dict[str, tuple[dict[str, Any], int, str]] = {
    "not JSON": ({"content": b'{"occurred_at":'}, 400, "malformed"),
    "no object": ({"content": b"[]"}, 422, "malformed"),
    "nothing": ({"content": b""}, 400, "malformed"),
    "deep JSON": ({"content": b"[" * 50_000}, 400, "malformed"),
    "a NUL": ({"content": b'{"occurred_at":"\\u0000"}'}, 422, "nul-in-text"),
    "another media type": ({"content": b"<a/>", "headers": {"content-type": "text/xml"}}, 415, "not-json-type"),
    "too long": ({"content": b" " * 3_000_000}, 413, "too-large"),
    "no key": ({"headers": {"idempotency-key": None}}, 400, "key-required"),
    "a key too long": ({"headers": {"idempotency-key": "x" * 300}}, 400, "malformed"),
    "no token": ({"headers": {"authorization": ""}}, 401, "not-signed-in"),
    "a token of nobody": ({"headers": {"authorization": "Bearer a.b.c"}}, 401, "not-signed-in"),
    "a subject that is none": ({"headers": {"ce-subject": "anak-1"}}, 400, "malformed"),
}


async def asked(city: City, service: str, **request: Any) -> Any:
    """A command by HTTP, sound but for what is spoilt."""
    type_ = DECIDERS[service]
    sound = {**JSON, "idempotency-key": f"h-{uuid4()}", "authorization": city.token()}
    headers = {name: value for name, value in {**sound, **request.pop("headers", {})}.items() if value is not None}
    content = request.pop("content", command(type_).value)
    return await city.http.post(city.url(service, f"/commands/{type_}"), headers=headers, content=content)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("kind", BAD)
async def test_a_bad_request_is_told_what_is_wrong_and_leaves_nothing(city: City, kind: str, service: str) -> None:
    request, status, code = BAD[kind]
    before = await city.pools[service].fetchval("SELECT count(*) FROM commands")

    answer = await asked(city, service, **request)

    told = answer.json()
    assert (answer.status_code, told["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["status"] == status
    assert told["title"] != told["detail"]
    assert await city.pools[service].fetchval("SELECT count(*) FROM commands") == before


@pytest.mark.parametrize("service", SERVICES)
async def test_a_token_that_has_expired_signs_nobody_in(city: City, service: str) -> None:
    answer = await asked(city, service, headers={"authorization": city.token(ago=86_400)})

    assert (answer.status_code, answer.json()["code"]) == (401, "not-signed-in")


@pytest.mark.parametrize("service", SERVICES)
async def test_a_command_of_another_service_is_sent_there(city: City, service: str) -> None:
    other = next(type_ for decider, type_ in DECIDERS.items() if decider != service)
    headers = {**JSON, "idempotency-key": f"h-{uuid4()}", "authorization": city.token()}

    answer = await city.http.post(city.url(service, f"/commands/{other}"), headers=headers, content=b"{}")

    assert (answer.status_code, answer.json()["code"]) == (404, "wrong-service")


async def test_after_all_that_a_report_by_an_officer_is_taken(city: City) -> None:
    officer = Caller("satpol-pp", "officer", "uji-3")
    headers = {**JSON, "idempotency-key": f"h-{uuid4()}", "authorization": city.token(officer)}

    answer = await city.http.post(
        city.url("intake", "/commands/report-child"), headers=headers, content=command("report-child").value
    )

    assert answer.status_code == 200
