"""Refusals as RFC 9457 problems, always of the same shape: a code, what to tell people in both languages, who could."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Final, NamedTuple

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from shared.runtime.http.headers import SECURITY
from shared.runtime.http.ports import Sentence

MEDIA_TYPE: Final = "application/problem+json"
TYPE: Final = "urn:senandung:problem:"


class _Own(NamedTuple):
    """A problem of HTTP itself, of which no directory tells."""

    status: int
    id: str
    en: str


_OWN: Final = {
    "not-found": _Own(404, "Alamat ini tidak ada, atau bukan untuk Anda.", "There is nothing here, or not for you."),
    "method-not-allowed": _Own(405, "Cara ini tidak dapat dipakai di sini.", "This method cannot be used here."),
    "too-slow": _Own(
        408, "Permintaan terlalu lama. Silakan kirim lagi.", "The request took too long. Please send it again."
    ),
    "length-required": _Own(411, "Sebutkan panjang isi permintaan.", "Please state the length of the body."),
    "not-json-type": _Own(415, "Kirim isi sebagai application/json.", "Please send the body as application/json."),
    "too-many-requests": _Own(
        429, "Terlalu banyak permintaan. Tunggu sebentar.", "Too many requests. Please wait a moment."
    ),
    "bad-request": _Own(400, "Permintaan ini tidak dapat dibaca.", "This request cannot be read."),
    "internal": _Own(
        500,
        "Ada kesalahan di pihak kami dan sudah dicatat. Silakan coba lagi dengan nomor yang sama.",
        "Something failed on our side and was noted. Please try again with the same id.",
    ),
}
_BY_STATUS: Final = {own.status: code for code, own in _OWN.items()}
_STATUS: Final = {
    "malformed": 422,
    "unknown-type": 404,
    "unsupported-version": 422,
    "wrong-service": 404,
    "wrong-source": 403,
    "same-key-other-body": 409,
    "key-required": 400,
    "too-large": 413,
    "nul-in-text": 422,
    "not-in-directory": 422,
    "occurs-in-the-future": 422,
    "identity-not-readable": 422,
    "not-ready": 503,
    "not-signed-in": 401,
    "not-permitted": 403,
}
_STARTS: Final = {"unknown-": 404, "not-the-": 403}


class Refused(Exception):
    """A request that takes no effect. `where` names what is wrong in it, never what stood there.

    `status` only where the code alone does not tell; `wait` is after how many seconds it may be sent again.
    """

    def __init__(
        self,
        code: str,
        *,
        status: int | None = None,
        where: tuple[str, ...] = (),
        who_could: tuple[str, ...] = (),
        wait: float = 0,
    ) -> None:
        super().__init__(code)
        self.code, self.status, self.where, self.who_could, self.wait = code, status, where, who_could, wait


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a refusal. `title` is Indonesian, `detail` English; `where` names fields, `who_could` codes."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    who_could: tuple[str, ...] = ()
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problems:
    """Makes responses of refusals. `statuses` are for codes whose status their name does not tell (see `status_of`)."""

    sentence: Sentence
    statuses: Mapping[str, int] = field(default_factory=dict)

    def response(self, refused: Refused) -> Response:
        """The response to a refusal, the same bytes for the same refusal."""
        status = refused.status or self.status_of(refused.code)
        title, detail = self._sentence(refused.code)
        body = Problem(
            type=TYPE + refused.code,
            title=title,
            status=status,
            detail=detail,
            code=refused.code,
            who_could=refused.who_could,
            where=refused.where,
        )
        return Response(msgspec.json.encode(body), status, _headers(status, refused.wait), MEDIA_TYPE)

    def status_of(self, code: str) -> int:
        """Of a code: as given, as of HTTP itself, by its beginning, else 409: what is so does not allow it."""
        if code in self.statuses:
            return self.statuses[code]
        if code in _OWN:
            return _OWN[code].status
        starts = (status for start, status in _STARTS.items() if code.startswith(start))
        return _STATUS.get(code) or next(starts, 409)

    def _sentence(self, code: str) -> tuple[str, str]:
        own = _OWN.get(code)
        return (own.id, own.en) if own else self.sentence(code)

    async def on_refused(self, _: Request, refused: Exception) -> Response:
        """Starlette's handler of `Refused`."""
        assert isinstance(refused, Refused)
        return self.response(refused)

    async def on_http(self, request: Request, problem: Exception) -> Response:
        """Starlette's handler of its own refusals: no such address, no such method."""
        assert isinstance(problem, HTTPException)
        code = _BY_STATUS.get(problem.status_code, "bad-request")
        response = self.response(Refused(code, status=problem.status_code))
        if problem.status_code == 405:
            response.headers["allow"] = ", ".join(_allowed(request))
        return response

    async def on_failure(self, _: Request, __: Exception) -> Response:
        """Starlette's handler of what nobody expected; it answers outside our middleware, so headers are set here."""
        response = self.response(Refused("internal"))
        response.headers.update(SECURITY)
        return response

    def handlers(self) -> dict[Any, Any]:  # Starlette's own type of it
        """For `Starlette(exception_handlers=…)`."""
        return {Refused: self.on_refused, HTTPException: self.on_http, Exception: self.on_failure}


def _headers(status: int, wait: float) -> dict[str, str]:
    headers = {"content-language": "id, en"}
    if status == 401:
        headers["www-authenticate"] = 'Bearer realm="senandung"'
    if wait or status == 503:
        headers["retry-after"] = str(max(1, ceil(wait)))
    return headers


def _allowed(request: Request) -> list[str]:
    """The methods of all routes with this path; Starlette names those of the first alone."""
    routes = (route for route in request.app.routes if isinstance(route, Route))
    fitting = (route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    return sorted({method for route in fitting for method in route.methods or ()})
