"""Stands for the engine behind the HTTP side."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from joserfc.jwk import Key

from shared.contracts.message import Caller
from shared.runtime.changes import Answered
from shared.runtime.http.ports import PositionRow, SameKeyOtherBody, Submission, Unavailable, Unknown, WaitingRow

AT = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
SUBJECT = UUID("6d1f0a52-9f5e-4c1d-8a53-0c9d7f3b2a10")


@dataclass
class FakeSubmissions:
    """Remembers commands; `decides` is what becomes of the next, None while undecided."""

    decides: Answered | None = None
    away: bool = False
    stored: list[Submission] = field(default_factory=list)
    known: dict[tuple[str, str], tuple[bytes, Answered | None]] = field(default_factory=dict)

    async def submit(self, submission: Submission) -> Answered | None:
        if self.away:
            raise Unavailable
        key, asked = (submission.caller.agency, submission.id), submission.fingerprint or submission.data
        before = self.known.setdefault(key, (asked, self.decides))
        if before[0] != asked:
            raise SameKeyOtherBody
        self.stored.append(submission)
        return before[1]

    async def outcome(self, agency: str, id_: str) -> Answered | None:
        if self.away:
            raise Unavailable
        if (agency, id_) not in self.known:
            raise Unknown
        return self.known[agency, id_][1]


@dataclass
class FakeHealth:
    lacks: tuple[str, ...] = ()
    well: bool = True

    def missing(self) -> Sequence[str]:
        return self.lacks

    def alive(self) -> bool:
        return self.well


@dataclass
class FakeOperations:
    """Rows 1 to `rows` wait; every act is noted in `acts`, with who did it."""

    rows: int = 3
    acts: list[tuple[object, ...]] = field(default_factory=list)

    async def waiting(self, limit: int, before: int | None) -> Sequence[WaitingRow]:
        newest = min(self.rows, (before or self.rows + 1) - 1)
        return [_waiting(id_) for id_ in range(newest, max(0, newest - limit), -1)]

    async def retry(self, id_: int, caller: Caller) -> None:
        self._act(id_ <= self.rows, "retry", id_, caller)

    async def discard(self, id_: int, reason: str, caller: Caller) -> None:
        self._act(id_ <= self.rows, "discard", id_, reason, caller)

    async def resend(self, stream: str, subject: UUID | None, from_sequence: int, caller: Caller) -> int:
        self._act(stream == "letters", "resend", stream, subject, from_sequence, caller)
        return 7

    async def positions(self) -> Sequence[PositionRow]:
        return [
            PositionRow(topic="letters", partition=0, next=4, at=AT),
            PositionRow(topic="letters", partition=1, next=0),
        ]

    async def accept_positions(self, topic: str, partition: int, caller: Caller) -> None:
        self._act(topic == "letters", "accept", topic, partition, caller)

    def _act(self, known: bool, *act: object) -> None:
        if not known:
            raise Unknown
        self.acts.append(act)


def _waiting(id_: int) -> WaitingRow:
    return WaitingRow(
        id=id_, subject=SUBJECT, why="gap", since=AT, until=AT, type="letter-sent", event=f"e-{id_}",
        topic="letters", partition=0, offset=id_,
    )  # fmt: skip


class FixedKeys:
    """Keys by their id, as given."""

    def __init__(self, *keys: Key) -> None:
        self.keys = {key.kid: key for key in keys}

    async def find(self, kid: str) -> Key | None:
        return self.keys.get(kid)
