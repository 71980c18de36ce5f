"""Every change that is not an addition is caught and named, and every addition passes."""

import copy
from collections.abc import Callable

import pytest

from shared.contracts.compatibility import Reader, breaks
from shared.contracts.directory.codes import Service
from shared.contracts.model import Body, Code, Command, Fact, MessageId, Value
from shared.contracts.schema import OPEN, Schema, published_types, schema_of

Change = Callable[[Schema], object]

THING: Schema = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "code": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 20},
        "count": {"type": "integer", "minimum": 1, "maximum": 10, "default": 1},
        "service": {"$ref": "#/$defs/Service"},
        "forum": {"type": "string", "enum": ["diversion", "court"]},
        "party": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}, "minItems": 1},
    },
    "required": ["id", "forum", "parts"],
    "$defs": {
        "Service": {"type": "string", "enum": ["health", "schooling"], OPEN: True},
        "Part": {"type": "object", "properties": {"kind": {"type": "string"}}, "required": ["kind"]},
    },
}


def field(name: str) -> Callable[[Schema], Schema]:
    """Where a field of THING stands."""
    return lambda schema: schema["properties"][name]


def put(name: str, **words: object) -> Change:
    """Give a field other words."""
    return lambda schema: field(name)(schema).update(words)


def drop(name: str, word: str) -> Change:
    return lambda schema: field(name)(schema).pop(word)


def renamed(schema: Schema) -> None:
    schema["properties"]["code_of_it"] = schema["properties"].pop("code")


def told(change: Change, reader: Reader) -> list[str]:
    now = copy.deepcopy(THING)
    change(now)
    assert now != THING, "nothing was changed"
    return [str(found) for found in breaks("thing.v1", THING, now, reader)]


def part(schema: Schema) -> Schema:
    found: Schema = schema["$defs"]["Part"]
    return found


