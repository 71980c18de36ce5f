"""Somebody with a credential that is too strong writes into a stream: nobody who hears it stops or believes it."""

import json
from collections.abc import Callable
from functools import partial
from uuid import uuid4

import pytest

from shared.contracts.topics import SERVICES, STREAMS, SUBJECT_STREAMS
from tests.hostile.city import City, Headers
from tests.runtime.replica import until

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.kafka, pytest.mark.postgres]

TOPICS = [*(stream.name for stream in SUBJECT_STREAMS), "case-keys", "answers.intake", "agency.dinkes.in"]
MADE = {"cases": "risk-assessed", "case-keys": "case-key-issued"}
Spoil = Callable[[dict[str, bytes | None]], dict[str, bytes | None]]


def fact(topic: str, subject: str) -> dict[str, bytes | None]:
    """The headers of the first fact of a subject, as its speaker would write them."""
    source = f"/services/{STREAMS[topic].speaker}"
    return {
        "ce_specversion": b"1.0",
        "ce_id": str(uuid4()).encode(),
        "ce_type": f"senandung.{STREAMS[topic].types[0].type}.v1".encode(),
        "ce_source": source.encode(),
        "ce_time": b"2026-11-02T14:00:00.000Z",
        "ce_subject": subject.encode(),
        "ce_sequence": b"0000000001",
        "content-type": b"application/json",
    }


def header(name: str, value: bytes | None) -> Spoil:
    return lambda headers: {**headers, name: value}


LOST: dict[str, tuple[Spoil, str]] = {
    "no header": (lambda _: {}, "no-id"),
    "a binary header": (header("traceparent", b"\xff\x00"), "bad-header"),
    "a null header": (header("ce_subject", None), "bad-header"),
    "a header too long": (header("ce_actor", b"x" * 2_000), "bad-header"),
    "another specversion": (header("ce_specversion", b"2.0"), "not-cloudevent"),
    "a sequence that is none": (header("ce_sequence", b"satu"), "bad-header"),
    "no sequence": (header("ce_sequence", b"0000000000"), "not-cloudevent"),
    "a subject that is none": (header("ce_subject", b"anak-1"), "not-cloudevent"),
    "an id that is none": (header("ce_id", b"nomor-1"), "not-cloudevent"),
    "an agency as its speaker": (header("ce_source", b"/agencies/dinkes"), "forged"),
    "nobody as its speaker": (header("ce_source", b"/services/siapa"), "forged"),
}


def listed(headers: dict[str, bytes | None]) -> Headers:
    return list(headers.items())


def hearers(city: City, topic: str) -> list[str]:
    return sorted(service for service in SERVICES if topic in city.hears[service])


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("kind", LOST)
async def test_what_no_speaker_says_is_one_dead_letter_of_each_who_hears_it(city: City, kind: str, topic: str) -> None:
    spoil, reason = LOST[kind]

    place = await city.sends(topic, listed(spoil(fact(topic, str(uuid4())))), b"{}")

    await city.has_read(topic, place)
    expected = [(service, reason) for service in hearers(city, topic)]
    assert expected
    await until(partial(_told, city, topic, place, len(expected)))
    assert city.dead(topic, place) == expected


async def _told(city: City, topic: str, place: tuple[int, int], count: int) -> bool:
    return len(city.dead(topic, place)) >= count


@pytest.mark.parametrize("topic", [stream.name for stream in SUBJECT_STREAMS])
@pytest.mark.parametrize(("value", "spoil", "why"), [
    pytest.param(b'{"occurred_at":', header("x", b""), "failed", id="not JSON"),
    pytest.param(None, header("x", b""), "failed", id="a tombstone"),
    pytest.param(b"[" * 50_000, header("x", b""), "failed", id="deep JSON"),
    pytest.param(b'{"occurred_at":"\\u0000"}', header("x", b""), "failed", id="a NUL"),
    pytest.param(b"{}", header("ce_sequence", b"0000000007"), "gap", id="a gap"),
    pytest.param(b"{}", header("ce_after", b"case-keys:0000000003"), "no-key", id="a key that never comes"),
    pytest.param(b"{}", header("ce_previous", b"b36c4c94-d0ce-4f7c-8f60-7f1a45b3f0a5"), "fork", id="a fork"),
])  # fmt: skip
async def test_what_cannot_be_applied_waits_in_each_who_hears_it_and_stops_nobody(
    city: City, topic: str, value: bytes | None, spoil: Spoil, why: str
) -> None:
    subject = str(uuid4())

    place = await city.sends(topic, listed(spoil(fact(topic, subject))), value)

    await city.has_read(topic, place)
    waits = {service: await city.waiting(service, subject) for service in hearers(city, topic)}
    assert waits == {service: [why] for service in hearers(city, topic)}


@pytest.mark.parametrize(("type_", "waits"), [
    (b"senandung.something-new.v1", []),
    (b"senandung.child-identified.v7", ["unsupported-version"]),
])  # fmt: skip
async def test_an_unknown_type_is_passed_over_and_a_version_to_come_waits(
    city: City, type_: bytes, waits: list[str]
) -> None:
    subject = str(uuid4())

    place = await city.sends("cases", listed(header("ce_type", type_)(fact("cases", subject))), b"{}")

    await city.has_read("cases", place)
    for service in hearers(city, "cases"):
        assert await city.waiting(service, subject) == waits
    assert city.dead("cases", place) == []


async def test_a_mailbox_that_somebody_else_writes_into_is_not_believed(city: City) -> None:
    """The token that only our services can make is missing, or another case's."""
    for token in (b"", b"A" * 80):
        headers = header("ce_after", token)(fact("agency.dinkes.in", str(uuid4())))
        place = await city.sends("agency.dinkes.in", listed(headers), json.dumps({}).encode())
        await city.has_read("agency.dinkes.in", place)
        await until(partial(_told, city, "agency.dinkes.in", place, 1))
        assert city.dead("agency.dinkes.in", place) == [("notifications", "forged")]
