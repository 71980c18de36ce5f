"""One record as any outside client reads it, with where it lies."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec
from aiokafka import ConsumerRecord
from pydantic import JsonValue

from shared.contracts.envelope import Envelope, NotAnEnvelope, envelope_of

WITA: Final = "+08:00"
"""The hour in Balikpapan."""
_NONE: Final = Envelope(id="", type="", source="", time=datetime(1970, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Line:
    """A record, opened. `envelope` has no id where it is no CloudEvent; `at` is when the log took it."""

    topic: str
    partition: int
    offset: int
    at: datetime
    key: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    value: bytes | None
    envelope: Envelope
    data: dict[str, JsonValue]

    @property
    def where(self) -> str:
        """`cases[3]@17`."""
        return f"{self.topic}[{self.partition}]@{self.offset}"

    @property
    def type(self) -> str:
        """The bare name, such as `referred`."""
        return self.envelope.type

    @property
    def subject(self) -> str:
        """The case, or the referral, that it is about."""
        return self.envelope.subject or ""

    def text(self, path: str) -> str:
        """A field of the data as text, such as `receiver.party`; empty where it is not there."""
        value: JsonValue = self.data
        for step in path.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        return "" if value is None else str(value)

    def raw(self) -> bytes:
        """All bytes that an outsider could search."""
        return b"\n".join([self.key or b"", *(value for _, value in self.headers), self.value or b""])


def line_of(record: ConsumerRecord) -> Line:
    """Open a record; what cannot be opened stays as it is."""
    headers = tuple((name, value or b"") for name, value in record.headers)
    try:
        envelope = envelope_of(headers)
    except NotAnEnvelope:
        envelope = _NONE
    at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
    return Line(
        record.topic, record.partition, record.offset, at, record.key, headers, record.value, envelope, _data(record.value)
    )  # fmt: skip


def _data(value: bytes | None) -> dict[str, JsonValue]:
    try:
        data = msgspec.json.decode(value or b"{}")
    except ValueError:  # msgspec's errors, and bytes that are not UTF-8
        return {}
    return data if isinstance(data, dict) else {}
