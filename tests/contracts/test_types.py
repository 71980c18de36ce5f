"""What holds for every type of message, those to come included."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator

from shared.contracts import commands, model
from shared.contracts.directory import codes
from shared.contracts.headers import KINDS, headers_schema
from shared.contracts.model import Body, Command, Fact, Sealed
from shared.contracts.profiles import PROFILES, Profiles
from shared.contracts.profiles.cells import reach
from shared.contracts.published_topics import ABOUT, topics
from shared.contracts.schema import Schema, published_types, schema_of, streams_of
from shared.contracts.topics import FACTS, SERVICES

TYPES = list(published_types())
FACT_TYPES = [body for body in TYPES if issubclass(body, Fact) and not body.variant]
COMMAND_TYPES = [body for body in TYPES if issubclass(body, Command)]
SENTENCES = {("command-refused", "sentence_id"), ("command-refused", "sentence_en")}
"""The only texts for people in any message; a test of the directory holds them."""

SCHEMAS = [(body, schema_of(body)) for body in TYPES]


def nodes(schema: Any, path: str = "") -> Iterator[tuple[str, Schema]]:
    """Every object in a schema, with the name of its field."""
    if isinstance(schema, dict):
        yield path, schema
        for word, value in schema.items():
            yield from nodes(value, path if word in {"items", "anyOf", "properties", "$defs"} else word)
    if isinstance(schema, list):
        for value in schema:
            yield from nodes(value, path)


def test_there_are_types_to_look_at() -> None:
    assert (len(FACT_TYPES), len(COMMAND_TYPES)) > (50, 30)
    assert {body.type for body in FACTS} == {body.type for body in TYPES if body.variant}


def test_each_schema_is_one() -> None:
    for _, schema in SCHEMAS:
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("kind", KINDS)
def test_each_schema_of_headers_is_one(kind: Any) -> None:
    schema = headers_schema(kind)

    Draft202012Validator.check_schema(schema)
    assert set(schema["required"]) <= schema["properties"].keys()


def test_each_type_says_in_words_what_it_means_and_where_it_lies() -> None:
    for body in TYPES:
        assert body.__doc__ not in {None, Body.__doc__, Fact.__doc__, Command.__doc__}, body
        assert streams_of(body), body
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", body.type)


def test_no_field_of_any_type_can_hold_free_text() -> None:
    texts = [(body, name, node) for body, schema in SCHEMAS for name, node in nodes(schema) if is_text(node)]

    assert len(texts) > 500
    for body, name, node in texts:
        held = {"pattern", "enum", "const"} & node.keys() or node.get("format") in {"uuid", "date-time"}
        short = node.get("maxLength", 1000) <= 200
        assert held or short or (body.type, name) in SENTENCES, f"{body.type}.{name} could hold a name"


def is_text(node: Schema) -> bool:
    return node.get("type") == "string"


def test_a_text_of_up_to_200_characters_is_only_ever_the_id_of_a_message() -> None:
    loose = {
        name
        for _, schema in SCHEMAS
        for name, node in nodes(schema)
        if is_text(node) and node.get("maxLength", 0) <= 200 and "maxLength" in node
    }

    assert loose == {"cause", "command", "event", "notice"}


def test_times_stand_at_the_top_of_a_message_where_the_codec_looks_at_them() -> None:
    for body, schema in SCHEMAS:
        assert not [name for name, node in nodes(schema.get("$defs", {})) if node.get("format") == "date-time"], body


def test_what_describes_a_child_is_sealed_in_every_fact() -> None:
    sealed = [body for body in FACT_TYPES if "about_child" in body.model_fields]

    assert len(sealed) >= 4
    assert all(body.model_fields["about_child"].annotation is Sealed for body in sealed)
    assert all("AboutChild" not in schema.get("$defs", {}) for body, schema in SCHEMAS if body in FACT_TYPES)


def test_each_command_has_one_service_that_decides_it() -> None:
    assert {body.decider for body in COMMAND_TYPES} == {*SERVICES}


def test_each_command_is_closed_at_every_depth() -> None:
    objects = [node for body, schema in SCHEMAS if body in COMMAND_TYPES for _, node in nodes(schema)]
    objects = [node for node in objects if node.get("type") == "object"]

    assert len(objects) > len(COMMAND_TYPES)
    assert all(node["additionalProperties"] is False for node in objects)


def test_no_two_types_have_one_name() -> None:
    names = [(body.type, body.version, body.variant) for body in TYPES]

    assert len(names) == len(set(names))
    assert not {body.type for body in COMMAND_TYPES} & {body.type for body in FACT_TYPES}


def test_every_command_of_the_module_is_published() -> None:
    classes = {c for c in vars(commands).values() if isinstance(c, type) and issubclass(c, Command) and c.decider}

    assert {c for c in classes if not c.__name__.startswith("For")} == set(COMMAND_TYPES)


def test_every_topic_says_what_it_is_for() -> None:
    assert topics().keys() == ABOUT.keys()
    assert set(topics()["agency.{code}.in"]["codes"]) == set(get_args(codes.PartyCode))


def test_codes_of_the_directory_are_open_and_all_other_sets_are_closed() -> None:
    schemas = [schema for _, schema in SCHEMAS]
    open_sets = {name for schema in schemas for name, node in schema.get("$defs", {}).items() if node.get("x-open")}
    closed = [node for schema in schemas for _, node in nodes(schema) if "enum" in node and not node.get("x-open")]

    assert {"PartyCode", "Service", "RefusalCode", "Risk", "ReferralOutcome"} <= open_sets
    assert open_sets <= vars(codes).keys()
    assert {tuple(node["enum"]) for node in closed} >= {
        get_args(model.Sex),
        get_args(model.Role),
        get_args(model.Forum),
    }


def test_a_notice_has_every_field_of_its_fact_must_have_none_but_the_time_and_claims_no_default() -> None:
    for notice in (body for body in TYPES if body.variant):
        schema = schema_of(notice)
        fact = next(body for body in FACT_TYPES if body.type == notice.type)
        assert schema["properties"].keys() == schema_of(fact)["properties"].keys()
        assert schema["required"] == ["occurred_at"]
        assert not [node for _, node in nodes(schema) if "default" in node]


def test_a_profile_that_shows_a_part_of_an_object_shows_what_the_object_must_have() -> None:
    table = Profiles.load()
    looked = 0
    for (type_, field), row in table.rows.items():
        head, dot, _ = field.partition(".")
        if dot and head != "about_child":
            for must in required_parts(type_, head):
                needed = table.rows[type_, f"{head}.{must}"].cells
                assert all(reach(needed[p]) >= reach(row.cells[p]) for p in PROFILES), f"{type_}.{field} without {must}"
                looked += 1
    assert looked > 30


def required_parts(type_: str, field: str) -> list[str]:
    """What an object in a notice must have."""
    schema = schema_of(next(body for body in TYPES if body.type == type_ and body.variant))
    refs = [node["$ref"] for _, node in nodes(schema["properties"][field]) if "$ref" in node]
    return [part for ref in refs for part in schema["$defs"][ref.rpartition("/")[2]].get("required", ())]
