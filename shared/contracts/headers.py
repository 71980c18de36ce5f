"""The Kafka headers that each kind of message must have, as JSON Schema."""

from typing import Final, Literal, TypeAlias, get_args

from shared.contracts.envelope import JSON, TRACE, TYPE, VECTOR
from shared.contracts.schema import DIALECT, Schema

Kind: TypeAlias = Literal["event", "command", "mailbox"]
"""A fact in a stream, a command in a mailbox or by HTTP, or what lies in an agency's own mailbox."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_UUID: Final = {"type": "string", "format": "uuid"}
_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": 200}

_ALL: Final[Schema] = {
    "content-type": {"const": JSON, "description": "The data are JSON in UTF-8."},
    "ce_specversion": {"const": "1.0", "description": "CloudEvents 1.0, Kafka binary content mode."},
    "ce_id": {"description": "Names the message; the same id from the same source is the same message."},
    "ce_type": {"type": "string", "pattern": TYPE, "description": "What happened or is asked for, and its version."},
    "ce_source": {"type": "string", "description": "Who says it. It must fit the topic it came by."},
    "ce_time": {"type": "string", "format": "date-time", "description": "When it was recorded: UTC, milliseconds."},
    "ce_dataschema": {
        "type": "string",
        "pattern": r"^urn:senandung:schema:[a-z][a-z0-9-]{0,59}:v[1-9][0-9]{0,3}(:notice)?$",
        "description": "The `$id` of the schema that the data follow.",
    },
    "ce_subject": {**_UUID, "description": "The case."},
    "ce_actor": {
        "type": "string",
        "maxLength": 200,
        "description": "Who acted: agency/role/pseudonym, or service/name where a rule did.",
    },
    "ce_via": {
        "type": "string",
        "pattern": "^[a-z-]{1,20}$",
        "description": "By which way: a mailbox, web, a fact of another stream, or a deadline that came due.",
    },
    "ce_sequence": {
        "type": "string",
        "pattern": "^[0-9]{10}$",
        "description": "Counts the facts of one subject in this stream from 1, without a gap.",
    },
    "ce_previous": {**_UUID, "description": "The id of the fact before; not there on the first."},
    "ce_after": {
        "type": "string",
        "pattern": VECTOR,
        "description": "How many facts of each other stream this one follows: apply it after those.",
    },
    "ce_correlationid": {**_TEXT, "description": "The same for all that follows from one first cause."},
    "ce_causationid": {**_TEXT, "description": "The id of the message that this one answers or follows from."},
    "traceparent": {"type": "string", "pattern": TRACE, "description": "W3C trace context."},
}

_MUST: Final = ("content-type", "ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time")
_FACT: Final = ("ce_dataschema", "ce_subject", "ce_sequence", "ce_correlationid", "traceparent")
_REQUIRED: Final[dict[Kind, tuple[str, ...]]] = {
    "event": (*_MUST, *_FACT, "ce_actor", "ce_via"),
    "command": _MUST,
    "mailbox": (*_MUST, *_FACT, "ce_after"),
}
_SOURCE: Final = "^/services/[a-z][a-z0-9-]{0,63}$"
_OWN: Final[dict[Kind, Schema]] = {
    "event": {"ce_id": {**_UUID, "description": "A UUIDv7."}, "ce_source": {"pattern": _SOURCE}},
    "command": {
        "ce_id": {**_TEXT, "description": "Chosen by the sender; a repeat with the same id gets the same answer."},
        "ce_source": {"pattern": "^/agencies/[a-z][a-z0-9-]{0,63}$"},
        "ce_subject": {"description": "The case or the referral, as the sender's mailbox names it; none to report."},
        "ce_after": {"pattern": None, "description": "As it was in the message that this answers, if any."},
    },
    "mailbox": {
        "ce_id": {**_UUID, "description": "A UUIDv7, another one for each agency."},
        "ce_source": {"const": "/services/notifications"},
        "ce_subject": {"description": "The case, or the referral where the profile does not show the case."},
        "ce_actor": {"description": "Who acted, where the profile shows it."},
        "ce_after": {"pattern": "^[A-Za-z0-9_-]+$", "description": "Opaque: copy it into a command that answers this."},
        "ce_correlationid": {"description": "The same for all messages of one subject in this mailbox."},
    },
}
_NEVER: Final[dict[Kind, tuple[str, ...]]] = {
    "event": (),
    "command": ("ce_actor", "ce_via", "ce_sequence", "ce_previous"),
    "mailbox": (),
}
_DESCRIPTIONS: Final[dict[Kind, str]] = {
    "event": "Headers of a fact in a stream.",
    "command": "Headers of a command in the mailbox that an agency writes. Who sent it is known by the mailbox.",
    "mailbox": "Headers of what an agency reads in its mailbox. Numbers count per subject of this mailbox alone.",
}


def headers_schema(kind: Kind) -> Schema:
    """The headers of one kind of message; a header that is not named is nobody's business."""
    properties = {name: _own(kind, name, about) for name, about in _ALL.items() if name not in _NEVER[kind]}
    return {
        "$schema": DIALECT,
        "$id": f"urn:senandung:schema:headers:{kind}",
        "title": f"{kind} headers",
        "description": _DESCRIPTIONS[kind],
        "type": "object",
        "properties": properties,
        "required": list(_REQUIRED[kind]),
    }


def _own(kind: Kind, name: str, about: Schema) -> Schema:
    merged = about | _OWN[kind].get(name, {})
    if "const" in merged:
        merged = {"const": merged["const"], "description": merged["description"]}
    return {key: value for key, value in merged.items() if value is not None}
