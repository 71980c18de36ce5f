"""A message as it lies in a log, or came by HTTP: bytes and where they are from."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from struct import Struct
from typing import Final, Protocol
from uuid import UUID

import msgspec

HTTP: Final = "http"
"""The topic of what came by HTTP: it has a verified caller in the header `caller`."""


_TEXT: Final = Struct("<9I")
"""The text of a UUID as words: 36 bytes, so that nothing is left over."""


class Record(msgspec.Struct, frozen=True, array_like=True):
    """One record. `at` is when the log took it, the only time that cannot be forged."""

    topic: str
    partition: int
    offset: int
    at: datetime
    headers: list[tuple[str, bytes | None]]
    value: bytes | None

    def digest(self) -> bytes:
        """SHA-256 over headers and value: tells this record from any other."""
        parts = [part for name, text in self.headers for part in (name.encode(), text or b"")]
        return hashlib.sha256(b"\x00".join([*parts, self.value or b""])).digest()

    def header(self, name: str) -> str:
        """A header's text; empty where it is missing or no text."""
        return next((v.decode(errors="replace") for n, v in self.headers if n == name and v), "")


class KafkaRecord(Protocol):
    """What we need of a client library's record."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    headers: Sequence[tuple[str, bytes]]
    value: bytes | None


def record_of(raw: KafkaRecord, prefix: str = "") -> Record:
    """A client library's record as ours; `prefix` is what the deployment puts before topic names."""
    at = datetime.fromtimestamp(raw.timestamp / 1000, UTC)
    return Record(raw.topic[len(prefix) :], raw.partition, raw.offset, at, list(raw.headers), raw.value)


@lru_cache(maxsize=16_384)
def lane_of(subject: UUID, lanes: int) -> int:
    """The partition of a subject in every subject stream, as Kafka's own partitioner has it (murmur2 of the text)."""
    factor, low, digest = 0x5BD1E995, 0xFFFFFFFF, 0x9747B28C ^ _TEXT.size
    for word in _TEXT.unpack(str(subject).encode()):
        mixed = word * factor & low
        digest = (digest * factor ^ (mixed ^ mixed >> 24) * factor) & low
    digest = (digest ^ digest >> 13) * factor & low
    return ((digest ^ digest >> 15) & 0x7FFFFFFF) % lanes
