"""The body of a request: streamed under a limit, and JSON or nothing."""

import asyncio
from typing import Final

from pydantic import JsonValue
from pydantic_core import from_json
from starlette.requests import ClientDisconnect, Request

from shared.contracts.codec import Unreadable
from shared.runtime.http.headers import BadHeader, one
from shared.runtime.http.limits import Limits
from shared.runtime.http.problems import Refused

_DRAIN: Final = 4
"""How many times the limit we read and throw away, so that the sender gets to read why instead of a broken pipe."""


async def read_body(request: Request, limits: Limits) -> bytes:
    """The whole body, as JSON by its media type.

    Raises `Refused`: `not-json-type` (415), `length-required` (411), `too-large` (413), `too-slow` (408).
    """
    _check_type(request)
    announced = _announced(request)
    if announced > limits.body * _DRAIN:
        raise Refused("too-large")
    try:
        async with asyncio.timeout(limits.body_seconds):
            return await _read(request, limits.body)
    except TimeoutError:
        raise Refused("too-slow") from None
    except ClientDisconnect:
        raise Refused("bad-request") from None


async def _read(request: Request, limit: int) -> bytes:
    body, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= limit:
            body += chunk
        elif size > limit * _DRAIN:
            break
    if size > limit:
        raise Refused("too-large")
    return bytes(body)


def _check_type(request: Request) -> None:
    try:
        media, encoding = one(request, "content-type"), one(request, "content-encoding")
    except BadHeader:
        raise Refused("not-json-type") from None
    kind, _, parameters = media.partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if kind.strip().lower() != "application/json" or charset not in {"", "utf-8"}:
        raise Refused("not-json-type")
    if encoding.lower() not in {"", "identity"}:
        raise Refused("not-json-type")


def _announced(request: Request) -> int:
    """`Content-Length`; 0 where the body comes in chunks."""
    length = request.headers.get("content-length")
    if length is None and "transfer-encoding" not in request.headers:
        raise Refused("length-required")
    return int(length) if length and length.isascii() and length.isdigit() else 0


def parse_json(body: bytes) -> JsonValue:
    """A JSON document (RFC 8259: no NaN, no Infinity), not too deep, without NUL or half characters.

    Raises `Refused` with `malformed` (400) or `nul-in-text`.
    """
    try:
        parsed: JsonValue = from_json(body, allow_inf_nan=False)
    except ValueError as problem:
        raise unreadable("too-deep" if "recursion limit" in str(problem) else "not-json", ()) from None
    if b"\\u0000" in body and _holds_nul(parsed):
        raise unreadable("nul-in-text", ())
    return parsed


def _holds_nul(value: JsonValue) -> bool:
    match value:
        case str():
            return "\x00" in value
        case list():
            return any(_holds_nul(each) for each in value)
        case dict():
            return any("\x00" in name or _holds_nul(each) for name, each in value.items())
        case _:
            return False


def unreadable(reason: Unreadable, where: tuple[str, ...]) -> Refused:
    """What to tell of data that cannot be taken: 400 where they are no JSON, 422 where they are not as agreed."""
    if reason in {"not-json", "too-deep"}:
        return Refused("malformed", status=400, where=(reason,))
    return Refused("malformed" if reason == "invalid" else reason, where=where)
