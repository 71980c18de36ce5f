"""What a turn starts from and what it leaves behind: values between the stores and the fold."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec

from shared.contracts.message import Message
from shared.runtime.entry import Entry
from shared.runtime.record import Record

Why = Literal["gap", "early", "no-key", "failed", "unsupported-version", "fork", "unknown"]
"""Why a message waits: `unknown` is a command whose subject we have not heard of yet."""


@dataclass(slots=True, eq=False)
class Waiting:
    """A message not yet applied. `until` is when somebody must look at it, or it is released; `id` 0 is not stored."""

    subject: UUID
    why: Why
    since: datetime
    until: datetime
    record: Record
    detail: str = ""
    id: int = 0
    release: bool = False
    """An operator, or a new release, wants it tried again."""


class Answered(msgspec.Struct, frozen=True, array_like=True):
    """What became of a command: `body` is the digest of what was asked, `said` the facts that followed."""

    source: str
    id: str
    body: bytes
    code: str = ""
    """Of a refusal; empty where it took effect."""
    who_could: tuple[str, ...] = ()
    said: tuple[tuple[str, str, str, int], ...] = ()
    """Per fact: id, type, stream, sequence."""
    subjects: tuple[str, ...] = ()


class SaidRow(NamedTuple):
    """A fact that we say, ready for its topic: `owner` is whose row numbers it, `subject` as others see it."""

    stream: str
    subject: UUID
    sequence: int
    id: UUID
    owner: UUID
    type: str
    lane: int
    partition: int
    headers: bytes
    data: bytes


@dataclass(slots=True)
class Before:
    """What a turn works on, loaded under locks."""

    now: datetime
    entries: dict[UUID, Entry[Any]]
    waiting: dict[UUID, list[Waiting]] = field(default_factory=dict)
    answered: dict[tuple[str, str], Answered] = field(default_factory=dict)
    aliases: dict[UUID, UUID] = field(default_factory=dict)
    shared: set[Any] = field(default_factory=set)


@dataclass(slots=True)
class Changes:
    """What a turn leaves behind, to be saved in one transaction."""

    entries: dict[UUID, Entry[Any]] = field(default_factory=dict)
    due: dict[UUID, datetime | None] = field(default_factory=dict)
    said: list[SaidRow] = field(default_factory=list)
    added: set[Any] = field(default_factory=set)
    removed: set[Any] = field(default_factory=set)
    aliases: dict[UUID, UUID] = field(default_factory=dict)
    waits: list[Waiting] = field(default_factory=list)
    settled: list[int] = field(default_factory=list)
    """Ids of stored `Waiting` that are no more."""
    parked: list[tuple[str, str]] = field(default_factory=list)
    """Commands that wait now, so that nobody submits them again."""
    answers: list[Answered] = field(default_factory=list)
    remembered: list[Answered] = field(default_factory=list)
    """What our own facts, read back, tell of commands: news only after a restore."""
    accepted: list[tuple[Message, UUID]] = field(default_factory=list)
    wakes: set[UUID] = field(default_factory=set)
    woken: set[UUID] = field(default_factory=set)
    alarms: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, what: str) -> None:
        """One more of something that is measured."""
        self.counts[what] = self.counts.get(what, 0) + 1

    def alarm(self, what: str, **fields: object) -> None:
        """Something that a person must hear of: codes and ids only."""
        self.alarms.append((what, {name: str(value) for name, value in fields.items()}))
