"""Whether a record of any topic is what was published: for tests that look at real traffic."""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from shared.contracts import published
from shared.contracts.envelope import NotAnEnvelope, envelope_of
from shared.contracts.examples import kind_of
from shared.contracts.headers import headers_schema
from shared.contracts.model import Body
from shared.contracts.schema import published_types, schema_of
from shared.contracts.topics import STREAMS


@cache
def bodies() -> dict[str, type[Body]]:
    """Every type by the name of its schema."""
    return {schema_of(body)["$id"]: body for body in published_types()}


@cache
def validator(body: type[Body]) -> Draft202012Validator:
    """Of a type's data, as the committed file has it."""
    return _of(json.loads((published.HERE / published.schema_path(body)).read_text("utf-8")))


@cache
def headers_validator(kind: Any) -> Draft202012Validator:
    """Of the headers of one kind of message."""
    return _of(headers_schema(kind))


def problems(topic: str, headers: Iterable[tuple[str, bytes | None]], value: bytes | None) -> list[str]:
    """What is wrong with a record, each with its place; values are not repeated. Empty: nothing."""
    headers = [*headers]
    try:
        envelope = envelope_of(headers)
    except NotAnEnvelope as problem:
        return [problem.reason]
    body = bodies().get(envelope.schema)
    if body is None:
        return [f"no published schema {envelope.schema}"]
    texts = {name: text.decode() for name, text in headers if text is not None}
    found = list(headers_validator(kind_of(body, STREAMS[topic])).iter_errors(texts))
    found += validator(body).iter_errors(json.loads(value or b"null"))
    return [f"{topic} {envelope.full_type} {error.json_path}: {error.validator}" for error in found]


def _of(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(schema, format_checker=FormatChecker())
