"""The same over a real socket: uvicorn, bytes as they come, and an orderly end."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from shared.runtime.http.serving import CannotListen, listening
from tests.runtime.http.conftest import COMMAND, OFFICER, Side, bearer
from tests.runtime.http.fakes import FakeSubmissions


@pytest.fixture
async def port(side: Side) -> AsyncIterator[int]:
    async with listening(side.app(), "127.0.0.1", 0) as port:
        yield port


async def spoken(port: int, *parts: bytes) -> bytes:
    """What comes back for bytes sent as they are, until the other side is silent or closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
        await writer.drain()
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    writer.close()
    await writer.wait_closed()
    return answer


def head(*lines: str, path: str = "/commands/assess-risk") -> bytes:
    all_ = (f"POST {path} HTTP/1.1", "host: senandung", f"authorization: {bearer(OFFICER)}", "idempotency-key: k-1",
            "content-type: application/json", *lines, "", "")  # fmt: skip
    return "\r\n".join(all_).encode()


async def test_a_command_is_taken_over_a_socket(side: Side, port: int) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        headers = {"authorization": bearer(OFFICER), "idempotency-key": "k-1"}
        taken = await client.post("/commands/assess-risk", json=COMMAND, headers=headers)
        asked = await client.get(taken.headers["location"], headers=headers)
        head_ = await client.head("/health/live")

    assert (taken.status_code, asked.status_code, head_.status_code) == (202, 202, 200)
    assert "server" not in taken.headers
    assert json.loads(side.submissions.stored[0].data) == COMMAND


async def test_two_megabytes_are_refused_with_an_answer_that_can_be_read(side: Side, port: int) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        headers = {"authorization": bearer(OFFICER), "idempotency-key": "k-1", "content-type": "application/json"}
        response = await client.post("/commands/assess-risk", content=b" " * 2_000_000, headers=headers)
        after = await client.get("/health/live")

    assert (response.status_code, response.json()["code"]) == (413, "too-large")
    assert after.status_code == 200
    assert side.submissions.stored == []


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (head(), b"411"), (head("content-length: 0"), b"400"), (head("content-length: x"), b"400"),
        (head("content-length: -1"), b"400"), (head("content-length: 1", "content-length: 2"), b"400"),
        (head("content-length: 99999999999"), b"413"), (head("transfer-encoding: chunked") + b"zz\r\n", b"400"),
        (head("x: a\x00b", "content-length: 0"), b"400"), (head("ce-after: a\tb", "content-length: 0"), b"400"),
        (head("x" * 20_000), b"400"), (b"\x16\x03\x01\x02\x00\r\n\r\n", b"400"),
        (head("content-length: 0", path="/commands/x%0d%0aset-cookie:a"), b"404"),
    ],
)  # fmt: skip
async def test_bytes_that_are_no_request_of_ours_get_an_answer_and_the_next_one_is_served(
    side: Side, port: int, sent: bytes, status: bytes
) -> None:
    answer = await spoken(port, sent)

    assert answer.split(b" ", 2)[1] == status
    assert b"set-cookie" not in answer.lower()
    assert side.submissions.stored == []
    assert (await spoken(port, b"GET /health/live HTTP/1.1\r\nhost: s\r\n\r\n")).startswith(b"HTTP/1.1 200")


async def test_chunks_of_a_body_may_come_one_by_one(side: Side, port: int) -> None:
    text = json.dumps(COMMAND).encode()
    chunks = [b"%x\r\n%b\r\n" % (len(part), part) for part in (text[:7], text[7:])]

    answer = await spoken(port, head("transfer-encoding: chunked"), *chunks, b"0\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 202")
    assert side.submissions.stored[0].data == text


async def test_at_the_end_a_request_under_way_is_answered(side: Side) -> None:
    class Slow(FakeSubmissions):
        async def outcome(self, agency: str, id_: str) -> None:
            begun.set()
            await asyncio.sleep(0.3)
            assert (agency, id_) == ("dinsos", "k-1")

    begun, side.submissions = asyncio.Event(), Slow()
    async with httpx.AsyncClient(trust_env=False) as client:
        async with listening(side.app(), "127.0.0.1", 0) as port:
            url = f"http://127.0.0.1:{port}/commands/k-1"
            asked = asyncio.create_task(client.get(url, headers={"authorization": bearer(OFFICER)}))
            await begun.wait()
        assert (await asked).status_code == 202
        with pytest.raises(httpx.ConnectError):
            await client.get(url)


async def test_an_address_that_is_taken_is_named(side: Side, port: int) -> None:
    with pytest.raises(CannotListen, match=f"127.0.0.1:{port}"):
        async with listening(side.app(), "127.0.0.1", port):
            pytest.fail("two servers listen on one port")
