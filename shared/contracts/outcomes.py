"""Streams `answers.<service>`, `deliveries`, `case-keys` and `dead-letters`: what became of messages."""

from base64 import urlsafe_b64decode
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, StringConstraints

from shared.contracts.directory.codes import DiscardReason, PartyCode, RefusalCode
from shared.contracts.model import Code, Fact, MessageId, Value

Sentence = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
"""A sentence of the directory for people to read; never with anything of a case in it."""


class CommandAccepted(Fact):
    """A command took effect; for a sender that may not see the effects, or that asked twice."""

    command: MessageId
    command_type: Code
    to: PartyCode | None = None
    repeated: bool = False


class CommandRefused(Fact):
    """A command took no effect: why, in a code and in a sentence for people, and who could do it."""

    command: MessageId
    command_type: Code
    to: PartyCode | None = None
    code: RefusalCode
    sentence_id: Sentence
    sentence_en: Sentence
    who_could: tuple[Code, ...] = ()


class FactDiscarded(Fact):
    """An operator set aside an event that this service cannot apply; correction is a new fact by its owner."""

    stream: Code
    sequence: int
    event: MessageId
    reason: DiscardReason


class NoticeProcessed(Fact):
    """An agency's system has done what a notice was for, and not only received it."""

    agency: PartyCode
    notice: MessageId


class ReminderSent(Fact):
    """An agency was reminded of an answer that is due."""

    agency: PartyCode
    referral: UUID
    answer_by: AwareDatetime


class CaseKeyIssued(Fact):
    """The key under which `about_child` of this case is sealed; only the four services may read this topic."""

    kid: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
    """base64url of 32 bytes."""

    def raw(self) -> bytes:
        """The 32 bytes of the key."""
        return urlsafe_b64decode(self.key + "=")


class DeadLetter(Fact):
    """A record that cannot be read at all: where it lies and why, never its bytes, which may hold a name."""

    topic: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,249}$")]
    partition: int
    offset: int
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    reason: Literal["no-id", "not-cloudevent", "bad-header", "no-value", "not-json", "invalid", "forged", "fork"]
    consumer: Code


class Reminder(Fact):
    """In a mailbox: an answer is due at `answer_by` (R145)."""

    referral: UUID
    answer_by: AwareDatetime


class DueThing(Value):
    """Something that a party must do: which referral, limit or hearing, what, and whether its time has passed."""

    id: UUID
    action: Code
    overdue: bool


class DueToday(Fact):
    """In a mailbox, in the morning: what of this case is due before the next, or is overdue; ids and actions alone."""

    due: tuple[DueThing, ...]


class InProtection(Fact):
    """In a mailbox: the child is in protection; where is confidential (R88, R98)."""


ANSWERS = (CommandAccepted, CommandRefused, FactDiscarded)
DELIVERIES = (NoticeProcessed, ReminderSent)
CASE_KEYS = (CaseKeyIssued,)
DEAD_LETTERS = (DeadLetter,)
NOTICES = (Reminder, InProtection, DueToday)
