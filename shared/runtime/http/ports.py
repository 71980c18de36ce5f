"""What the HTTP side asks of others, declared by the one who asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, TypeAlias
from uuid import UUID

import msgspec
from prometheus_client import CollectorRegistry

from shared.contracts.message import Caller
from shared.runtime.changes import Answered

Sentence: TypeAlias = Callable[[str], tuple[str, str]]
"""A code of a refusal -> what to tell people, in Indonesian and in English."""

MAX_PAGE: Final = 500
"""Rows of one page."""


class SameKeyOtherBody(Exception):
    """The key was already used by this sender for something else."""


class Unknown(Exception):
    """There is no such thing, or not for whoever asks; nobody is told which."""


class Unavailable(Exception):
    """Nothing can be stored or looked up at present; the same request may be sent again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A command as it came by HTTP: its data are one JSON document that the command's contract accepts.

    `id` is the `Idempotency-Key`; `after` the vector or token of `ce-after`, or empty; `traceparent` is never empty.
    `fingerprint` is set where the data were changed before they came here (a seal is another one each time): tell a
    retry by it instead of by `data`. It is keyed, so that nobody can guess at what was sent.
    """

    type: str
    version: int
    id: str
    subject: str | None
    after: str
    caller: Caller
    data: bytes
    traceparent: str
    fingerprint: bytes = b""


class Submissions(Protocol):
    """Commands on their way to a decision."""

    async def submit(self, submission: Submission) -> Answered | None:
        """Store it and wait a little; None is stored for certain, but not yet decided.

        Raises `SameKeyOtherBody`, `Unavailable`. Cancelled, it may have stored the command or not.
        """
        ...

    async def outcome(self, agency: str, id_: str) -> Answered | None:
        """What became of a command of this agency; None is not yet decided. Raises `Unknown`, `Unavailable`."""
        ...


class Health(Protocol):
    """How the service itself is."""

    def missing(self) -> Sequence[str]:
        """What is not ready, in codes; empty is ready."""
        ...

    def alive(self) -> bool:
        """False when only a restart can help."""
        ...


class WaitingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A message not yet applied: which, why, since when, and when somebody must look at it."""

    id: int
    subject: UUID
    why: str
    since: datetime
    until: datetime
    type: str
    event: str
    topic: str
    partition: int
    offset: int
    detail: str = ""


class PositionRow(msgspec.Struct, frozen=True):
    """The next offset to read of a partition, and when the log took the record before it.

    `problem` tells why nothing is read on: the log is not the one that was read.
    """

    topic: str
    partition: int
    next: int
    at: datetime | None = None
    problem: str = ""


class Operations(Protocol):
    """What operators may do. Each raises `Unavailable`; `caller` goes into the record of the act."""

    async def waiting(self, limit: int, before: int | None) -> Sequence[WaitingRow]:
        """The newest `limit` rows, those older than row `before` where it is given."""
        ...

    async def retry(self, id_: int, caller: Caller) -> None:
        """Try again what waits. Raises `Unknown`."""
        ...

    async def discard(self, id_: int, reason: str, caller: Caller) -> None:
        """Set aside what waits, for a coded reason. Raises `Unknown`."""
        ...

    async def resend(self, stream: str, subject: UUID | None, from_sequence: int, caller: Caller) -> int:
        """Publish again what was said, of one subject or of all; gives how many. Raises `Unknown`."""
        ...

    async def positions(self) -> Sequence[PositionRow]:
        """Where this service reads on, in every partition."""
        ...

    async def accept_positions(self, topic: str, partition: int, caller: Caller) -> None:
        """Take a log as it now is, though it is not the one that was read. Raises `Unknown`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """All that the routes ask of others."""

    submissions: Submissions
    health: Health
    operations: Operations
    sentence: Sentence
    registry: CollectorRegistry
