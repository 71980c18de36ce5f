"""Builders: lines of Kafka as the read-back sees them."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid5

from deploy.demo.line import Line, line_of
from shared.contracts.envelope import Envelope, headers_of

MORNING = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)
CASE = "5690d5f9-c00a-4ea0-a673-a76bd9e583c0"
OTHER = "0d0b84b1-95ad-4d6e-9c39-1c6e6a53a2d4"
_numbers = count(1)


class Record:
    """As aiokafka gives it."""

    def __init__(self, topic: str, headers: list[tuple[str, bytes]], value: bytes, offset: int) -> None:
        self.topic, self.partition, self.offset, self.headers, self.value = topic, 0, offset, headers, value
        self.key, self.timestamp = b"", int((MORNING + timedelta(seconds=offset)).timestamp() * 1000)


def line(
    topic: str,
    type_: str,
    subject: str = CASE,
    *,
    id_: str = "",
    cause: str = "",
    sequence: int = 0,
    previous: str = "",
    **data: object,
) -> Line:
    number = next(_numbers)
    envelope = Envelope(
        id=id_ or str(uuid5(UUID(CASE), f"{number}")),
        type=type_,
        source="/services/intake",
        time=MORNING,
        subject=subject,
        sequence=sequence,
        previous=previous,
        causation=cause,
    )
    value = json.dumps({"occurred_at": MORNING.isoformat(), **data}).encode()
    return line_of(Record(topic, headers_of(envelope), value, number))
