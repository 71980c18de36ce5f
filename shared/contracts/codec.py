"""Bytes to bodies and back: what is read is whole and ours, or one `NotReadable` that never repeats what it read."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Final, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticSerializationError

from shared.contracts.model import YEARS, Body, Command, Fact
from shared.contracts.notices import NOTICE, notice_type
from shared.contracts.topics import STREAMS

Unreadable: TypeAlias = Literal[
    "unknown-type", "unsupported-version", "too-large", "nul-in-text", "not-json", "too-deep", "invalid"
]
B = TypeVar("B", bound=Body)

MAX_BYTES: Final = 1_048_576 - 16_384
"""Of one body: what a topic takes, less room for headers, key and the record itself."""

_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""An escaped NUL; a backslash that is itself escaped begins no escape."""

_LONE_SURROGATE: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]"
)


class NotReadable(ValueError):
    """A body that cannot be taken. `where` names the fields that are wrong, never what stood in them."""

    def __init__(self, reason: Unreadable, where: tuple[str, ...] = ()) -> None:
        super().__init__(f"{reason}: {', '.join(where)}" if where else reason)
        self.reason, self.where = reason, where


class Reader(NamedTuple, Generic[B]):
    """How one type is read. `moments` are its times, which must lie in years that every reader can reckon with."""

    body: type[B]
    extra: Literal["ignore", "forbid"]
    moments: tuple[str, ...]


@cache
def reader_of(body: type[B]) -> Reader[B]:
    """A reader for a type; in commands an unknown field is refused at any depth, so that a misspelt one is noticed."""
    moments = tuple(name for name, field in body.model_fields.items() if "AwareDatetime" in repr(field.annotation))
    return Reader(body, "forbid" if issubclass(body, Command) else "ignore", moments)


Readers: TypeAlias = Mapping[tuple[str, int], Reader[B]]
_BODIES: Final = {body for stream in STREAMS.values() for body in stream.types}
FACT_READERS: Final[Readers[Fact]] = {
    (body.type, body.version): reader_of(body) for body in _BODIES if issubclass(body, Fact)
}
COMMAND_READERS: Final[Readers[Command]] = {
    (body.type, body.version): reader_of(body) for body in _BODIES if issubclass(body, Command)
}


def encode(body: Body) -> bytes:
    """A body as compact JSON without what is None; of a notice only what was put in, for a default would tell a lie.

    Raises `NotReadable` (`too-large`, `nul-in-text`, `invalid`), for what nobody could read must never be said.
    """
    try:
        data: bytes = body.__pydantic_serializer__.to_json(
            body, exclude_none=True, exclude_unset=body.variant == NOTICE, warnings="error"
        )
    except PydanticSerializationError as error:  # its text holds values
        raise NotReadable("nul-in-text" if "UnicodeEncodeError" in str(error) else "invalid") from None
    _measure(data)
    return data


def decode_fact(type_: str, version: int, data: bytes, variant: str = "") -> Fact:
    """The fact in a body, or the notice of one (`variant` as the envelope has it); unknown fields are ignored.

    Raises `NotReadable`: `unknown-type` is to be passed over, `unsupported-version` to be tried by a later release.
    """
    reader = _reader(FACT_READERS, type_, version)
    if variant == NOTICE:
        reader = reader_of(notice_type(reader.body))
    return _decode(reader, data)


def decode_command(type_: str, version: int, data: bytes) -> Command:
    """The command in a body; fields that it does not know are `invalid`. Raises `NotReadable`."""
    return _decode(_reader(COMMAND_READERS, type_, version), data)


def _reader(readers: Readers[B], type_: str, version: int) -> Reader[B]:
    reader = readers.get((type_, version))
    if reader is None:
        raise NotReadable("unsupported-version" if any(name == type_ for name, _ in readers) else "unknown-type")
    return reader


def _decode(reader: Reader[B], data: bytes) -> B:
    _measure(data)
    try:
        body: B = reader.body.__pydantic_validator__.validate_json(data, strict=True, extra=reader.extra)
    except ValidationError as error:
        raise _why(error, data) from None
    _reckon(body, reader.moments)
    return body


def _reckon(body: Body, moments: tuple[str, ...]) -> None:
    for name in moments:
        moment: datetime | None = getattr(body, name)
        if moment is not None and moment.year not in YEARS:
            raise NotReadable("invalid", (name,))


def _measure(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise NotReadable("too-large")
    if b"\x00" in data or (b"\\u0000" in data and _NUL.search(data)):
        raise NotReadable("nul-in-text")


def _why(error: ValidationError, data: bytes) -> NotReadable:
    details = error.errors(include_url=False, include_context=False, include_input=False)
    if details[0]["type"] != "json_invalid":
        return NotReadable("invalid", tuple(sorted({_path(detail) for detail in details})))
    if "recursion limit" in details[0]["msg"]:
        return NotReadable("too-deep")
    return NotReadable("nul-in-text" if _LONE_SURROGATE.search(data) else "not-json")


def _path(detail: ErrorDetails) -> str:
    """Where in the body; the name of a field that we do not know is the sender's own text, and left out."""
    steps = [str(step) for step in detail["loc"]]
    if detail["type"] == "extra_forbidden":
        steps[-1] = "(unknown field)"
    return ".".join(steps) or "(body)"
