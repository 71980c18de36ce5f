"""Logs: an event's name and fields that are codes, as JSON or for a console; nothing that could be about a person."""

import logging
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import Enum
from pathlib import PurePath
from types import TracebackType
from typing import Any, Final, Literal, TextIO, TypeAlias
from uuid import UUID

import structlog
from structlog.typing import EventDict, Processor

Form: TypeAlias = Literal["json", "console"]
Code: TypeAlias = "str | int | float | bool | list[Code] | None"
"""What a field may hold."""

REDACTED: Final = "(redacted)"
_EVENT: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_CODE: Final = re.compile(r"[A-Za-z0-9._:/,;=+@%#*()\[\]<>{}~|-]{0,300}")
_RANDOM: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PERSONAL: Final = re.compile(
    r"(?<![0-9A-Fa-f])\d{16}(?![0-9A-Fa-f])"  # a NIK
    r"|(?<!\d)(?:\+?62|0)8\d{7,11}(?!\d)"  # a mobile telephone
)
_OURS: Final = ("event", "level", "at")
_TRUSTED: Final = ("aiokafka", "uvicorn")
"""Libraries whose sentences never hold what was sent; of all others only the place and the kind of failure is told."""
_QUIET: Final = ("aiokafka", "faststream", "httpx", "httpcore")
"""Libraries that tell too much below a warning."""
_MOST_KINDS: Final = 1_000


class Plain(str):
    """A sentence of our own, spaces and all: let through as it is, but for numbers of persons."""

    __slots__ = ()


def configure(form: Form, *, level: str = "INFO", stream: TextIO, flood: "Flood | None" = None) -> None:
    """Set up all logging of this process, that of libraries included: everything goes to `stream`, guarded."""
    number = logging.getLevelNamesMapping()[level]
    structlog.configure(
        processors=processors(form, colors=stream.isatty()),
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
    libraries = Libraries()
    libraries.addFilter(flood or Flood())
    logging.basicConfig(handlers=[libraries], level=number, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))


def processors(form: Form, *, colors: bool = False) -> list[Processor]:
    """What a line goes through, the guard last before it is written."""
    renderer: Processor = (
        structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=colors)
    )
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        failures,
        guard,
        renderer,
    ]


# -- what may be told -------------------------------------------------------------------------------------------------


def guard(_: Any, __: str, event: EventDict) -> EventDict:
    """A structlog processor: every field is a code, or redacted; an event without a name is none of ours."""
    named = isinstance(event.get("event"), str) and _EVENT.fullmatch(event["event"])
    guarded: EventDict = {name: code_of(value) for name, value in event.items() if name not in _OURS}
    return {
        "event": event["event"] if named else "log.unnamed",
        **{n: event[n] for n in _OURS[1:] if n in event},
        **guarded,
    }


def code_of(value: object) -> Code:
    """A value as it may stand in a log."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, tuple | list | set | frozenset):
        return [code_of(each) for each in list(value)[:50]]
    return _number(value) if isinstance(value, int) else _text(value)


def _number(value: int) -> Code:
    return REDACTED if _PERSONAL.search(str(value)) else int(value)


def _text(value: object) -> Code:
    match value:
        case Plain():
            return _PERSONAL.sub(REDACTED, value[:500])
        case Enum():
            return code_of(value.value)
        case BaseException():
            return type(value).__name__
        case str() | UUID() | datetime() | PurePath():
            return _code(str(value))
        case _:
            return REDACTED


def _code(text: str) -> str:
    if _RANDOM.fullmatch(text):
        return text
    personal = _PERSONAL.search(text) or _PERSONAL.search(text.replace(".", ""))
    return text if _CODE.fullmatch(text) and not personal else REDACTED


def failures(_: Any, __: str, event: EventDict) -> EventDict:
    """A structlog processor: an exception's kind and where it came from, for its text may hold what was sent."""
    info = event.pop("exc_info", None)
    problem = info if isinstance(info, BaseException) else info[1] if isinstance(info, tuple) else _current(info)
    if problem is not None:
        event.update(failure_of(problem))
    return event


def _current(wanted: object) -> BaseException | None:
    return sys.exception() if wanted else None


def failure_of(problem: BaseException) -> dict[str, Code]:
    """Kind, SQLSTATE where there is one, cause, and frames, innermost first: files and lines, no values."""
    told: dict[str, Code] = {"failure": type(problem).__name__, "trace": Plain(_frames(problem.__traceback__))}
    cause = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)
    state = getattr(problem, "sqlstate", None)
    return told | ({"cause": type(cause).__name__} if cause else {}) | ({"sqlstate": state} if state else {})


def _frames(trace: TracebackType | None) -> str:
    frames = reversed(traceback.extract_tb(trace))
    return " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno}:{frame.name}" for frame in frames)


# -- libraries --------------------------------------------------------------------------------------------------------


class Libraries(logging.Handler):
    """Hands what libraries log over to structlog, as `library.told`."""

    def emit(self, record: logging.LogRecord) -> None:
        """One record."""
        fields: dict[str, object] = {
            "library": record.name,
            "where": f"{record.module}:{record.lineno}",
            "suppressed": getattr(record, "suppressed", 0),
            "exc_info": record.exc_info if record.exc_info and record.exc_info[1] else None,
        }
        if record.name.partition(".")[0] in _TRUSTED:
            fields["text"] = Plain(_sentence(record))
        structlog.get_logger().log(record.levelno, "library.told", **{n: v for n, v in fields.items() if v})


def _sentence(record: logging.LogRecord) -> str:
    try:
        return record.getMessage().strip()
    except (TypeError, ValueError):
        return str(record.msg)


class Flood(logging.Filter):
    """Lets one record of a kind through in `every` seconds, with how many were held back since.

    aiokafka tells some 35 errors a second of each broker that is away. A kind is the line of code that tells.
    """

    def __init__(
        self,
        libraries: Iterable[str] = ("aiokafka",),
        *,
        every: float = 10,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.libraries, self.every, self.clock = frozenset(libraries), every, clock
        self.seen: dict[tuple[str, int], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written."""
        if record.name.partition(".")[0] not in self.libraries:
            return True
        kind, now = (record.name, record.lineno), self.clock()
        since, held = self.seen.get(kind, (float("-inf"), 0))
        if now - since < self.every:
            self.seen[kind] = (since, held + 1)
            return False
        self._remember(kind, now)
        record.suppressed = held
        return True

    def _remember(self, kind: tuple[str, int], now: float) -> None:
        if len(self.seen) >= _MOST_KINDS:
            self.seen.clear()
        self.seen[kind] = (now, 0)
