"""The messages and schemas of the AsyncAPI document, each once."""

from collections.abc import Callable, Mapping
from inspect import cleandoc
from typing import Any, Final, TypeAlias

from shared.contracts.examples import NO_SUBJECT, kind_of
from shared.contracts.headers import Kind, headers_schema
from shared.contracts.model import Body, Command
from shared.contracts.schema import Schema, room, schema_of
from shared.contracts.topics import Stream

Node: TypeAlias = dict[str, Any]

BINDING: Final = "0.5.0"
_LEFT_OUT: Final = frozenset({"$schema", "$defs", "x-streams"})
_RENAMED: Final = {"$id": "x-schema"}
"""As `$id` it would change what `#` means in the document."""

_SCHEMAS: Final = "#/components/schemas/"
_KEYS: Final[dict[Kind, str]] = {
    "event": "The case (`ce_subject`): all facts of a case lie in one partition of each stream, in order.",
    "command": "The subject (`ce_subject`), or none.",
    "mailbox": "The subject as this mailbox names it (`ce_subject`).",
}


def message_name(body: type[Body], stream: Stream) -> str:
    """`referred.v1`, and `referred.v1.in` for what lies in an agency's mailbox."""
    return f"{body.type}.v{body.version}" + (".in" if kind_of(body, stream) == "mailbox" else "")


class Components:
    """Collects messages as channels name them, and the schemas that these need."""

    def __init__(self) -> None:
        self.messages: dict[str, Node] = {}
        self.schemas: dict[str, Schema] = {}

    def document(self) -> Node:
        """The `components` of the document, sorted."""
        return {"messages": dict(sorted(self.messages.items())), "schemas": dict(sorted(self.schemas.items()))}

    def message(self, body: type[Body], stream: Stream) -> str:
        """Add a message as it lies in a stream; gives its name."""
        name, kind = message_name(body, stream), kind_of(body, stream)
        self.messages[name] = {
            "name": f"senandung.{body.type}.v{body.version}",
            "title": name,
            "summary": cleandoc(body.__doc__ or "").partition("\n\n")[0].replace("\n", " "),
            "contentType": "application/json",
            "headers": {"$ref": self._add(f"headers.{kind}", headers_schema(kind), kind)},
            "payload": {"$ref": self._add(f"{body.type}.v{body.version}", schema_of(body), room(body))},
            "bindings": {"kafka": {"key": _key(body, kind), "bindingVersion": BINDING}},
            **({"x-decided-by": body.decider} if issubclass(body, Command) else {}),
        }
        return name

    def _add(self, name: str, schema: Schema, where: str, parts: Mapping[str, Schema] | None = None) -> str:
        """Add a schema and its parts; another one under the same name gets the name of its room behind it."""
        parts = schema.get("$defs", {}) if parts is None else parts
        kept = {_RENAMED.get(word, word): about for word, about in schema.items() if word not in _LEFT_OUT}
        kept = _pointed(kept, lambda part: self._add(part, parts[part], where, parts))
        name = name if self.schemas.get(name, kept) == kept else f"{name}.{where}"
        self.schemas[name] = kept
        return _SCHEMAS + name


def _key(body: type[Body], kind: Kind) -> Schema:
    if body.type in NO_SUBJECT:
        return {"type": "null", "description": "None: it opens cases."}
    return {"type": "string", "format": "uuid", "description": _KEYS[kind]}


def _pointed(node: Any, add: Callable[[str], str]) -> Any:
    """References to `$defs` as references to components; words beside a reference go around it, as draft 7 has it."""
    if isinstance(node, list):
        return [_pointed(item, add) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" not in node:
        return {word: _pointed(about, add) for word, about in node.items()}
    target = {"$ref": add(node["$ref"].rpartition("/")[2])}
    beside = {word: about for word, about in node.items() if word != "$ref"}
    return {"allOf": [target], **beside} if beside else target
