"""The CloudEvents envelope: the attributes of a message, and the Kafka headers that carry them."""

import contextlib
import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias

import msgspec

from shared.contracts.model import YEARS, utc

PREFIX: Final = "senandung."
JSON: Final = "application/json"
MAX_TEXT: Final = 1000
"""Characters of any one attribute; of `ce_id` 200."""

TYPE: Final = r"^senandung\.([a-z][a-z0-9-]{0,59})\.v([1-9][0-9]{0,3})$"
TRACE: Final = r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"
VECTOR: Final = r"^[a-z][a-z0-9.-]{0,63}:[0-9]{10}(,[a-z][a-z0-9.-]{0,63}:[0-9]{10}){0,63}$"
_TYPE, _TRACE, _VECTOR = re.compile(TYPE), re.compile(TRACE), re.compile(VECTOR)
_SEQUENCE: Final = re.compile(r"[0-9]{10}")
_ASCII: Final = re.compile(r"[ -~]*")

After = Mapping[str, int]
"""Per stream, how many facts of the case its speaker had said or heard: `cases:0000000003,placements:0000000001`."""

Headers = list[tuple[str, bytes]]
Problem: TypeAlias = Literal["no-id", "bad-header", "not-cloudevent"]


class NotAnEnvelope(ValueError):
    """The headers are not a CloudEvent of ours, for `reason`; `id` is the `ce_id` where one can be read."""

    def __init__(self, reason: Problem, id_: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.id = reason, id_


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Context attributes of one message. `type` is the bare name, such as `referred`; `sequence` 0 means none."""

    id: str
    type: str
    version: int = 1
    variant: str = ""
    """`notice` for what an agency gets of a fact, as `Body.variant` has it."""
    source: str
    time: datetime
    subject: str | None = None
    actor: str = ""
    via: str = ""
    sequence: int = 0
    previous: str = ""
    after: After = {}
    token: str = ""
    """`ce_after` as it came, where it is not readable as a vector: the opaque token of mailboxes."""
    correlation: str = ""
    causation: str = ""
    trace: str = ""

    @property
    def full_type(self) -> str:
        """As on the wire: `senandung.referred.v1`."""
        return full_type(self.type, self.version)

    @property
    def schema(self) -> str:
        """The name of the schema that the data follow: `urn:senandung:schema:referred:v1`."""
        return schema_name(self.type, self.version, self.variant)


def full_type(type_: str, version: int) -> str:
    """The `ce_type` of a type: `senandung.referred.v1`."""
    return f"{PREFIX}{type_}.v{version}"


def schema_name(type_: str, version: int, variant: str = "") -> str:
    """The `ce_dataschema` of a type, and the `$id` of its published schema."""
    return f"urn:senandung:schema:{type_}:v{version}" + (f":{variant}" if variant else "")


def headers_of(envelope: Envelope) -> Headers:
    """The envelope as Kafka headers, UTF-8; empty attributes are left out."""
    texts = (
        ("content-type", JSON),
        ("ce_specversion", "1.0"),
        ("ce_id", envelope.id),
        ("ce_type", envelope.full_type),
        ("ce_source", envelope.source),
        ("ce_time", utc(envelope.time)),
        ("ce_dataschema", envelope.schema),
        ("ce_subject", envelope.subject),
        ("ce_actor", envelope.actor),
        ("ce_via", envelope.via),
        ("ce_sequence", f"{envelope.sequence:010d}" if envelope.sequence else ""),
        ("ce_previous", envelope.previous),
        ("ce_after", envelope.token or after_text(envelope.after)),
        ("ce_correlationid", envelope.correlation),
        ("ce_causationid", envelope.causation),
        ("traceparent", envelope.trace),
    )
    return [(name, text.encode()) for name, text in texts if text]


def envelope_of(headers: Collection[tuple[str, bytes | None]]) -> Envelope:
    """The envelope in Kafka headers.

    Raises `NotAnEnvelope`: `no-id`; `bad-header` where one is binary, null, twice there, too long or malformed;
    `not-cloudevent` where one is missing, or it is not of ours.
    """
    texts, bad = _texts(headers)
    id_ = texts.get("ce_id")
    if not id_ or len(id_) > 200 or not id_.isprintable():
        raise NotAnEnvelope("bad-header" if bad else "no-id")
    if bad:
        raise NotAnEnvelope("bad-header", id_)
    named = _TYPE.match(texts.get("ce_type", ""))
    if not named or not _is_cloudevent(texts):
        raise NotAnEnvelope("not-cloudevent", id_)
    try:
        return _envelope(id_, named[1], int(named[2]), texts)
    except ValueError:
        raise NotAnEnvelope("bad-header", id_) from None


def _texts(headers: Collection[tuple[str, bytes | None]]) -> tuple[dict[str, str], bool]:
    """Headers that are text, and whether any is not, or is there twice."""
    try:
        texts = {name: value.decode() for name, value in headers}  # type: ignore[union-attr]  # None is what we catch
    except (UnicodeDecodeError, AttributeError):
        return _readable(headers), True
    text = "".join(texts.values())
    plain = _ASCII.fullmatch(text) or text.isprintable()  # the first is ten times as quick
    long = len(text) > MAX_TEXT and max(map(len, texts.values())) > MAX_TEXT
    return texts, len(texts) < len(headers) or not plain or long


def _readable(headers: Collection[tuple[str, bytes | None]]) -> dict[str, str]:
    texts = {}
    for name, value in headers:
        with contextlib.suppress(UnicodeDecodeError):
            texts[name] = (value or b"").decode()
    return texts


def _is_cloudevent(texts: Mapping[str, str]) -> bool:
    return (
        texts.get("ce_specversion") == "1.0"
        and bool(texts.get("ce_source"))
        and bool(texts.get("ce_time"))
        and texts.get("content-type", JSON).lower().startswith(JSON)
    )


def _envelope(id_: str, type_: str, version: int, texts: dict[str, str]) -> Envelope:
    after = texts.get("ce_after", "")
    vector = after_vector(after)
    notice = texts.get("ce_dataschema") == schema_name(type_, version, "notice")
    trace = texts.get("traceparent", "")
    return Envelope(
        id=id_,
        type=type_,
        version=version,
        variant="notice" if notice else "",
        source=texts["ce_source"],
        time=_time(texts["ce_time"]),
        subject=texts.get("ce_subject"),
        actor=texts.get("ce_actor", ""),
        via=texts.get("ce_via", ""),
        sequence=_sequence(texts.get("ce_sequence")),
        previous=texts.get("ce_previous", ""),
        after=vector or {},
        token=after if vector is None else "",
        correlation=texts.get("ce_correlationid", ""),
        causation=texts.get("ce_causationid", ""),
        trace=trace if _TRACE.match(trace) else "",
    )


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None or time.year not in YEARS:
        raise ValueError("a moment has an offset, and lies in our time")
    return time


def _sequence(text: str | None) -> int:
    if text is None:
        return 0
    if not _SEQUENCE.fullmatch(text):
        raise ValueError("a sequence has ten digits")
    return int(text)


def after_text(after: After) -> str:
    """`cases:0000000003,placements:0000000001`, sorted by stream; empty for none."""
    return ",".join(f"{stream}:{count:010d}" for stream, count in sorted(after.items()) if count)


def after_vector(text: str) -> dict[str, int] | None:
    """The vector in a `ce_after`, or None where it is an opaque token."""
    if not text:
        return {}
    if not _VECTOR.fullmatch(text):
        return None
    return {stream: int(count) for stream, count in [pair.split(":") for pair in text.split(",")]}
