"""The golden corpus: whole, valid, readable, nobody's, and the same each time."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from shared.contracts import published
from shared.contracts.codec import decode_command, decode_fact, encode
from shared.contracts.directory import Directory, Reason
from shared.contracts.envelope import Envelope, envelope_of
from shared.contracts.examples import Example, corpus_text, examples_of, read_corpus
from shared.contracts.invention import KEY, Inventor
from shared.contracts.model import AboutChild, Body, Code, Command, Fact, Sealed
from shared.contracts.schema import published_types, schema_of
from shared.contracts.sealing import open_sealed, read_token
from shared.contracts.topics import STREAMS
from tests.contracts.conformance import problems

BODIES: dict[tuple[str, int, str], type[Body]] = {
    (body.type, body.version, body.variant): body for body in published_types()
}
CORPUS = list(published.corpora())
NOW = [(path, example) for path, example in CORPUS if "/released/" not in path]

SEALED = re.compile(r"[A-Za-z0-9_-]{43,}")
TELEPHONE = re.compile(r"(?<![0-9a-f-])(?:\+?62[ -]?|0)8[1-9][0-9 -]{6,}")
NIK = re.compile(r"(?<![0-9a-f])[0-9]{16}(?![0-9a-f])")
NAME = re.compile(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b")
NAMED = ("Siti", "Budi", "Ahmad", "Muhammad", "Putri", "Andi", "Dewi", "Jalan", "Jl.")


def envelope(example: Example) -> Envelope:
    return envelope_of([(name, text.encode()) for name, text in example.headers.items()])


def body_of(example: Example) -> type[Body]:
    told = envelope(example)
    return BODIES[told.type, told.version, told.variant]


def read(example: Example) -> Body:
    told, data = envelope(example), json.dumps(example.data).encode()
    if issubclass(body_of(example), Command):
        return decode_command(told.type, told.version, data)
    return decode_fact(told.type, told.version, data, told.variant)


def texts(value: Any) -> Iterator[str]:
    """Every text in a message's data and headers."""
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(part)


def test_every_type_has_examples_with_the_least_and_with_all_that_it_may_have() -> None:
    generated = [example for path, example in NOW if "stories" not in path]
    names = Counter((body_of(example), example.name) for example in generated)

    for body in BODIES.values():
        assert names[body, "least"] == 1, body
        assert names[body, "other"] == 1, body
        assert names[body, "most"] == (len(body.model_fields) > len(schema_of(body)["required"])), body


def test_every_example_and_its_headers_validate_against_their_schemas() -> None:
    assert len(NOW) > 450
    for path, example in NOW:
        assert problems(*record(example)) == [], f"{path}, {example.name}"


def record(example: Example) -> tuple[str, list[tuple[str, bytes]], bytes]:
    """An example as a client would get it."""
    headers = [(name, text.encode()) for name, text in example.headers.items()]
    return example.topic, headers, json.dumps(example.data).encode()


@pytest.mark.parametrize(
    ("headers", "data", "told"),
    [
        ({"ce_sequence": "1"}, {}, ["bad-header"]),
        ({"ce_subject": "Siti"}, {}, ["cases senandung.risk-assessed.v1 $.ce_subject: format"]),
        ({"ce_dataschema": ""}, {}, ["cases senandung.risk-assessed.v1 $.ce_dataschema: pattern"]),
        ({"ce_type": "senandung.unheard-of.v1"}, {}, ["no published schema urn:senandung:schema:unheard-of:v1"]),
        ({}, {"risk": "Siti"}, ["cases senandung.risk-assessed.v1 $.risk: enum"]),
        ({}, {"occurred_at": "yesterday"}, ["cases senandung.risk-assessed.v1 $.occurred_at: format"]),
    ],
)
def test_what_is_not_as_published_is_found(headers: dict[str, str], data: dict[str, str], told: list[str]) -> None:
    example = next(example for path, example in NOW if path == "examples/risk-assessed.v1.json")
    spoilt = example._replace(headers=example.headers | headers, data=example.data | data)

    assert problems(*record(spoilt)) == told


def test_every_example_is_the_same_after_it_was_read_and_written() -> None:
    for path, example in CORPUS:
        body = read(example)
        again = json.loads(encode(body))
        assert read(example._replace(data=again)) == body, path
        assert_within(example.data, again, f"{path}, {example.name}")


