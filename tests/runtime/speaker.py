"""Speaks as other services and agencies do: records as they would lie in the log."""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from shared.contracts.codec import encode
from shared.contracts.envelope import Envelope, headers_of
from shared.contracts.message import Domain, Said, State
from shared.contracts.model import Command
from shared.runtime.chance import seeded
from shared.runtime.entry import Entry
from shared.runtime.record import Record, lane_of
from shared.runtime.speech import Cause, Voice
from shared.runtime.wiring import Wiring
from tests.runtime.toy import START

KEY = bytes(32)


class Speaker:
    """One service that says what a test tells it to; and agencies that write into their mailboxes."""

    def __init__(
        self, name: str = "intake", speaks: tuple[str, ...] = ("cases", "case-keys"), stream: str = "cases"
    ) -> None:
        domain = Domain(
            name=name, state=State, speaks=speaks, hears=(), streams=defaultdict(lambda: stream), evolves={},
            decides={}, deadlines=lambda _: {}, rows=lambda *_: (), tables={},
        )  # fmt: skip
        self.wiring, self.chance, self.now = Wiring(domain, KEY), seeded(7), START
        self.entries: dict[UUID, Entry[State]] = {}
        self.offsets: dict[tuple[str, int], int] = defaultdict(int)

    def says(self, subject: UUID, said: Said) -> list[Record]:
        """A fact, with what must be said before it (a key)."""
        entry = self.entries.setdefault(subject, Entry(State()))
        rows = Voice(self.wiring, self.chance, self.now).say(
            entry, subject, said, Cause("", "c", "service/x", "stream")
        )
        return [self._record(r.stream, r.partition, msgspec.msgpack.decode(r.headers), r.data) for r in rows]

    def asks(
        self, agency: str, command: Command, subject: UUID | None, *, id_: str = "", after: dict[str, int] | None = None
    ) -> Record:
        """A command in an agency's mailbox."""
        envelope = Envelope(
            id=id_ or str(self.chance.uuid4()), type=command.type, source=f"/agencies/{agency}", time=self.now,
            subject=str(subject) if subject else None, after=after or {},
        )  # fmt: skip
        return self._record(f"agency.{agency}.out", 0, headers_of(envelope), encode(command))

    def _record(self, topic: str, partition: int, headers: list[tuple[str, bytes]], value: bytes) -> Record:
        offset = self.offsets[topic, partition]
        self.offsets[topic, partition] += 1
        self.now += timedelta(milliseconds=1)
        return Record(topic, partition, offset, self.now, [(n, bytes(v)) for n, v in headers], value)


def at(day: int, hour: int = 0) -> datetime:
    """A moment some days after the start."""
    return START + timedelta(days=day, hours=hour)


def lane(subject: UUID) -> int:
    """Where a subject lies."""
    return lane_of(subject, 12)
