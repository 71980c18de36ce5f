"""The same work for a variant that brings its own storage: a case and a record in, a case and records out."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID, uuid4

import msgspec

from shared.contracts.codec import decode_fact, encode
from shared.contracts.envelope import Envelope, Headers, envelope_of, headers_of
from shared.contracts.message import Message
from shared.contracts.model import Fact
from tests.bench.workload.desk import DESK, Answered, Desk, Heard, hear, note


class Case(msgspec.Struct, omit_defaults=True):
    """What is stored of a case: its state, and how far its two streams are."""

    state: Desk = Desk()
    heard: int = 0
    said: int = 0
    last: str = ""


def stored_case() -> Case:
    """A case as it lies in a filled database: one fact heard, one said."""
    state = Desk(Heard(1, "low", 0), Answered("dinsos", 1, datetime(2036, 11, 2, 14, 0, tzinfo=UTC)))
    return Case(state, heard=1, said=1)


class Outgoing(NamedTuple):
    """One record as it will lie in the topic `referrals`."""

    key: bytes
    headers: Headers
    value: bytes


class OutOfOrder(RuntimeError):
    """A fact came before the one that it follows."""


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(Case)


def pack(case: Case) -> bytes:
    """As stored."""
    return _ENCODER.encode(case)


def unpack(doc: bytes | None) -> Case:
    """From what is stored; a case of which nothing is stored is new."""
    return _DECODER.decode(doc) if doc else Case()


def subject_of(headers: Iterable[tuple[str, bytes | None]]) -> UUID:
    """Whose case a record is about."""
    return UUID(next(value for name, value in headers if name == "ce_subject" and value).decode())


def take(case: Case, headers: Headers, value: bytes) -> list[Outgoing]:
    """Apply a record to a case, once and in order; gives what follows. Raises `OutOfOrder`, `NotReadable`."""
    envelope = envelope_of(headers)
    if envelope.sequence <= case.heard:
        return []
    if envelope.sequence != case.heard + 1:
        raise OutOfOrder(envelope.id)
    body = decode_fact(envelope.type, envelope.version, value)
    message = Message(body=body, subject=UUID(envelope.subject), id=envelope.id, time=envelope.time, stream="cases")
    case.heard += 1
    case.state = msgspec.structs.replace(case.state, cases=hear(case.state.cases, message))
    said = DESK.decides[type(body)](case.state, message, envelope.time)
    assert isinstance(said, list)
    return [_say(case, message, fact, envelope) for fact in said]


def _say(case: Case, message: Message, fact: Fact, cause: Envelope) -> Outgoing:
    id_, case.said = str(uuid4()), case.said + 1
    envelope = Envelope(
        id=id_, type=fact.type, source="/services/routing", time=message.time, subject=cause.subject,
        actor="service/routing", via="stream", sequence=case.said, previous=case.last, correlation=cause.correlation,
        causation=cause.id, after={"cases": case.heard},
        trace=f"{cause.trace[:35]}-{id_[24:]}0000-01",
    )  # fmt: skip
    case.last = id_
    own = Message(body=fact, subject=message.subject, id=id_, time=message.time, stream="referrals")
    case.state = msgspec.structs.replace(case.state, referrals=note(case.state.referrals, own))
    return Outgoing(str(message.subject).encode(), headers_of(envelope), encode(fact))


def due(case: Case) -> datetime | None:
    """When somebody must look at the case."""
    return min(DESK.deadlines(case.state).values(), default=None)
