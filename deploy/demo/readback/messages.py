"""What must hold for the messages: order, outcomes, CloudEvents, published schemas, and no name anywhere."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from jsonschema import Draft202012Validator, FormatChecker

from deploy.demo.line import Line
from deploy.demo.readback.check import Check, checked
from deploy.demo.readback.log import Log
from shared import contracts

SCHEMAS: Final = Path(contracts.__file__).parent / "schemas"


def messages(log: Log, by_http: Iterable[str], names: Iterable[str]) -> Iterator[Check]:
    """All of them. `by_http` are ids of commands sent by HTTP; `names` what must not stand in any byte."""
    yield _sequences(log)
    yield _outcomes(log, tuple(by_http))
    yield _cloudevents(log)
    yield _schemas(log)
    yield _names(log, tuple(names))
    yield _dead_letters(log)


def _sequences(log: Log) -> Check:
    """Per stream and subject 1, 2, 3 …, each naming the one before."""
    chains: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in log.once:
        if line.envelope.sequence:
            chains[line.topic, line.subject].append(line)
    wrong = [f"{topic} {subject[:8]}" for (topic, subject), lines in chains.items() if not _dense(lines)]
    return checked(
        "nomor urut tanpa celah per aliran dan subjek", "sequences dense per stream and subject", chains, wrong
    )


def _dense(lines: Iterable[Line]) -> bool:
    previous = ""
    for number, line in enumerate(sorted(lines, key=lambda each: each.envelope.sequence), 1):
        if line.envelope.sequence != number or line.envelope.previous != previous:
            return False
        previous = line.envelope.id
    return True


def _outcomes(log: Log, by_http: tuple[str, ...]) -> Check:
    """Its effects, or one refusal, or one word that it took effect; never two of these, never none."""
    effects = {line.envelope.causation for line in log.facts}
    answers: Counter[str] = Counter(line.text("command") for line in log.answers() if line.text("repeated") != "True")
    commands = {*by_http, *(line.envelope.id for line in log.sent())}
    wrong = [id_ for id_ in commands if (id_ in effects) + answers[id_] != 1]
    return checked("tepat satu hasil per perintah", "every command has one outcome", commands, wrong)


def _cloudevents(log: Log) -> Check:
    """As the official reader takes them."""
    wrong = [line.where for line in log.lines if not _readable(line)]
    return checked("setiap pesan CloudEvent yang sah", "every message is a valid CloudEvent", log.lines, wrong)


def _readable(line: Line) -> bool:
    try:
        event = from_binary(KafkaMessage(dict(line.headers), line.key, line.value or b""), JSONFormat())
    except (ValueError, KeyError, TypeError):
        return False
    return bool(event.get_id() == line.envelope.id and event.get_specversion() == "1.0")


def _schemas(log: Log) -> Check:
    """Data and headers by the published schemas; a command may break them only where it was refused."""
    data, headers = dict(_by_id()), {kind: _validator(SCHEMAS / f"headers/{kind}.json") for kind in _KINDS}
    refused = {line.text("command") for line in log.answers() if line.type == "command-refused"}
    wrong = [line.where for line in log.lines if line.envelope.id not in refused and not _valid(line, data, headers)]
    return checked(
        "setiap pesan sesuai skema terbitan", "every message valid by its published schema", log.lines, wrong
    )


_KINDS: Final = ("event", "command", "mailbox")


def _valid(line: Line, data: Mapping[str, Draft202012Validator], headers: Mapping[str, Draft202012Validator]) -> bool:
    schema = data.get(line.envelope.schema)
    kind = {"out": "command", "in": "mailbox"}.get(line.topic.rsplit(".", 1)[-1], "event")
    texts = {name: value.decode() for name, value in line.headers}
    return schema is not None and bool(schema.is_valid(line.data)) and bool(headers[kind].is_valid(texts))


def _by_id() -> Iterator[tuple[str, Draft202012Validator]]:
    for room in ("events", "notices", "commands"):
        for path in sorted((SCHEMAS / room).glob("*.json")):
            schema: dict[str, Any] = json.loads(path.read_text("utf-8"))
            yield schema["$id"], Draft202012Validator(schema, format_checker=FormatChecker())


def _validator(path: Path) -> Draft202012Validator:
    return Draft202012Validator(json.loads(path.read_text("utf-8")), format_checker=FormatChecker())


def _names(log: Log, names: tuple[str, ...]) -> Check:
    """In the raw bytes of keys, headers and values of every record of every topic."""
    wanted = [name.lower().encode() for name in names]
    raw = [(line, line.raw().lower()) for line in log.lines]
    wrong = [line.where for line, text in raw if any(name in text for name in wanted)]
    examined = sum(len(text) for _, text in raw) if names else 0
    return Check(
        f"tidak satu pun dari {len(names)} kata nama dan NIK dalam byte mentah",
        f"none of {len(names)} words of names and NIKs in the raw bytes",
        examined,
        wrong,
    )


def _dead_letters(log: Log) -> Check:
    """Nothing was unreadable."""
    wrong = [line.where for line in log.lines if line.topic == "dead-letters"]
    return checked("tidak ada surat mati", "no dead letter", log.lines, wrong)
