"""Reading a record: what it is for us, without ever raising, so that a bad byte is a value and not a lost batch."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID, uuid5

import msgspec
from asyncpg.pgproto import pgproto

from shared.contracts.envelope import After, Envelope, NotAnEnvelope, envelope_of
from shared.contracts.message import Caller
from shared.contracts.sealing import read_token
from shared.contracts.topics import COMMAND_TYPES
from shared.runtime.record import HTTP, Record
from shared.runtime.wiring import Wiring

LOST: Final = UUID("7b0d3a3c-2f5e-4d8e-9a3e-5b9a1c0f4e11")
"""Names subjects of dead letters, which have none of their own."""


class FactCome(msgspec.Struct, frozen=True):
    """A fact of a stream that we hear. `chain` names its sequence: the stream, or the mailbox and its own subject."""

    record: Record
    envelope: Envelope
    id: UUID
    subject: UUID
    chain: str

    @property
    def stream(self) -> str:
        """Where it was said."""
        return self.record.topic


@dataclass(frozen=True, slots=True)
class CommandCome:
    """A command that we decide, from `caller`; `subject` is as named: a subject of ours, an alias, or None."""

    record: Record
    envelope: Envelope
    caller: Caller
    subject: UUID | None
    refused: str = ""
    """The code of a refusal that was certain before anybody looked at the data."""

    @property
    def key(self) -> tuple[str, str]:
        """What a command is remembered by: who sent it, and its id."""
        return (f"/agencies/{self.caller.agency}", self.envelope.id)

    def digest(self) -> bytes:
        """Of what is asked: the same for a retry, whenever and by whichever way it comes."""
        asked = (self.envelope.full_type, self.envelope.subject or "")
        return hashlib.sha256("\n".join(asked).encode() + b"\n" + (self.record.value or b"")).digest()


@dataclass(frozen=True, slots=True)
class DueCome:
    """The time of a subject's deadlines has come (`woken` False), or something shared changed (True).

    `by` is the moment for which the logs were asked whether all has been read: a deadline after it must wait. None
    stands for now.
    """

    subject: UUID
    woken: bool = False
    by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Poke:
    """Look again at what waits of a subject."""

    subject: UUID


@dataclass(frozen=True, slots=True)
class Discard:
    """An operator sets aside what waits, for a coded reason."""

    subject: UUID
    waiting: int
    reason: str
    caller: Caller


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that can never be applied by `consumer`, and why."""

    record: Record
    consumer: str
    reason: Literal["no-id", "not-cloudevent", "bad-header", "no-value", "not-json", "invalid", "forged", "fork"]

    @property
    def subject(self) -> UUID:
        """Of its dead letter: the same whenever this record is read again, and another for any other record."""
        record, digest = self.record, self.record.digest().hex()
        place = f"{record.topic}/{record.partition}/{record.offset}"
        return uuid5(LOST, f"{self.consumer}/{place}/{record.at.isoformat()}/{digest}")


@dataclass(frozen=True, slots=True)
class NotOurs:
    """A record that others decide about."""

    record: Record


Arrival: TypeAlias = FactCome | CommandCome | DueCome | Poke | Discard | Unreadable | NotOurs


def arrive(record: Record, wiring: Wiring) -> Arrival:
    """What a record is for this service. Never raises."""
    command = record.topic == HTTP or record.topic in wiring.command_topics
    try:
        envelope = envelope_of(record.headers)
    except NotAnEnvelope as problem:
        lost = Unreadable(record, wiring.domain.name, problem.reason)
        return _no_envelope(lost, problem.id, wiring) if command else lost
    return _command(record, envelope, wiring) if command else _fact(record, envelope, wiring)


def _fact(record: Record, envelope: Envelope, wiring: Wiring) -> Arrival:
    if envelope.source != wiring.speaker(record.topic):
        return Unreadable(record, wiring.domain.name, "forged")
    named, fact_id = _uuid(envelope.subject), _uuid(envelope.id)
    if named is None or fact_id is None or not envelope.sequence:
        return Unreadable(record, wiring.domain.name, "not-cloudevent")
    if not wiring.private(record.topic):
        return FactCome(record, envelope, fact_id, named, record.topic)
    opened = read_token(wiring.token_key, envelope.token)
    if opened is None:
        return Unreadable(record, wiring.domain.name, "forged")
    envelope = _with_after(envelope, opened[1])
    return FactCome(record, envelope, fact_id, opened[0], f"{record.topic}/{named}")


def _command(record: Record, envelope: Envelope, wiring: Wiring) -> Arrival:
    caller = caller_of(record)
    decider = COMMAND_TYPES[envelope.type].decider if envelope.type in COMMAND_TYPES else "intake"
    if decider != wiring.domain.name:
        return NotOurs(record)
    subject, refused = _uuid(envelope.subject), ""
    if envelope.source != f"/agencies/{caller.agency}":
        refused = "wrong-source"
    elif envelope.type not in COMMAND_TYPES:
        refused = "unknown-type"
    elif envelope.version != COMMAND_TYPES[envelope.type].version:
        refused = "unsupported-version"
    elif envelope.subject and subject is None:
        refused = "malformed"
    if envelope.token:
        opened = read_token(wiring.token_key, envelope.token)
        refused = refused or ("" if opened else "malformed")
        subject, envelope = (opened[0], _with_after(envelope, opened[1])) if opened else (subject, envelope)
    return CommandCome(record, envelope, caller, subject, refused)


def _no_envelope(lost: Unreadable, id_: str | None, wiring: Wiring) -> Arrival:
    """Of an unreadable command: refused by its id where that can be read, else a dead letter; by intake alone."""
    record = lost.record
    if wiring.domain.name != "intake":
        return NotOurs(record)
    if id_ is None:
        return lost
    caller = caller_of(record)
    envelope = Envelope(id=id_, type="unknown", source=f"/agencies/{caller.agency}", time=record.at)
    return CommandCome(record, envelope, caller, None, "malformed")


def caller_of(record: Record) -> Caller:
    """Who sent it: of a mailbox its only writer, with all rights of that agency; by HTTP the checked credential."""
    if record.topic != HTTP:
        return Caller(record.topic.split(".")[1], "system", "system")
    agency, role, officer = record.header("caller").split("/", 2)
    return Caller(agency, role, officer)


def _with_after(envelope: Envelope, after: After) -> Envelope:
    return msgspec.structs.replace(envelope, after=after, token="")


def _uuid(text: str | None) -> UUID | None:
    try:
        return pgproto.UUID(text) if text else None  # equal to any other UUID, and read in a tenth of the time
    except ValueError:
        return None
