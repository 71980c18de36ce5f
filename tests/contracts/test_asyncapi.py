"""The AsyncAPI document: every topic and type, who says and hears it, and no reference into nothing."""

from collections.abc import Iterator
from typing import Any

import yaml
from jsonschema import Draft7Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT7

from shared.contracts import published
from shared.contracts.asyncapi import asyncapi, asyncapi_text
from shared.contracts.model import Command
from shared.contracts.published_topics import topics
from shared.contracts.schema import published_types
from shared.contracts.topics import SERVICES, STREAMS, SUBJECT_STREAMS

DOCUMENT: dict[str, Any] = yaml.safe_load(asyncapi_text())


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (target for word, target in node.items() if word == "$ref")
        for value in node.values():
            yield from references(value)
    if isinstance(node, list):
        for value in node:
            yield from references(value)


def at(pointer: str) -> Any:
    """What a reference points to."""
    node: Any = DOCUMENT
    for step in pointer.removeprefix("#/").split("/"):
        node = node[step]
    return node


def test_the_text_says_what_the_contracts_say() -> None:
    assert asyncapi() == DOCUMENT
    assert DOCUMENT["asyncapi"] == "3.0.0"


def test_every_reference_points_to_something() -> None:
    pointers = set(references(DOCUMENT))

    assert len(pointers) > 200
    assert all(at(pointer) for pointer in pointers)


def test_every_topic_is_a_channel_with_its_partitions_and_retention() -> None:
    channels = {channel["address"]: channel for channel in DOCUMENT["channels"].values()}

    assert channels.keys() == topics().keys()
    for stream in SUBJECT_STREAMS:
        binding = channels[stream.name]["bindings"]["kafka"]
        assert (binding["topic"], binding["partitions"]) == (stream.name, stream.partitions)
        assert binding["topicConfiguration"]["retention.ms"] == -1
        assert channels[stream.name]["x-speaker"] == stream.speaker
    assert channels["case-keys"]["bindings"]["kafka"]["topicConfiguration"]["cleanup.policy"] == ["compact"]
    assert len(channels["agency.{code}.in"]["parameters"]["code"]["enum"]) == 23


def test_every_type_is_a_message_with_its_headers_its_key_and_its_schema() -> None:
    messages = DOCUMENT["components"]["messages"]
    schemas = {at(message["payload"]["$ref"])["x-schema"] for message in messages.values()}

    assert len(schemas) == len(list(published_types()))
    for name, message in messages.items():
        kind = "mailbox" if name.endswith(".in") else "command" if "x-decided-by" in message else "event"
        assert at(message["headers"]["$ref"])["x-schema"] == f"urn:senandung:schema:headers:{kind}"
        assert message["contentType"] == "application/json"
        assert message["bindings"]["kafka"]["key"]["type"] in {"string", "null"}
        assert message["summary"]


def test_a_mailbox_holds_notices_and_never_a_fact_itself() -> None:
    payloads = [
        at(message["$ref"])["payload"]["$ref"] for message in DOCUMENT["channels"]["agency.in"]["messages"].values()
    ]
    names = {at(payload)["x-schema"] for payload in payloads}
    plain = {name for name in names if not name.endswith(":notice")}

    assert plain == {
        f"urn:senandung:schema:{type_}:v1"
        for type_ in ("command-accepted", "command-refused", "due-today", "in-protection", "reminder")
    }


def test_every_stream_is_said_by_one_and_heard_by_all_who_hear_it() -> None:
    operations = DOCUMENT["operations"]

    for stream in SUBJECT_STREAMS:
        sends = [name for name, o in operations.items() if o["action"] == "send" and name.endswith(f".{stream.name}")]
        assert sends == [f"{stream.speaker}.sends.{stream.name}"]
        assert all(f"{hearer}.receives.{stream.name}" in operations for hearer in stream.hearers)


def test_each_service_receives_of_a_mailbox_the_commands_that_it_decides() -> None:
    received = {
        service: {
            at(at(ref["$ref"])["$ref"])["name"]
            for ref in DOCUMENT["operations"][f"{service}.receives.agency.out"]["messages"]
        }
        for service in SERVICES
    }

    for command in STREAMS["agency.dinsos.out"].types:
        assert issubclass(command, Command)
        name = f"senandung.{command.type}.v{command.version}"
        assert [service for service in SERVICES if name in received[service]] == [command.decider]


def test_no_address_of_a_server_is_in_it() -> None:
    assert "servers" not in DOCUMENT
    assert "://" not in asyncapi_text()


def test_every_example_fits_its_message_in_the_document() -> None:
    registry = Registry().with_resource("urn:document", DRAFT7.create_resource(DOCUMENT))
    checked = 0
    for path, example in published.corpora():
        if "/released/" in path:
            continue
        name = example.headers["ce_type"].removeprefix("senandung.") + (".in" if example.topic.endswith(".in") else "")
        message = DOCUMENT["components"]["messages"][name]
        for schema, value in ((message["payload"], example.data), (message["headers"], example.headers)):
            pointed = {"$ref": f"urn:document{schema['$ref']}"}
            errors = Draft7Validator(pointed, registry=registry, format_checker=FormatChecker()).iter_errors(value)
            assert next(errors, None) is None, f"{path}, {example.name}"
            checked += 1
    assert checked > 900
