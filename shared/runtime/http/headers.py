"""Headers: those that every response carries, and those of a request that we read."""

import os
import re
from typing import Final
from uuid import UUID

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""On every response that does not set its own, as a service's pages do."""

KEY: Final = r"[A-Za-z0-9][A-Za-z0-9._:~-]{0,199}"
"""An `Idempotency-Key`: it becomes the `ce_id`, and a step of the path under which the outcome is found."""
AFTER: Final = r"[A-Za-z0-9._:,=-]{1,2000}"
"""A vector or a token, as it came in `ce_after`."""

_KEY: Final = re.compile(KEY)
_AFTER: Final = re.compile(AFTER)
_TRACE: Final = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class SecurityHeaders:
    """ASGI middleware: every response carries `SECURITY`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, dressed)


class BadHeader(ValueError):
    """A header that is empty, there twice, or not as it should be; the argument is its name."""


def one(request: Request, name: str) -> str:
    """The header's value, empty where it is not there. Raises `BadHeader` where it is empty, or there twice."""
    values = request.headers.getlist(name)
    if len(values) > 1 or "" in values:
        raise BadHeader(name)
    return values[0] if values else ""


def idempotency_key(request: Request) -> str:
    """The `Idempotency-Key`, quoted or not, empty where it is not there. Raises `BadHeader`."""
    text = one(request, "idempotency-key")
    key = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    if text and not _KEY.fullmatch(key):
        raise BadHeader("idempotency-key")
    return key


def is_key(text: str) -> bool:
    """Whether a text can be an `Idempotency-Key`."""
    return _KEY.fullmatch(text) is not None


def subject_of(request: Request) -> str | None:
    """The subject in `ce-subject` or `?subject=`, in its canonical form. Raises `BadHeader` where both differ."""
    named = one(request, "ce-subject")
    subjects = {uuid_of(text) for text in (*([named] if named else []), *request.query_params.getlist("subject"))}
    if None in subjects or len(subjects) > 1:
        raise BadHeader("ce-subject")
    return str(subjects.pop()) if subjects else None


def uuid_of(text: str) -> UUID | None:
    """The UUID in its one usual form; Python would take several."""
    return UUID(text) if _UUID.fullmatch(text) else None


def after_of(request: Request) -> str:
    """What the sender had seen, from `ce-after`; empty where it does not tell. Raises `BadHeader`."""
    text = one(request, "ce-after")
    if text and not _AFTER.fullmatch(text):
        raise BadHeader("ce-after")
    return text


def traceparent_of(values: list[str]) -> str:
    """The W3C trace context of a request; a new one where there is none, or none that is valid."""
    if len(values) == 1 and _TRACE.fullmatch(values[0]):
        return values[0]
    return f"00-{os.urandom(16).hex()}-{os.urandom(8).hex()}-01"