FORBIDDEN: dict[str, tuple[Change, str]] = {
    "a field removed": (lambda s: s["properties"].pop("code"), "field code: it was removed"),
    "a field renamed": (renamed, "field code: it was removed, or renamed to code_of_it"),
    "a field of a part removed": (lambda s: part(s)["properties"].pop("kind"), "field parts[].kind: it was removed"),
    "another type": (put("count", type="string"), "field count: its type changed from integer to string"),
    "another format": (put("id", format="date-time"), "field id: format changed from uuid to date-time"),
    "no format": (drop("id", "format"), "field id: format changed from uuid to nothing"),
    "another pattern": (put("code", pattern="^[a-z]{3}$"), "field code: pattern changed"),
    "a pattern where none was": (put("party", pattern="^x$"), "field party: pattern changed from nothing"),
    "a new field that must be there": (
        lambda s: (s["properties"].update(more={"type": "string"}), s["required"].append("more")),
        "field more: it is new and required",
    ),
    "a field that must be there now": (lambda s: s["required"].append("code"), "field code: it became required"),
    "a part's field that must be there now": (
        lambda s: (part(s)["properties"].update(more={"type": "string"}), part(s)["required"].append("more")),
        "field parts[].more: it is new and required",
    ),
    "a higher minimum": (put("count", minimum=2), "field count: minimum was narrowed from 1 to 2"),
    "a lower maximum": (put("count", maximum=9), "field count: maximum was narrowed from 10 to 9"),
    "a shorter text": (put("code", maxLength=10), "field code: maxLength was narrowed from 20 to 10"),
    "a bound where none was": (put("party", maxLength=10), "field party: maxLength was narrowed from nothing to 10"),
    "more items": (put("parts", minItems=2), "field parts: minItems was narrowed from 1 to 2"),
    "a code removed from an open set": (
        lambda s: s["$defs"]["Service"]["enum"].remove("health"),
        "field service: health was removed",
    ),
    "a code removed from a closed set": (put("forum", enum=["court"]), "field forum: diversion was removed"),
    "a set where any text was": (put("code", enum=["a"]), "field code: it became an enumeration"),
    "any text where a set was": (drop("forum", "enum"), "field forum: it is no enumeration any more"),
    "another default": (put("count", default=2), "field count: default changed from 1 to 2"),
    "no default": (drop("count", "default"), "field count: default changed from 1 to nothing"),
    "no more null": (
        lambda s: s["properties"].update(party={"type": "string", "default": None}),
        "field party: it may not be null any more",
    ),
    "another form": (
        lambda s: field("party")(s)["anyOf"].append({"type": "integer"}),
        "field party: it had 1 forms and now has 2",
    ),
    "fields that are refused now": (
        lambda s: s.update(additionalProperties=False),
        "thing.v1: fields that it does not name are refused now",
    ),
    "a word that nobody thought of": (put("parts", uniqueItems=True), "field parts: uniqueItems changed"),
}
FORBIDDEN_IN_FACTS: dict[str, tuple[Change, str]] = {
    "a code added to a closed set": (
        put("forum", enum=["diversion", "court", "appeal"]),
        "field forum: appeal was added, and readers know it as a closed set",
    ),
    "a field that may be missing now": (
        lambda s: s["required"].remove("forum"),
        "field forum: it may now be missing, and readers count on it",
    ),
    "a field that may be null now": (
        lambda s: s["properties"].update(id={"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]}),
        "field id: it may now be null",
    ),
}
ALLOWED: dict[str, Change] = {
    "a new field with a default": lambda s: s["properties"].update(more={"type": "string", "default": "x"}),
    "a new field that may be missing": lambda s: s["properties"].update(more={"type": "string"}),
    "a new field of a part": lambda s: part(s)["properties"].update(more={"type": "string"}),
    "a code added to an open set": lambda s: s["$defs"]["Service"]["enum"].append("training"),
    "a lower minimum": put("count", minimum=0),
    "a higher maximum": put("count", maximum=11),
    "no maximum": drop("count", "maximum"),
    "no pattern": drop("code", "pattern"),
    "other words for people": lambda s: s.update(description="Said better."),
    "a name for a part": lambda s: part(s).update(title="Part"),
    "another order": lambda s: s["properties"].update(id=s["properties"].pop("id")) or s["required"].reverse(),
    "a set that is open from now on": lambda s: s["properties"]["forum"].update({OPEN: True}),
}


@pytest.mark.parametrize("reader", ["others", "we"])
@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_is_no_addition_is_caught_and_named(name: str, reader: Reader) -> None:
    change, words = FORBIDDEN[name]

    found = told(change, reader)

    assert any(words in line for line in found), found
    assert all(line.startswith("thing.v1") for line in found)


@pytest.mark.parametrize("name", FORBIDDEN_IN_FACTS)
def test_what_others_read_may_not_hold_more_than_they_know(name: str) -> None:
    change, words = FORBIDDEN_IN_FACTS[name]

    assert any(words in line for line in told(change, "others"))
    assert told(change, "we") == []


@pytest.mark.parametrize("reader", ["others", "we"])
@pytest.mark.parametrize("name", ALLOWED)
def test_an_addition_passes(name: str, reader: Reader) -> None:
    assert told(ALLOWED[name], reader) == []


def test_each_break_says_what_to_do() -> None:
    (line,) = told(FORBIDDEN["a field removed"][0], "others")

    assert "kept for ever and must stay readable" in line
    assert "keep the field beside a new one" in line
    assert "write a new version of the type beside it (a class named …V2)" in line


def test_each_field_of_each_type_is_missed_when_it_is_gone() -> None:
    looked = 0
    for body in published_types():
        schema = schema_of(body)
        for name in schema["properties"]:
            less = schema | {"properties": {n: about for n, about in schema["properties"].items() if n != name}}
            assert any(found.field == name for found in breaks(body.type, schema, less, "others"))
            looked += 1
        assert not breaks(body.type, schema, schema, "others")
    assert looked > 500


def published(body: type[Body]) -> Schema:
    return {word: value for word, value in schema_of(body).items() if word != "x-streams"}


def test_models_that_grow_pass_and_models_that_change_do_not() -> None:
    class Bed(Value):
        house: Code

    class Slept(Fact):
        """Somebody slept."""

        bed: Bed
        service: Service
        cause: MessageId

    class SoftBed(Value):
        house: Code
        pillow: bool = False

    class Rested(Fact):
        """Somebody slept, said with more words."""

        bed: SoftBed
        service: Service
        cause: MessageId
        dreams: int | None = None

    class Woke(Fact):
        """Somebody slept, said with other words."""

        bed: Code
        service: Service
        cause: int

    grown = breaks("slept.v1", published(Slept), published(Rested), "others")
    changed = breaks("slept.v1", published(Slept), published(Woke), "others")

    assert grown == []
    assert {found.field for found in changed} == {"bed", "cause"}


def test_a_command_may_ask_for_less_and_not_for_more() -> None:
    class Ask(Command):
        """A question."""

        what: Code
        why: Code | None = None

    class AskLess(Command):
        """A shorter question."""

        what: Code = "all"
        why: Code | None = None

    less = breaks("ask.v1", published(Ask), published(AskLess), "we")
    more = breaks("ask.v1", published(AskLess), published(Ask), "we")

    assert [found.field for found in less] == ["what"], "its default is new: who left it out meant nothing by it"
    assert {found.what for found in more} >= {"it became required"}