def assert_within(less: Any, more: Any, where: str) -> None:
    """Nothing is lost or changed on the way; defaults may be added, moments written otherwise."""
    if isinstance(less, dict):
        for name, value in less.items():
            assert_within(value, more[name], f"{where}, {name}")
    elif isinstance(less, list):
        assert len(less) == len(more), where
        for one, other in zip(less, more, strict=True):
            assert_within(one, other, where)
    else:
        assert less == more, where


def test_every_example_lies_in_a_topic_of_its_type_under_the_key_of_its_subject() -> None:
    for path, example in NOW:
        stream, told = STREAMS[example.topic], envelope(example)
        assert any(told.type == body.type for body in stream.types), path
        assert example.key == told.subject
        speaker = stream.speaker if stream.speaker != "*" else "routing"
        agency = example.topic.endswith(".out")
        assert told.source == f"/{'agencies' if agency else 'services'}/{speaker}", path


def test_whoever_holds_the_published_key_can_open_what_is_sealed() -> None:
    key = json.loads((published.HERE / "examples/key.json").read_text("utf-8"))
    opened = 0
    for path, example in CORPUS:
        body = read(example)
        sealed = getattr(body, "about_child", None)
        if isinstance(body, Fact) and isinstance(sealed, Sealed):
            told = envelope(example)
            assert sealed.kid == key["kid"]
            assert open_sealed(UUID(told.subject), told.id, KEY, sealed) != AboutChild(), path
            opened += 1
    assert opened > 20


def test_no_example_holds_a_name_a_number_of_a_person_or_a_telephone_number() -> None:
    sentences = {text for reason in Directory.load(date(2026, 11, 2)).tables.reasons.ever() for text in told(reason)}
    looked = 0
    for path, example in CORPUS:
        for text in {*texts([example.data, example.headers])} - sentences:
            looked += 1
            if not SEALED.fullmatch(text):
                assert not [p for p in (TELEPHONE, NIK, NAME) if p.search(text)], f"{path}, {example.name}: {text}"
                assert not any(name in text for name in NAMED), f"{path}, {example.name}: {text}"
    assert looked > 5000


def told(reason: Reason) -> tuple[str, str]:
    """The sentence of a reason in both languages: the one thing that is said to people."""
    return reason.sentence.id, reason.sentence.en


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (TELEPHONE, "call 081234567890"),
        (TELEPHONE, "+62 8123456789"),
        (NIK, "6471994107129001"),
        (NAME, "found by Siti Aminah"),
    ],
)
def test_the_search_for_persons_finds_them(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


def test_examples_are_the_same_each_time_and_in_their_file() -> None:
    for body in (*BODIES.values(),)[::10]:
        text = corpus_text(examples_of(body))
        assert text == corpus_text(examples_of(body))
        assert list(read_corpus(text)) == examples_of(body)


def test_a_type_with_a_form_of_text_that_nobody_invented_for_fails_and_does_not_go_without() -> None:
    class Coloured(Fact):
        """Something has a colour."""

        colour: Code

    schema = schema_of(Coloured)
    schema["properties"]["colour"]["pattern"] = "^#[0-9a-f]{6}$"

    with pytest.raises(KeyError, match="#"):
        Inventor("seed", schema).data(full=True)


STORIES = sorted({path for path, _ in NOW if "stories" in path})


def test_there_are_the_four_stories() -> None:
    assert [path.rpartition("/")[2] for path in STORIES] == [
        "hearing.json",
        "mistake.json",
        "night-raid.json",
        "toddler.json",
    ]


@pytest.mark.parametrize("path", STORIES)
def test_a_story_is_told_in_order_without_a_gap(path: str) -> None:
    heads: dict[tuple[str, str], tuple[int, str]] = {}
    known: set[str] = set()
    for where, example in NOW:
        if where != path:
            continue
        told = envelope(example)
        after = told.after if not told.token else (read_token(KEY, told.token) or (None, {}))[1]
        case = str((read_token(KEY, told.token) or (told.subject,))[0]) if told.token else str(told.subject)
        assert all(heads[stream, case][0] >= count for stream, count in after.items()), example.name
        if told.sequence:
            count, last = heads.get((example.topic, str(told.subject)), (0, ""))
            assert (told.sequence, told.previous) == (count + 1, last), example.name
            assert not told.causation or told.causation in known or told.causation.startswith("due/"), example.name
            heads[example.topic, str(told.subject)] = (told.sequence, told.id)
        known.add(told.id)
    assert len(known) > 10


@pytest.mark.parametrize("path", STORIES)
def test_a_story_says_in_a_sentence_what_each_message_means(path: str) -> None:
    assert all(len(example.name.split()) >= 2 for where, example in NOW if where == path)
