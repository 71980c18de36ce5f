"""Logs: codes and places, never what was sent or who it is about."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import structlog

from shared.runtime.logs import REDACTED, Flood, Libraries, Plain, code_of, configure

NAME = "Melati Kembang"
NIK = "6471990101010001"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """The root logger's handlers, and the levels that `configure` sets, as they were."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    quiet = {name: logging.getLogger(name).level for name in ("aiokafka", "faststream", "httpx", "httpcore")}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in quiet.items():
        logging.getLogger(name).setLevel(before)


class Written(io.StringIO):
    """What was written, as objects."""

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def written() -> Written:
    stream = Written()
    configure("json", stream=stream)
    return stream


@pytest.mark.parametrize(
    "value",
    [
        None, True, 7, 1.5, 1_793_600_000_000, ["a", 1], "gap", "assess-risk.v1", "/services/intake", "127.0.0.1:9092",
        "cases:0000000003,placements:0000000001", "2026-11-02T14:00:00.123456+00:00", "64.71.05.1009",
        "dinsos/officer/uji-1",
        "0af7651916cd43dd8448eb211c80319c", "12345678-1234-4123-8123-081234567890", "UniqueViolationError",
    ],
)  # fmt: skip
def test_a_code_is_told_as_it_is(value: object) -> None:
    assert code_of(value) == value


@pytest.mark.parametrize(
    "value",
    [
        NAME, NIK, int(NIK), f"nik={NIK}", "64.7199.010101.0001", "081234567890", "+6281234567890", "x" * 301, "a\nb",
        "Café", b"gap", {"name": NAME}, object(), Exception,
    ],
)  # fmt: skip
def test_what_could_be_about_a_person_is_not_told(value: object) -> None:
    assert code_of(value) == REDACTED
    assert code_of((value, "gap")) == [REDACTED, "gap"]


def test_an_exception_is_told_by_its_kind_and_an_id_or_a_path_by_its_text() -> None:
    assert code_of(ValueError(NAME)) == "ValueError"
    assert code_of(UUID(int=7)) == "00000000-0000-0000-0000-000000000007"
    assert code_of(Path("keys.json")) == "keys.json"


def test_a_sentence_of_our_own_is_told_but_for_numbers_of_persons() -> None:
    told = code_of(Plain(f"cases[3]: ends at 4, but 7 had been read; {NIK} and 081234567890"))

    assert told == f"cases[3]: ends at 4, but 7 had been read; {REDACTED} and {REDACTED}"


def test_a_line_has_an_event_its_fields_and_what_is_bound(written: Written) -> None:
    with structlog.contextvars.bound_contextvars(trace="0af7651916cd43dd8448eb211c80319c"):
        structlog.get_logger().warning("turn.one-by-one", why="DataError", who=NAME)

    (line,) = written.lines()
    assert list(line)[:3] == ["event", "level", "at"]
    assert line.pop("at").endswith("Z")
    assert line == {
        "event": "turn.one-by-one", "level": "warning", "why": "DataError", "who": REDACTED,
        "trace": "0af7651916cd43dd8448eb211c80319c",
    }  # fmt: skip


def test_an_event_that_has_no_name_of_ours_is_not_told(written: Written) -> None:
    structlog.get_logger().info(f"child {NAME} came")

    assert written.lines()[0]["event"] == "log.unnamed"
    assert NAME not in written.getvalue()


def test_a_failure_is_told_by_kind_cause_and_place(written: Written) -> None:
    def fails() -> None:
        try:
            looks_up()
        except KeyError as cause:
            raise ValueError(NAME) from cause

    def looks_up() -> None:
        raise KeyError(NAME)

    try:
        fails()
    except ValueError:
        structlog.get_logger().exception("turn.failed")

    (line,) = written.lines()
    assert (line["failure"], line["cause"]) == ("ValueError", "KeyError")
    assert line["trace"].startswith("test_logs.py:")
    assert ":fails < test_logs.py:" in line["trace"]
    assert NAME not in written.getvalue()


def test_what_libraries_tell_is_told_by_its_place_and_only_of_trusted_ones_by_its_text(written: Written) -> None:
    logging.getLogger("somelib.part").error("could not take %s", NAME)
    logging.getLogger("uvicorn.error").error("bad request on %s", 8080)

    one, two = written.lines()
    assert (one["event"], one["library"], one["level"]) == ("library.told", "somelib.part", "error")
    assert one["where"].startswith("test_logs:")
    assert "text" not in one
    assert two["text"] == "bad request on 8080"
    assert NAME not in written.getvalue()


def test_a_library_s_failure_is_told_without_its_text(written: Written) -> None:
    try:
        int(NAME)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")

    (line,) = written.lines()
    assert (line["failure"], line["text"]) == ("ValueError", "Exception in ASGI application")
    assert NAME not in written.getvalue()


def test_a_sentence_that_does_not_fit_its_values_is_told_as_it_is(written: Written) -> None:
    record = logging.LogRecord("aiokafka.conn", logging.ERROR, "conn.py", 1, "node %d is away", ("one",), None)
    Libraries().handle(record)

    assert written.lines()[0]["text"] == "node %d is away"


def test_a_flood_is_told_once_in_a_while_with_what_was_held_back() -> None:
    stream, now = Written(), [0.0]
    configure("json", stream=stream, flood=Flood(every=10, clock=lambda: now[0]))
    for second in (0, 3, 9.9, 10, 11):
        now[0] = second
        logging.getLogger("aiokafka.client").error("node %s is away", second)
        logging.getLogger("uvicorn.error").error("node %s is away", second)

    kafka = [line for line in stream.lines() if line["library"].startswith("aiokafka")]
    assert [(line["text"], line.get("suppressed", 0)) for line in kafka] == [
        ("node 0 is away", 0),
        ("node 10 is away", 2),
    ]
    assert len(stream.lines()) == 7


def test_a_flood_of_kinds_does_not_fill_the_memory() -> None:
    flood = Flood(clock=lambda: 0.0)
    for number in range(3_000):
        flood.filter(logging.LogRecord("aiokafka.x", logging.ERROR, "x.py", number, "x", (), None))

    assert len(flood.seen) <= 1_000


def test_libraries_that_tell_too_much_are_heard_from_a_warning_on(written: Written) -> None:
    for name in ("faststream.access.kafka", "aiokafka.consumer", "httpx"):
        logging.getLogger(name).info("Received %s", NAME)
        structlog.get_logger().debug("turn.repeated")

    assert written.getvalue() == ""


def test_a_console_is_guarded_too() -> None:
    stream = io.StringIO()
    configure("console", stream=stream)
    structlog.get_logger().info("service.ready", who=NAME, lanes=12)

    assert "service.ready" in stream.getvalue()
    assert "lanes=12" in stream.getvalue()
    assert NAME not in stream.getvalue()
