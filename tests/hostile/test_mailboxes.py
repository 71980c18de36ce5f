"""An agency's system sends what no system should: one refusal by its id or one dead letter, and the next is served."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from aiokafka.errors import MessageSizeTooLargeError

from shared.contracts.topics import COMMAND_TYPES
from tests.hostile.city import City
from tests.runtime.replica import until

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.kafka, pytest.mark.postgres]

COMMANDS: dict[str, dict[str, Any]] = {
    "report-child": {"source": "raid", "children": [{}]},
    "accept-referral": {"referral": str(uuid4())},
    "report-missing": {},
    "confirm-processed": {"notice": "n-1"},
}
"""One command of each service."""
DECIDERS = {COMMAND_TYPES[type_].decider: type_ for type_ in COMMANDS}


class Sent(NamedTuple):
    headers: dict[str, bytes | None]
    value: bytes | None

    def all(self) -> list[tuple[str, bytes | None]]:
        return [(name.removesuffix("#"), value) for name, value in self.headers.items()]


def command(type_: str, **more: Any) -> Sent:
    """A sound command, under an id of its own."""
    now = datetime.now(UTC)
    headers: dict[str, bytes | None] = {
        "ce_specversion": b"1.0",
        "ce_id": f"x-{uuid4()}".encode(),
        "ce_type": f"senandung.{type_}.v1".encode(),
        "ce_source": b"/agencies/dinkes",
        "ce_time": now.isoformat(timespec="milliseconds").encode(),
        "content-type": b"application/json",
    }
    if type_ != "report-child":
        headers["ce_subject"] = str(uuid4()).encode()
    return Sent(headers, json.dumps({"occurred_at": now.isoformat(), **COMMANDS[type_], **more}).encode())


def header(name: str, value: bytes | None) -> Callable[[Sent], Sent]:
    return lambda sent: Sent({**sent.headers, name: value}, sent.value)


def value(made: Callable[[bytes], bytes | None]) -> Callable[[Sent], Sent]:
    return lambda sent: Sent(sent.headers, made(sent.value or b""))


def without(name: str) -> Callable[[Sent], Sent]:
    return lambda sent: Sent({n: v for n, v in sent.headers.items() if n != name}, sent.value)


def version(number: int) -> Callable[[Sent], Sent]:
    def changed(sent: Sent) -> Sent:
        type_ = sent.headers["ce_type"]
        assert type_
        return header("ce_type", type_.replace(b".v1", b".v%d" % number))(sent)

    return changed


def bare(sent: Sent) -> Sent:
    return Sent({}, sent.value)


def far_ahead(_: bytes) -> bytes:
    ahead = (datetime.now(UTC) + timedelta(days=400)).isoformat()
    return json.dumps({"occurred_at": ahead, "source": "raid", "children": [{}]}).encode()


DECIDED = {
    "not JSON": (value(lambda it: it[:-4]), "malformed"),
    "no object": (value(lambda _: b'"satu"'), "malformed"),
    "an empty value": (value(lambda _: b""), "malformed"),
    "a tombstone": (value(lambda _: None), "malformed"),
    "bytes that are no text": (value(lambda _: b"\xff\xfe\x00\x01" * 9), "nul-in-text"),
    "a field misspelt": (value(lambda it: it.replace(b"occurred_at", b"occured_at")), "malformed"),
    "an escaped NUL": (value(lambda it: it[:-1] + rb',"n":"\u0000"}'), "nul-in-text"),
    "half a letter": (value(lambda it: it[:-1] + rb',"n":"\ud800"}'), "nul-in-text"),
    "deep JSON": (value(lambda _: b"[" * 100_000), "malformed"),
    "just under the limit": (value(lambda it: it[:-1] + b',"n":"' + b"x" * 1_030_000 + b'"}'), "malformed"),
    "more than fits, and less than the broker refuses": (value(lambda it: it + b" " * 1_040_000), "too-large"),
    "a time without an offset": (value(lambda it: it.replace(b"+00:00", b"")), "malformed"),
    "a version to come": (version(7), "unsupported-version"),
    "a forged sender": (header("ce_source", b"/agencies/polresta"), "wrong-source"),
    "a service impersonated": (header("ce_source", b"/services/intake"), "wrong-source"),
    "a subject that is none": (header("ce_subject", b"anak-1"), "malformed"),
}
"""What the service that decides refuses."""
UNREADABLE = {
    "a binary header": header("traceparent", b"\xff\xfe\x00"),
    "a null header": header("ce_actor", None),
    "a header too long": header("ce_actor", b"x" * 1_001),
    "a header of a hundred thousand bytes": header("x-note", b"x" * 100_000),
    "a header twice": header("ce_type#", b"senandung.report-child.v1"),
    "a sequence that is none": header("ce_sequence", b"1"),
    "another specversion": header("ce_specversion", b"0.3"),
    "no specversion": without("ce_specversion"),
    "no type": without("ce_type"),
    "a type of others": header("ce_type", b"com.example.thing"),
    "no time": without("ce_time"),
    "a time that is none": header("ce_time", b"kemarin"),
    "another media type": header("content-type", b"text/xml"),
}
"""What cannot be read but for its id: intake refuses it, whoever would decide."""
LOST = {
    "no header at all": (bare, "no-id"),
    "no id": (without("ce_id"), "no-id"),
    "an empty id": (header("ce_id", b""), "no-id"),
    "an id too long": (header("ce_id", b"x" * 201), "no-id"),
    "an id that is no text": (header("ce_id", b"\xff"), "bad-header"),
    "an id that is null": (header("ce_id", None), "bad-header"),
}
"""What has no id by which it could be answered."""


async def refused(city: City, sent: Sent, expected: list[tuple[str, str]]) -> None:
    """A command has exactly these outcomes, and the next one of its kind has its own."""
    bad = (sent.headers["ce_id"] or b"").decode()
    await city.sends("agency.dinkes.out", sent.all(), sent.value)
    await served(city)
    await until(partial(_answered, city, bad))
    assert city.outcomes(bad) == expected


async def served(city: City) -> None:
    """The next command to each service is answered; all before it have been, then."""
    nexts = {service: version(9)(command(type_)) for service, type_ in DECIDERS.items()}
    for sent in nexts.values():
        await city.sends("agency.dinkes.out", sent.all(), sent.value)
    for service, sent in nexts.items():
        id_ = (sent.headers["ce_id"] or b"").decode()
        await until(partial(_answered, city, id_))
        assert city.outcomes(id_) == [(service, "unsupported-version")]


async def _count(city: City, id_: str, count: int) -> bool:
    return len(city.outcomes(id_)) >= count


async def _told(city: City, place: tuple[int, int]) -> bool:
    return bool(city.dead("agency.dinkes.out", place))


async def _answered(city: City, id_: str) -> bool:
    return bool(city.outcomes(id_))


@pytest.mark.parametrize("service", DECIDERS)
@pytest.mark.parametrize("kind", DECIDED)
async def test_a_command_that_cannot_be_taken_is_refused_by_its_decider_and_the_next_is_served(
    city: City, kind: str, service: str
) -> None:
    spoil, code = DECIDED[kind]
    await refused(city, spoil(command(DECIDERS[service])), [(service, code)])


@pytest.mark.parametrize("service", DECIDERS)
@pytest.mark.parametrize("kind", UNREADABLE)
async def test_a_command_of_which_only_the_id_can_be_read_is_refused_once(city: City, kind: str, service: str) -> None:
    await refused(city, UNREADABLE[kind](command(DECIDERS[service])), [("intake", "malformed")])


@pytest.mark.parametrize("kind", LOST)
async def test_a_record_without_an_id_becomes_one_dead_letter(city: City, kind: str) -> None:
    spoil, reason = LOST[kind]
    sent = spoil(command("report-child"))

    place = await city.sends("agency.dinkes.out", sent.all(), sent.value)

    await served(city)
    await until(partial(_told, city, place))
    assert city.dead("agency.dinkes.out", place) == [("intake", reason)]


async def test_a_tombstone_of_a_compacted_habit_becomes_one_dead_letter(city: City) -> None:
    place = await city.sends("agency.dinkes.out", [], None)

    await served(city)
    await until(partial(_told, city, place))
    assert city.dead("agency.dinkes.out", place) == [("intake", "no-id")]


async def test_a_type_that_nobody_owns_is_refused_once(city: City) -> None:
    await refused(city, header("ce_type", b"senandung.acept-referral.v1")(command("accept-referral")),
                  [("intake", "unknown-type")])  # fmt: skip


async def test_a_year_mistyped_is_asked_for_again(city: City) -> None:
    await refused(city, value(far_ahead)(command("report-child")), [("intake", "occurs-in-the-future")])


async def test_the_same_id_again_is_answered_as_before_and_with_another_body_it_is_refused(city: City) -> None:
    first = version(9)(command("report-child"))
    other = Sent(first.headers, (first.value or b"")[:-1] + b" }")
    for sent in (first, first, other):
        await city.sends("agency.dinkes.out", sent.all(), sent.value)
    await served(city)

    id_ = (first.headers["ce_id"] or b"").decode()
    await until(lambda: _count(city, id_, 3))
    codes = ["same-key-other-body", "unsupported-version", "unsupported-version"]
    assert sorted(code for _, code in city.outcomes(id_)) == codes


async def test_two_megabytes_are_refused_by_the_broker_itself(city: City) -> None:
    sent = value(lambda it: it + b" " * 2_000_000)(command("report-child"))

    with pytest.raises(MessageSizeTooLargeError):
        await city.sends("agency.dinkes.out", sent.all(), sent.value)
    await served(city)


async def test_after_all_that_a_child_who_is_reported_is_told_to_dinsos(city: City) -> None:
    before = len(city.seen["agency.dinsos.in"])
    sent = command("report-child")
    await city.sends("agency.dinkes.out", sent.all(), sent.value)

    async def told() -> bool:
        news = [data["type"] for data in city.seen["agency.dinsos.in"][before:]]
        return {"senandung.child-identified.v1", "senandung.case-owned.v1"} <= set(news)

    await until(told)
