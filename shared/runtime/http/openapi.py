"""`GET /openapi.json`: OpenAPI 3.1, made from the contracts of the commands that the service decides."""

import json
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

import msgspec
from pydantic import BaseModel, JsonValue
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.contracts.model import Command
from shared.runtime.http.commands import JSON, Accepted, Undecided
from shared.runtime.http.headers import AFTER, KEY
from shared.runtime.http.health import Liveness, Readiness
from shared.runtime.http.operations import AcceptPosition, Discard, PositionList, Resend, Resent, WaitingPage
from shared.runtime.http.ports import MAX_PAGE
from shared.runtime.http.problems import MEDIA_TYPE, Problem
from shared.runtime.http.rules import Rules

Schema: TypeAlias = dict[str, Any]

_REF: Final = "#/components/schemas/"
_YEARS: Final = "^(19|2[01])[0-9]{2}-"
_BODIES: Final = (
    Accepted, Undecided, Problem, Liveness, Readiness, Discard, Resend, AcceptPosition,
    WaitingPage, PositionList, Resent,
)  # fmt: skip


def document_route(rules: Rules) -> Route:
    """The route; the document is made once."""
    text = json.dumps(document(rules), ensure_ascii=False, sort_keys=True).encode()

    async def openapi(_: Request) -> Response:
        return Response(text, 200, None, JSON)

    return Route("/openapi.json", openapi, methods=["GET"])


