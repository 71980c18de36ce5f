"""Bodies that are too long, too deep, too slow, or no JSON."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from tests.runtime.http.conftest import COMMAND, OFFICER, Side, bearer

PATH = "/commands/assess-risk"
KEYED = {"idempotency-key": "k-1", "content-type": "application/json"}
Ask = Callable[..., Any]


async def chunks(*parts: bytes, pause: float = 0) -> AsyncIterator[bytes]:
    for part in parts:
        await asyncio.sleep(pause)
        yield part


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nul", b'{"occurred_at": NaN}', b'"\xff"', b"[1,]", b'{"a": "\\ud800"}', b"{}{}", b"[" * 100_000],
)
async def test_what_is_no_json_is_refused_and_not_repeated(side: Side, http: Ask, body: bytes) -> None:
    response = await http("POST", PATH, content=body, headers=KEYED)

    assert (response.status_code, response.json()["code"]) == (400, "malformed")
    assert side.submissions.stored == []


async def test_json_that_is_too_deep_is_refused(side: Side, http: Ask) -> None:
    deep = b'{"a":' * 5_000 + b"1" + b"}" * 5_000

    response = await http("POST", PATH, content=deep, headers=KEYED)

    assert (response.status_code, response.json()["where"]) == (400, ["too-deep"])
    assert side.submissions.stored == []


@pytest.mark.parametrize(
    "text", ['{"a": "x\\u0000"}', '{"\\u0000": 1}', '[["\\u0000"]]', '{"risk": "high\\u0000", "occurred_at": 1}']
)
@pytest.mark.parametrize("path", [PATH, "/commands/add-identity"])
async def test_a_nul_in_a_text_is_refused(side: Side, http: Ask, text: str, path: str) -> None:
    response = await http("POST", path, content=text, headers=KEYED)

    assert (response.status_code, response.json()["code"]) == (422, "nul-in-text")
    assert side.submissions.stored == []


async def test_a_backslash_that_begins_no_nul_is_no_nul(http: Ask) -> None:
    response = await http("POST", PATH, content='{"a": "\\\\u0000"}', headers=KEYED)

    assert response.json()["code"] == "malformed"


@pytest.mark.parametrize("size", [1_048_577, 2_000_000, 6_000_000])
@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_that_is_too_large_is_refused(side: Side, http: Ask, size: int, announced: bool) -> None:
    body = b" " * size

    content = body if announced else chunks(body[: size // 2], body[size // 2 :])
    response = await http("POST", PATH, content=content, headers=KEYED)

    assert (response.status_code, response.json()["code"]) == (413, "too-large")
    assert side.submissions.stored == []


async def test_no_more_is_read_than_a_few_times_the_limit(side: Side, http: Ask) -> None:
    side.limited(body=1_000)
    read = []

    async def long() -> AsyncIterator[bytes]:
        for _ in range(50):
            read.append(1_000)
            yield b" " * 1_000

    response = await http("POST", PATH, content=long(), headers=KEYED)

    assert response.status_code == 413
    assert sum(read) <= 6_000


async def test_a_body_in_chunks_is_taken(side: Side, http: Ask) -> None:
    text = json.dumps(COMMAND).encode()

    response = await http("POST", PATH, content=chunks(text[:10], text[10:]), headers=KEYED)

    assert response.status_code == 202
    assert side.submissions.stored[0].data == text


async def test_a_body_that_does_not_come_is_not_waited_for(side: Side, http: Ask) -> None:
    side.limited(body_seconds=0.05)

    response = await http("POST", PATH, content=chunks(b"{", b"}", pause=0.2), headers=KEYED)

    assert (response.status_code, response.json()["code"]) == (408, "too-slow")


async def test_without_a_length_nothing_is_read(side: Side) -> None:
    response = await _bare(side, [(b"content-type", b"application/json"), (b"idempotency-key", b"k-1")])

    assert response == 411


async def _bare(side: Side, headers: list[tuple[bytes, bytes]]) -> int:
    """A request without Content-Length, which the client library always adds."""
    said: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            said.append(message["status"])

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http", "method": "POST", "path": PATH, "raw_path": PATH.encode(), "query_string": b"", "root_path": "",
        "headers": [*headers, (b"authorization", bearer(OFFICER).encode())], "http_version": "1.1", "scheme": "http",
    }  # fmt: skip
    await side.app()(scope, receive, send)
    return said[0]


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": ""}, {"content-type": "text/plain"}, {"content-type": "application/json; charset=latin-1"},
        {"content-type": "application/json-patch+json"}, {"content-type": "application/jsonx"},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)  # fmt: skip
async def test_only_json_is_taken(side: Side, http: Ask, headers: dict[str, str]) -> None:
    response = await http("POST", PATH, content=b"{}", headers={**KEYED, **headers})

    assert (response.status_code, response.json()["code"]) == (415, "not-json-type")
    assert side.submissions.stored == []


@pytest.mark.parametrize("media", ["application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"'])
async def test_json_may_name_its_charset(http: Ask, media: str) -> None:
    response = await http("POST", PATH, content=json.dumps(COMMAND), headers={**KEYED, "content-type": media})

    assert response.status_code == 202
