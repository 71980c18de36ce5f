"""Reads what is to be rehearsed: one structured CloudEvent per line, each a command of an agency at its time."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from shared.contracts.topics import COMMAND_TYPES, PARTIES

SOURCE: Final = "/agencies/"
PREFIX: Final = "senandung."


class ScriptError(ValueError):
    """A line that cannot be rehearsed: the message names file, line and what to do."""


class Act(NamedTuple):
    """A command. `child` is the subject as the file names it: an id, or a word of its own for a child to come.

    `data` may name things that are not there yet: `@report` is the last report of the subject, `@referral/health` the
    last referral in which `health` stands.
    """

    at: datetime
    agency: str
    type: str
    id: str
    child: str
    data: Mapping[str, Any]
    place: str


def acts(name: str, lines: Iterable[str]) -> Iterator[Act]:
    """Read a file's lines; empty ones, and those that begin with `#`, are passed over. Raises `ScriptError`."""
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            yield _act(f"{name}, line {number}", line, f"{name}/{number}")


def _act(place: str, line: str, id_: str) -> Act:
    event = _json(place, line)
    type_ = str(event.get("type", "")).removeprefix(PREFIX).partition(".v")[0]
    if type_ not in COMMAND_TYPES:
        raise ScriptError(f"{place}: type {type_!r} is no command; name one of: {' '.join(sorted(COMMAND_TYPES))}.")
    agency = str(event.get("source", "")).removeprefix(SOURCE)
    if agency not in PARTIES:
        raise ScriptError(f"{place}: source {agency!r} is no party; write it as /agencies/polresta.")
    at = _time(place, event)
    data = {"occurred_at": at.isoformat(), **_object(place, event)}
    return Act(at, agency, type_, str(event.get("id", id_)), str(event.get("subject", "")), data, place)


def _json(place: str, line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        raise ScriptError(f"{place}: it is not JSON; write one object on each line.") from None
    if not isinstance(event, dict):
        raise ScriptError(f"{place}: it is not an object; write one CloudEvent on each line.")
    return event


def _time(place: str, event: Mapping[str, Any]) -> datetime:
    try:
        at = datetime.fromisoformat(str(event.get("time")))
    except ValueError:
        raise ScriptError(f"{place}: time {event.get('time')!r} is none; write 2026-11-02T09:00:00+08:00.") from None
    if at.tzinfo is None:
        raise ScriptError(f"{place}: time {event['time']!r} has no offset; write 2026-11-02T09:00:00+08:00.")
    return at


def _object(place: str, event: Mapping[str, Any]) -> dict[str, Any]:
    data = event.get("data", {})
    if not isinstance(data, dict):
        raise ScriptError(f"{place}: data is no object; write the command's fields in it.")
    return data