def document(rules: Rules) -> dict[str, JsonValue]:
    """The whole document, the same for the same rules."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Senandung: {rules.service}",
            "version": "1",
            "summary": "Commands that this service decides, their outcomes, its health and its operators' desk.",
        },
        "security": [{"token": []}],
        "paths": _paths(rules),
        "components": {
            "schemas": _schemas(rules),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "responses": {"problem": _response("Why not (RFC 9457).", "Problem", MEDIA_TYPE)},
        },
    }


def _paths(rules: Rules) -> Schema:
    return {
        **{_path(command): {"post": _submit(command, rules)} for command in rules.commands},
        "/commands/{id}": _outcome(),
        **_operations(),
        "/health/live": _open("Whether the process is any good.", "Liveness"),
        "/health/ready": _open("Whether requests should come here.", "Readiness"),
        "/metrics": {"get": {"summary": "Metrics.", "security": [], "responses": {"200": _text("text/plain")}}},
        "/openapi.json": {"get": {"summary": "This document.", "security": [], "responses": {"200": _text(JSON)}}},
    }


# -- commands ---------------------------------------------------------------------------------------------------------


def _path(command: type[Command]) -> str:
    version = f".v{command.version}" if command.version > 1 else ""
    return f"/commands/{command.type}{version}"


def _submit(command: type[Command], rules: Rules) -> Schema:
    name = _accepted_by(command, rules).__name__
    return {
        "operationId": f"{command.type}.v{command.version}",
        "summary": (command.__doc__ or command.type).strip().splitlines()[0],
        "parameters": _command_headers(),
        "requestBody": _request(name),
        "responses": _answers(),
    }


def _accepted_by(command: type[Command], rules: Rules) -> type[BaseModel]:
    transform = rules.transforms.get(command.type)
    return (transform.accepts if transform else None) or command


def _command_headers() -> list[Schema]:
    return [
        _in_header(
            "Idempotency-Key", _pattern(KEY), "Of your choice; a retry with it gets the same answer.", required=True
        ),
        _in_header("ce-subject", _uuid(), "What the command is about; none where it begins something new."),
        _in_header("ce-after", _pattern(AFTER), "What you had seen, copied from there."),
    ]


def _outcome() -> Schema:
    return {
        "parameters": [_in_path("id", _pattern(KEY))],
        "get": {"operationId": "outcome", "summary": "What became of a command.", "responses": _answers()},
    }


def _answers() -> Schema:
    undecided = _response("Stored, and not yet decided.", "Undecided")
    location = {"description": "Where its outcome will be.", "schema": {"type": "string"}}
    return {
        "200": _response("It took effect.", "Accepted"),
        "202": {**undecided, "headers": {"Location": location}},
        **_problem(),
    }


# -- operators --------------------------------------------------------------------------------------------------------


def _operations() -> Schema:
    row, big = (
        _in_path("id", {"type": "integer", "minimum": 1}),
        {"type": "integer", "minimum": 1, "maximum": 2**63 - 1},
    )
    page = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE}
    waiting = _get("What waits, the newest first.", "WaitingPage")
    waiting["get"]["parameters"] = [_in_query("limit", page), _in_query("before", big)]
    return {
        "/operations/waiting": waiting,
        "/operations/waiting/{id}/retry": _act("Try it again.", None, row),
        "/operations/waiting/{id}/discard": _act("Set it aside.", "Discard", row),
        "/operations/resend": _act("Say again what was said.", "Resend", gives="Resent"),
        "/operations/positions": _get("Where this service reads on.", "PositionList"),
        "/operations/positions/accept": _act("Take a log as it now is.", "AcceptPosition"),
    }


def _act(summary: str, takes: str | None, *parameters: Schema, gives: str | None = None) -> Schema:
    done = {"200": _response("Done.", gives)} if gives else {"204": {"description": "Done."}}
    act: Schema = {"summary": summary, "responses": {**done, **_problem()}}
    if takes:
        act["requestBody"] = _request(takes)
    return {"parameters": list(parameters), "post": act}


# -- pieces -----------------------------------------------------------------------------------------------------------


def _get(summary: str, gives: str, *parameters: Schema) -> Schema:
    responses = {"200": _response(summary, gives), **_problem()}
    return {"parameters": list(parameters), "get": {"summary": summary, "responses": responses}}


def _open(summary: str, gives: str) -> Schema:
    responses = {"200": _response("Yes.", gives), "503": _response("No.", gives)}
    return {"get": {"summary": summary, "security": [], "responses": responses}}


def _problem() -> Schema:
    return {"default": {"$ref": "#/components/responses/problem"}}


def _response(description: str, name: str, media: str = JSON) -> Schema:
    return {"description": description, "content": {media: {"schema": {"$ref": _REF + name}}}}


def _request(name: str) -> Schema:
    return {"required": True, "content": {JSON: {"schema": {"$ref": _REF + name}}}}


def _text(media: str) -> Schema:
    return {"description": "As the summary says.", "content": {media: {}}}


def _in_path(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "schema": schema}


def _in_header(name: str, schema: Schema, description: str, *, required: bool = False) -> Schema:
    return {"name": name, "in": "header", "required": required, "schema": schema, "description": description}


def _pattern(pattern: str) -> Schema:
    return {"type": "string", "pattern": f"^{pattern}$"}


def _uuid() -> Schema:
    return {"type": "string", "format": "uuid"}


# -- schemas ----------------------------------------------------------------------------------------------------------


def _schemas(rules: Rules) -> Schema:
    """Of all bodies; a name that stands for two of them is an error, not a coin toss."""
    of_commands = _of_models({_accepted_by(command, rules) for command in rules.commands})
    _, of_bodies = msgspec.json.schema_components(_BODIES, ref_template=_REF + "{name}")
    if twice := of_commands.keys() & of_bodies.keys():
        raise ValueError(f"two bodies are called {', '.join(sorted(twice))}")
    return {**of_commands, **of_bodies}


def _of_models(models: Iterable[type[BaseModel]]) -> Schema:
    ordered = sorted(models, key=lambda model: model.__name__)
    _, schema = models_json_schema([(model, "validation") for model in ordered], ref_template=_REF + "{model}")
    definitions: Schema = schema.get("$defs", {})
    return {name: _closed(definition) for name, definition in definitions.items()}


def _closed(definition: Schema) -> Schema:
    """In a command an unknown field is refused at any depth, and so is a moment that nobody could mean."""
    if "properties" not in definition:
        return definition
    properties = {name: _reckoned(property_) for name, property_ in definition["properties"].items()}
    return {**definition, "properties": properties, "additionalProperties": False}


def _reckoned(property_: Schema) -> Schema:
    """A time with the years that commands take (see `YEARS`)."""
    if "anyOf" in property_:
        return {**property_, "anyOf": [_reckoned(each) for each in property_["anyOf"]]}
    return {**property_, "pattern": _YEARS} if property_.get("format") == "date-time" else property_
