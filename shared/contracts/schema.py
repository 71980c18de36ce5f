"""The JSON Schema of each type, as published: documented, and named by its `ce_dataschema`."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final, TypeAlias, get_args

from pydantic.json_schema import GenerateJsonSchema

from shared.contracts.directory import codes
from shared.contracts.envelope import schema_name
from shared.contracts.model import Body, Command, Fact
from shared.contracts.notices import NOTICE, notice_type
from shared.contracts.topics import FACTS, STREAMS, Stream

Schema: TypeAlias = dict[str, Any]
"""A JSON Schema, or a part of one."""

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
OPEN: Final = "x-open"
"""Marks an enumeration to which codes may be added: a reader takes one that it does not know as it comes."""

_GROWS: Final = "Codes of the directory. More may be added: take one that you do not know as it comes."


class _Plain(GenerateJsonSchema):
    """Without a title for each field, which only repeats its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        del schema
        return False


def published_types() -> Iterator[type[Body]]:
    """Every type once: facts, notices of facts and commands, sorted by name within each."""
    bodies = {body for stream in STREAMS.values() for body in stream.types}
    yield from sorted((body for body in bodies if issubclass(body, Fact)), key=_order)
    yield from sorted(map(notice_type, FACTS), key=_order)
    yield from sorted((body for body in bodies if issubclass(body, Command)), key=_order)


def _order(body: type[Body]) -> tuple[str, int]:
    return body.type, body.version


def room(body: type[Body]) -> str:
    """The folder a type is published in: `events`, `notices` or `commands`."""
    if body.variant == NOTICE:
        return "notices"
    return "commands" if issubclass(body, Command) else "events"


def schema_of(body: type[Body]) -> Schema:
    """The whole JSON Schema of a type."""
    schema: Schema = body.model_json_schema(schema_generator=_Plain)
    schema = _shared_codes(_each(schema, _strict if issubclass(body, Command) else _open))
    if body.variant == NOTICE:
        schema = _each(schema, _without_default)
    parts = schema.pop("$defs", {})
    head = {
        "$schema": DIALECT,
        "$id": schema_name(body.type, body.version, body.variant),
        "title": f"{body.type} v{body.version}" + (f", {body.variant}" if body.variant else ""),
        "description": schema.pop("description"),
        "x-streams": sorted({address(stream) for stream in streams_of(body)}),
    }
    schema.pop("title")
    return {**head, **schema, **({"$defs": dict(sorted(parts.items()))} if parts else {})}


def streams_of(body: type[Body]) -> tuple[Stream, ...]:
    """The streams in which a type may lie."""
    return tuple(stream for stream in STREAMS.values() if body in types_in(stream))


def types_in(stream: Stream) -> tuple[type[Body], ...]:
    """What may lie in a stream: in an agency's mailbox the notices of facts, never facts themselves."""
    if not stream.name.endswith(".in"):
        return stream.types
    return tuple(notice_type(fact) if fact in FACTS else fact for fact in stream.types if issubclass(fact, Fact))


def address(stream: Stream) -> str:
    """The name of a stream; one for all mailboxes of a kind: `agency.{code}.in`."""
    return re.sub(r"^agency\.[a-z0-9-]+\.", "agency.{code}.", stream.name)


def _each(node: Any, change: Callable[[Schema], Schema]) -> Any:
    """A schema with every object in it changed, from the inside out."""
    if isinstance(node, list):
        return [_each(item, change) for item in node]
    if isinstance(node, dict):
        return change({name: _each(value, change) for name, value in node.items()})
    return node


def _open(node: Schema) -> Schema:
    """With its description in one line a paragraph."""
    if isinstance(text := node.get("description"), str):
        return node | {"description": re.sub(r"(?<!\n)\n(?!\n)", " ", text)}
    return node


def _strict(node: Schema) -> Schema:
    """The same, and no field that is not named: a command is refused for a misspelt one, at any depth."""
    node = _open(node)
    return node | {"additionalProperties": False} if node.get("type") == "object" else node


def _without_default(node: Schema) -> Schema:
    """What is not in a notice is withheld or not known, and never what the fact would have by default."""
    return {name: value for name, value in node.items() if name != "default" or isinstance(value, dict)}


def _shared_codes(schema: Schema) -> Schema:
    """Each enumeration that is a table of the directory once, in `$defs`, marked as open."""
    used: dict[str, Schema] = {}

    def named(node: Schema) -> Schema:
        enum = node.get("enum")
        name = _tables().get(frozenset(enum)) if isinstance(enum, list) else None
        if name is None:
            return node
        used[name] = {"description": _GROWS, OPEN: True, "type": "string", "enum": enum}
        rest = {key: value for key, value in node.items() if key not in {"enum", "type"}}
        return {"$ref": f"#/$defs/{name}", **rest}

    schema = _each(schema, named)
    return schema | ({"$defs": schema.get("$defs", {}) | used} if used else {})


@cache
def _tables() -> Mapping[frozenset[str], str]:
    """The names of the directory's sets of codes, by what is in them."""
    sets = {name: get_args(value) for name, value in vars(codes).items() if name[0].isupper()}
    return {frozenset(values): name for name, values in sets.items() if len(values) > 1}
