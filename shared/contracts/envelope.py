"""The CloudEvents envelope: the attributes of a message, and the Kafka headers that carry them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from shared.contracts.model import utc

PREFIX: Final = "senandung."
JSON: Final = b"application/json"
_TYPE: Final = re.compile(r"^senandung\.([a-z0-9-]{1,60})\.v([1-9]\d{0,3})$")

After = Mapping[str, int]
"""Per stream, how many facts of the case its speaker had said or heard: `cases:0000000003,placements:0000000001`."""

Headers = list[tuple[str, bytes]]


class NotAnEnvelope(ValueError):
    """The headers are not a CloudEvent of ours; the argument is a reason code, `ce_id` is kept where readable."""

    def __init__(self, reason: str, id_: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.id = reason, id_


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Context attributes of one message. `type` is the bare name, such as `referred`; `sequence` 0 means none."""

    id: str
    type: str
    version: int = 1
    source: str
    time: datetime
    subject: str | None = None
    actor: str = ""
    via: str = ""
    sequence: int = 0
    previous: str = ""
    after: After = field(default_factory=dict)
    token: str = ""
    """`ce_after` as it came, where it is not readable as a vector: the opaque token of mailboxes."""
    correlation: str = ""
    causation: str = ""
    trace: str = ""

    @property
    def full_type(self) -> str:
        """As on the wire: `senandung.referred.v1`."""
        return f"{PREFIX}{self.type}.v{self.version}"


def headers_of(envelope: Envelope) -> Headers:
    """The envelope as Kafka headers, UTF-8; empty attributes are left out."""
    texts = {
        "ce_specversion": "1.0",
        "ce_id": envelope.id,
        "ce_type": envelope.full_type,
        "ce_source": envelope.source,
        "ce_time": utc(envelope.time),
        "ce_dataschema": f"urn:senandung:schema:{envelope.type}:v{envelope.version}",
        "ce_subject": envelope.subject,
        "ce_actor": envelope.actor,
        "ce_via": envelope.via,
        "ce_sequence": f"{envelope.sequence:010d}" if envelope.sequence else None,
        "ce_previous": envelope.previous,
        "ce_after": envelope.token or after_text(envelope.after),
        "ce_correlationid": envelope.correlation,
        "ce_causationid": envelope.causation,
        "traceparent": envelope.trace,
    }
    return [("content-type", JSON), *((name, text.encode()) for name, text in texts.items() if text)]


def envelope_of(headers: Iterable[tuple[str, bytes | None]]) -> Envelope:
    """The envelope in Kafka headers.

    Raises `NotAnEnvelope` with `bad-header` (binary or null), `no-id` or `not-cloudevent`.
    """
    texts = _texts(headers)
    id_ = texts.get("ce_id")
    if not id_ or len(id_) > 200 or "\x00" in id_:
        raise NotAnEnvelope("bad-header" if texts.get("") else "no-id")
    named = _TYPE.match(texts.get("ce_type", ""))
    if texts.get(""):
        raise NotAnEnvelope("bad-header", id_)
    if texts.get("ce_specversion") != "1.0" or not named or not texts.get("ce_source"):
        raise NotAnEnvelope("not-cloudevent", id_)
    try:
        return _envelope(id_, named[1], int(named[2]), texts)
    except ValueError:
        raise NotAnEnvelope("bad-header", id_) from None


def _texts(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    """Headers as text; the name '' holds the name of one that is none."""
    texts: dict[str, str] = {}
    for name, value in headers:
        try:
            texts[name] = (value or b"").decode()
        except UnicodeDecodeError:
            texts[""] = name
        if value is None:
            texts[""] = name
    return texts


def _envelope(id_: str, type_: str, version: int, texts: dict[str, str]) -> Envelope:
    after = texts.get("ce_after", "")
    vector = after_vector(after)
    return Envelope(
        id=id_,
        type=type_,
        version=version,
        source=texts["ce_source"],
        time=datetime.fromisoformat(texts["ce_time"]),
        subject=texts.get("ce_subject"),
        actor=texts.get("ce_actor", ""),
        via=texts.get("ce_via", ""),
        sequence=int(texts.get("ce_sequence", "0")),
        previous=texts.get("ce_previous", ""),
        after=vector or {},
        token=after if vector is None else "",
        correlation=texts.get("ce_correlationid", ""),
        causation=texts.get("ce_causationid", ""),
        trace=texts.get("traceparent", ""),
    )


def after_text(after: After) -> str:
    """`cases:0000000003,placements:0000000001`, sorted by stream; empty for none."""
    return ",".join(f"{stream}:{count:010d}" for stream, count in sorted(after.items()) if count)


def after_vector(text: str) -> dict[str, int] | None:
    """The vector in a `ce_after`, or None where it is an opaque token."""
    if not text:
        return {}
    pairs = [pair.rpartition(":") for pair in text.split(",")]
    if not all(stream and count.isascii() and count.isdigit() and len(count) == 10 for stream, _, count in pairs):
        return None
    return {stream: int(count) for stream, _, count in pairs}
