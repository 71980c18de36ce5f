"""Who is let in, and what everybody else is told: always the same."""

from collections.abc import Callable
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from shared.contracts.message import Caller
from shared.runtime.http.tokens import issue
from tests.runtime.http.conftest import COMMAND, ISSUER, KEY, NOW, OFFICER, Side, bearer

Ask = Callable[..., Any]
GUARDED = [
    ("POST", "/commands/assess-risk"), ("POST", "/commands/no-such-thing"), ("GET", "/commands/k-1"),
    ("GET", "/operations/waiting"), ("POST", "/operations/waiting/1/retry"), ("POST", "/operations/waiting/1/discard"),
    ("POST", "/operations/resend"), ("GET", "/operations/positions"), ("POST", "/operations/positions/accept"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), GUARDED)
async def test_nothing_is_told_without_a_credential(side: Side, http: Ask, method: str, path: str) -> None:
    response = await http(method, path, None, json=COMMAND if method == "POST" else None)

    assert (response.status_code, response.json()["code"]) == (401, "not-signed-in")
    assert response.headers["www-authenticate"] == 'Bearer realm="senandung"'
    assert (side.submissions.stored, side.operations.acts) == ([], [])


async def test_every_credential_that_does_not_hold_is_told_the_same(side: Side, http: Ask) -> None:
    private = KEY.as_dict(private=True)
    expired = issue(private, OFFICER, issuer=ISSUER, now=NOW - 3_600)
    other = issue(private, OFFICER, issuer="https://lain.contoh", now=NOW)
    texts = ["", "Basic eA==", "Bearer x", f"Bearer {expired}", f"Bearer {other}", bearer(OFFICER)[:-4] + "AAAA"]

    answers = [await http("GET", "/commands/k-1", None, headers={"authorization": text}) for text in texts]

    assert {answer.status_code for answer in answers} == {401}
    assert len({(answer.content, str(answer.headers)) for answer in answers}) == 1


async def test_a_credential_given_twice_is_none(http: Ask) -> None:
    twice = [("authorization", bearer(OFFICER)), ("authorization", bearer(OFFICER))]

    assert (await http("GET", "/commands/k-1", None, headers=twice)).status_code == 401


@pytest.mark.parametrize("caller", [Caller("lain", "officer", "a"), Caller("dinsos", "system", "a")])
async def test_an_agency_that_is_no_party_is_not_permitted(http: Ask, caller: Caller) -> None:
    response = await http("GET", "/commands/k-1", caller)

    assert (response.status_code, response.json()["code"]) == (403, "not-permitted")


@pytest.mark.parametrize(("method", "path"), [each for each in GUARDED if each[1].startswith("/operations")])
async def test_operations_are_for_operators(side: Side, http: Ask, method: str, path: str) -> None:
    response = await http(method, path, OFFICER, json={} if method == "POST" else None)

    assert (response.status_code, response.json()["code"]) == (403, "not-permitted")
    assert side.operations.acts == []


async def test_an_agency_that_asks_too_often_waits_and_the_others_do_not(side: Side, http: Ask) -> None:
    side.limited(rate=1, burst=3)

    statuses = [(await http("GET", "/commands/k-1")).status_code for _ in range(5)]
    refused = await http("GET", "/commands/k-1")
    other = await http("GET", "/commands/k-1", Caller("dinkes", "officer", "a"))

    assert statuses == [404, 404, 404, 429, 429]
    assert (refused.json()["code"], refused.headers["retry-after"]) == ("too-many-requests", "1")
    assert other.status_code == 404


async def test_the_log_tells_why_and_who_but_no_credential(http: Ask) -> None:
    merge = structlog.contextvars.merge_contextvars
    with capture_logs(processors=[merge]) as lines:
        await http("GET", "/commands/k-1")
        await http("GET", "/commands/k-1", None, headers={"authorization": "Bearer rahasia"})

    told = {line["event"]: line for line in lines}
    assert (told["http.answered"]["route"], told["http.not-signed-in"]["why"]) == ("/commands/{id}", "decode_error")
    assert (lines[0]["agency"], lines[0]["status"]) == ("dinsos", 404)
    assert "agency" not in lines[-1]
    assert "rahasia" not in str(lines)
    assert "k-1" not in str(lines)
