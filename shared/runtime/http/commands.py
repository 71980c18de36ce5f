"""`POST /commands/{type}` and `GET /commands/{id}`: translate, hand to the engine, translate back."""

from dataclasses import dataclass, field
from typing import Final

import msgspec
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.codec import NotReadable, decode_command
from shared.contracts.message import Caller
from shared.runtime.changes import Answered
from shared.runtime.http.body import parse_json, read_body, unreadable
from shared.runtime.http.door import Door
from shared.runtime.http.headers import BadHeader, after_of, idempotency_key, is_key, subject_of
from shared.runtime.http.ports import SameKeyOtherBody, Submission, Submissions, Unavailable, Unknown
from shared.runtime.http.problems import Problems, Refused
from shared.runtime.http.rules import Rules

JSON: Final = "application/json"


class FactSaid(msgspec.Struct, frozen=True):
    """A fact that followed from a command."""

    id: str
    type: str
    stream: str
    sequence: int


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """A command took effect. Facts and subjects are empty for those who may not see them."""

    status: str = "accepted"
    command: str
    facts: tuple[FactSaid, ...] = ()
    subjects: tuple[str, ...] = ()


class Undecided(msgspec.Struct, frozen=True, kw_only=True):
    """A command is stored and will be decided; ask again at `location`."""

    status: str = "undecided"
    command: str
    location: str


@dataclass(slots=True)
class CommandRoutes:
    """The two routes of commands."""

    submissions: Submissions
    door: Door
    rules: Rules
    problems: Problems
    known: frozenset[tuple[str, int]] = field(init=False)
    """Names and versions that are decided here."""

    def __post_init__(self) -> None:
        self.known = frozenset((command.type, command.version) for command in self.rules.commands)

    async def submit(self, request: Request) -> Response:
        """Take a command: 200 with its outcome, its refusal, or 202 while it is undecided."""
        caller = await self.door.caller(request)
        type_, version = self._named(request.path_params["type"])
        submission = await self._submission(request, caller, type_, version)
        try:
            answered = await self.submissions.submit(submission)
        except SameKeyOtherBody:
            raise Refused("same-key-other-body") from None
        except Unavailable:
            raise Refused("not-ready") from None
        return self._told(request, caller, submission.id, answered)

    async def outcome(self, request: Request) -> Response:
        """What became of a command of the caller's own agency; of any other nothing is told, not even that it is."""
        caller = await self.door.caller(request)
        id_ = request.path_params["id"]
        if not is_key(id_):
            raise Refused("not-found")
        try:
            answered = await self.submissions.outcome(caller.agency, id_)
        except Unknown:
            raise Refused("not-found") from None
        except Unavailable:
            raise Refused("not-ready") from None
        return self._told(request, caller, id_, answered)

    def _named(self, text: str) -> tuple[str, int]:
        """The command's name and version: `accept`, or `accept.v2`."""
        name, dot, number = text.partition(".v")
        version = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0 if dot else 1
        if (name, version) in self.known:
            return name, version
        if any(name == known for known, _ in self.known):
            raise Refused("unsupported-version" if version else "unknown-type")
        raise Refused("wrong-service" if name in self.rules.elsewhere else "unknown-type")

    async def _submission(self, request: Request, caller: Caller, type_: str, version: int) -> Submission:
        try:
            id_, subject, after = idempotency_key(request), subject_of(request), after_of(request)
        except BadHeader as bad:
            raise Refused("malformed", status=400, where=(str(bad),)) from None
        if not id_:
            raise Refused("key-required")
        sent = await read_body(request, self.rules.limits)
        data = self._data(type_, version, sent)
        changed = type_ in self.rules.transforms
        return Submission(
            type=type_,
            version=version,
            id=id_,
            subject=subject,
            after=after,
            caller=caller,
            data=data,
            traceparent=request.state.traceparent,
            fingerprint=self.rules.fingerprint(type_, subject, sent) if changed else b"",
        )

    def _data(self, type_: str, version: int, sent: bytes) -> bytes:
        """What is stored, read once already, so that who sends is told which field is wrong."""
        parsed = parse_json(sent)
        transform = self.rules.transforms.get(type_)
        data = to_json(transform.apply(parsed)) if transform else sent
        try:
            decode_command(type_, version, data)
        except NotReadable as problem:
            raise unreadable(problem.reason, problem.where) from None
        return data

    def _told(self, request: Request, caller: Caller, id_: str, answered: Answered | None) -> Response:
        if answered is None:
            return self._undecided(request, id_)
        if answered.code:
            return self.problems.response(Refused(answered.code, who_could=answered.who_could))
        shown = answered if self.rules.effects(caller) else msgspec.structs.replace(answered, said=(), subjects=())
        facts = tuple(FactSaid(*fact) for fact in shown.said)
        return _json(Accepted(command=id_, facts=facts, subjects=shown.subjects))

    def _undecided(self, request: Request, id_: str) -> Response:
        location = f"{request.scope.get('root_path', '')}/commands/{id_}"
        headers = {"location": location, "retry-after": "1"}
        return _json(Undecided(command=id_, location=location), 202, headers)


def _json(body: msgspec.Struct, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(body), status, headers, JSON)
