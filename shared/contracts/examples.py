"""The golden corpus: whole messages of every type, invented, to read and to test readers with."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from shared.contracts.directory import Directory
from shared.contracts.envelope import Envelope, headers_of
from shared.contracts.headers import Kind
from shared.contracts.invention import KEY, KID, Inventor
from shared.contracts.model import AboutChild, Body, Command, Fact
from shared.contracts.notices import NOTICE
from shared.contracts.schema import schema_of, streams_of
from shared.contracts.sealing import seal, token
from shared.contracts.topics import Stream

NO_SUBJECT: Final = frozenset({"report-child"})
"""Commands that speak of no case, because they open one."""


class Example(NamedTuple):
    """One message as it lies in a topic; `data` is the JSON value, `headers` are all texts."""

    name: str
    topic: str
    key: str | None
    headers: dict[str, str]
    data: dict[str, Any]


def examples_of(body: type[Body]) -> list[Example]:
    """Messages of a type: with the least that it must have, with all that it may, and another like that."""
    schema = schema_of(body)
    optional = len(schema["properties"]) > len(schema["required"])
    names = ["least", "most", "other"] if optional else ["least", "other"]
    return [_example(body, name, Inventor(f"{schema['$id']}/{name}", schema)) for name in names]


def kind_of(body: type[Body], stream: Stream) -> Kind:
    """Which headers a message of a type has in a stream."""
    if issubclass(body, Command):
        return "command"
    return "mailbox" if stream.name.endswith(".in") else "event"


def _example(body: type[Body], name: str, inventor: Inventor) -> Example:
    data = inventor.data(full=name != "least")
    stream = inventor.random.choice(streams_of(body))
    kind = kind_of(body, stream)
    envelope = _ENVELOPES[kind](body, stream, inventor)
    if "about_child" in data and issubclass(body, Fact) and body.variant != NOTICE:
        data["about_child"] = _sealed(inventor, envelope)
    headers = {name: text.decode() for name, text in headers_of(envelope)}
    return Example(name, stream.name, envelope.subject, headers, _with_sentences(data))


def _event(body: type[Body], stream: Stream, inventor: Inventor) -> Envelope:
    recorded = _recorded(inventor)
    sequence = inventor.random.randint(1, 4)
    service = "routing" if stream.speaker == "*" else stream.speaker
    return Envelope(
        id=inventor.uuid7(recorded),
        type=body.type,
        version=body.version,
        source=f"/services/{service}",
        time=recorded,
        subject=inventor.uuid(),
        actor="dinsos/coordinator/petugas-07",
        via="web",
        sequence=sequence,
        previous=inventor.uuid7(recorded - timedelta(minutes=3)) if sequence > 1 else "",
        after={"cases": inventor.random.randint(1, 3)} if stream.name not in {"cases", "case-keys"} else {},
        correlation=inventor.uuid7(recorded - timedelta(seconds=2)),
        causation=inventor.uuid7(recorded - timedelta(seconds=2)),
        trace=_trace(inventor),
    )


def _notice(body: type[Body], stream: Stream, inventor: Inventor) -> Envelope:
    event = _event(body, stream, inventor)
    assert event.subject is not None
    return Envelope(
        id=event.id,
        type=event.type,
        version=event.version,
        variant=body.variant,
        source="/services/notifications",
        time=event.time,
        subject=event.subject,
        sequence=event.sequence,
        previous=event.previous,
        token=token(KEY, UUID(event.subject), {"cases": 2}, nonce=inventor.random.randbytes(12)),
        correlation=event.correlation,
        trace=event.trace,
    )


def _command(body: type[Body], stream: Stream, inventor: Inventor) -> Envelope:
    recorded = _recorded(inventor)
    subject = inventor.uuid()
    told = token(KEY, UUID(subject), {"cases": 2}, nonce=inventor.random.randbytes(12))
    return Envelope(
        id=inventor.uuid7(recorded),
        type=body.type,
        version=body.version,
        source=f"/agencies/{stream.speaker}",
        time=recorded,
        subject=None if body.type in NO_SUBJECT else subject,
        token="" if body.type in NO_SUBJECT else told,
        trace=_trace(inventor),
    )


_ENVELOPES: Final = {"event": _event, "mailbox": _notice, "command": _command}


def _recorded(inventor: Inventor) -> datetime:
    return (inventor.begin + timedelta(seconds=inventor.random.randrange(600))).astimezone(UTC)


def _trace(inventor: Inventor) -> str:
    return f"00-{inventor.random.randbytes(16).hex()}-{inventor.random.randbytes(8).hex()}-01"


def _sealed(inventor: Inventor, envelope: Envelope) -> dict[str, Any]:
    about = AboutChild.model_validate(inventor.value({"$ref": "#/$defs/AboutChild"}, "", full=True))
    nonce = inventor.random.randbytes(12)
    return seal(UUID(envelope.subject), envelope.id, KID, KEY, about, nonce=nonce).model_dump()


def _with_sentences(data: dict[str, Any]) -> dict[str, Any]:
    """A refusal says what the directory says for its code."""
    if "sentence_id" not in data:
        return data
    reason = Directory.load(date(2026, 11, 2)).reason(data["code"])
    return data | {"sentence_id": reason.sentence.id, "sentence_en": reason.sentence.en}


def corpus_text(examples: list[Example]) -> str:
    """Examples as their file holds them."""
    return json.dumps([example._asdict() for example in examples], indent=2, ensure_ascii=False) + "\n"


def read_corpus(text: str) -> Iterator[Example]:
    """Examples out of their file."""
    yield from (Example(**entry) for entry in json.loads(text))
