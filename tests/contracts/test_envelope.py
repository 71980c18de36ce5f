"""The envelope in Kafka headers: what we write is read back, by us and by others, and what is none is refused whole."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import msgspec
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.envelope import (
    Envelope,
    Headers,
    NotAnEnvelope,
    after_text,
    after_vector,
    envelope_of,
    headers_of,
    schema_name,
)

NIGHT = datetime(2026, 11, 2, 14, 0, 0, 123_000, tzinfo=UTC)
PLAIN = Envelope(id="m-1", type="referred", source="/services/routing", time=NIGHT)

texts = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=200)
optional = st.just("") | texts
times = st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
words = st.builds("{}{}".format, st.sampled_from("abz"), st.text("abz09-", max_size=50))
vectors = st.dictionaries(words, st.integers(1, 9_999_999_999), max_size=8)
tokens = st.text("AZaz09_-", min_size=1, max_size=300)


@st.composite
def envelopes(draw: st.DrawFn) -> Envelope:
    after, token = draw(st.tuples(vectors, st.just("")) | st.tuples(st.just({}), tokens))
    return Envelope(
        id=draw(texts),
        type=draw(words),
        version=draw(st.integers(1, 9999)),
        variant=draw(st.sampled_from(["", "notice"])),
        source=draw(texts),
        time=draw(times),
        subject=draw(st.none() | texts),
        actor=draw(optional),
        via=draw(optional),
        sequence=draw(st.integers(0, 9_999_999_999)),
        previous=draw(optional),
        after=after,
        token=token,
        correlation=draw(optional),
        causation=draw(optional),
        trace=draw(st.sampled_from(["", f"00-{'4b' * 16}-{'7a' * 8}-01"])),
    )


def with_header(name: str, value: bytes | None) -> list[tuple[str, bytes | None]]:
    """Good headers with one of them another."""
    return [*(header for header in headers_of(PLAIN) if header[0] != name), (name, value)]


def without(name: str) -> Headers:
    return [header for header in headers_of(PLAIN) if header[0] != name]


def rounded(envelope: Envelope) -> Envelope:
    """As it is after it was written: to milliseconds, without what is empty."""
    time = envelope.time.replace(microsecond=envelope.time.microsecond // 1000 * 1000)
    return msgspec.structs.replace(envelope, time=time, subject=envelope.subject or None)


def why(headers: list[tuple[str, bytes | None]] | Headers) -> tuple[str, str | None]:
    with pytest.raises(NotAnEnvelope) as caught:
        envelope_of([*headers])
    return caught.value.reason, caught.value.id


@given(envelopes())
def test_what_was_written_is_read_back(envelope: Envelope) -> None:
    assert envelope_of(headers_of(envelope)) == envelope


@given(envelopes())
def test_every_header_is_text_and_none_is_empty(envelope: Envelope) -> None:
    headers = headers_of(envelope)

    assert all(value.decode() for _, value in headers)
    assert len({name for name, _ in headers}) == len(headers)


@given(envelopes())
def test_the_cloudevents_sdk_reads_what_we_write(envelope: Envelope) -> None:
    message = KafkaMessage(dict(headers_of(envelope)), envelope.subject, b'{"occurred_at":"2026-11-02T22:00:00+08:00"}')

    event = from_binary(message, JSONFormat())

    assert (event.get_id(), event.get_source(), event.get_type()) == (envelope.id, envelope.source, envelope.full_type)
    assert event.get_time() == envelope.time
    assert event.get_datacontenttype() == "application/json"
    assert event.get_dataschema() == envelope.schema
    assert event.get_data() == {"occurred_at": "2026-11-02T22:00:00+08:00"}
    assert (event.get_extension("sequence") or "0").lstrip("0") == str(envelope.sequence or "")


@given(st.lists(st.tuples(st.text(max_size=20), st.none() | st.binary(max_size=40)), max_size=12))
def test_no_headers_whatever_bring_down_the_reader(headers: list[tuple[str, bytes | None]]) -> None:
    reasons: set[str] = set()
    try:
        assert envelope_of(headers).id
    except NotAnEnvelope as problem:
        reasons.add(problem.reason)

    assert reasons <= {"no-id", "bad-header", "not-cloudevent"}


NAMES = [name for name, _ in headers_of(PLAIN)] + ["ce_subject", "ce_sequence", "ce_after", "ce_actor", "traceparent"]


@given(st.sampled_from(NAMES), st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_one_header_of_whatever_bytes_is_read_or_refused(name: str, value: bytes) -> None:
    try:
        envelope = envelope_of(with_header(name, value))
    except NotAnEnvelope:
        return
    assert envelope_of(headers_of(envelope)) == rounded(envelope)
    assert envelope.time.tzinfo


@pytest.mark.parametrize("value", [b"\xff\xfe", None, b"a\x00b", b"a\nb", b"\x7f", b"x" * 1001])
@pytest.mark.parametrize("name", ["ce_actor", "content-type", "something-else"])
def test_a_header_that_is_no_text_is_refused_with_the_id_that_can_be_read(name: str, value: bytes | None) -> None:
    assert why(with_header(name, value)) == ("bad-header", "m-1")


@pytest.mark.parametrize("value", [b"\xff\xfe", None, b"a\x00b"])
def test_an_id_that_is_no_text_cannot_be_answered(value: bytes | None) -> None:
    assert why(with_header("ce_id", value)) == ("bad-header", None)


def test_a_message_without_an_id_or_with_a_huge_one_cannot_be_answered() -> None:
    assert why(without("ce_id")) == ("no-id", None)
    assert why([]) == ("no-id", None)
    assert why(with_header("ce_id", b"")) == ("no-id", None)
    assert why(with_header("ce_id", b"x" * 201)) == ("no-id", None)
    assert envelope_of(with_header("ce_id", b"x" * 200)).id == "x" * 200


def test_a_header_that_is_there_twice_is_refused_for_two_readers_would_differ() -> None:
    assert why([*headers_of(PLAIN), ("ce_source", b"/services/intake")]) == ("bad-header", "m-1")


@pytest.mark.parametrize("name", ["ce_specversion", "ce_type", "ce_source", "ce_time"])
def test_what_lacks_an_attribute_is_no_cloudevent(name: str) -> None:
    assert why(without(name)) == ("not-cloudevent", "m-1")


@pytest.mark.parametrize(
    "type_",
    [
        "referred",
        "senandung.referred",
        "senandung.referred.v0",
        "senandung.referred.v01",
        "senandung.referred.v10000",
        "senandung.-referred.v1",
        "senandung.Referred.v1",
        "senandung.referred.v1 ",
        "com.example.referred.v1",
        "senandung." + "a" * 61 + ".v1",
    ],
)
def test_a_type_that_is_none_of_ours_is_no_cloudevent_of_ours(type_: str) -> None:
    assert why(with_header("ce_type", type_.encode())) == ("not-cloudevent", "m-1")


@pytest.mark.parametrize("text", ["", "0.3", "1.0.2", "2.0"])
def test_another_version_of_cloudevents_is_refused(text: str) -> None:
    assert why(with_header("ce_specversion", text.encode())) == ("not-cloudevent", "m-1")


@pytest.mark.parametrize("text", ["text/plain", "application/cloudevents+json", "application/avro"])
def test_what_is_no_json_is_refused_before_it_is_read(text: str) -> None:
    assert why(with_header("content-type", text.encode())) == ("not-cloudevent", "m-1")


def test_json_may_say_its_charset_and_its_type_may_be_left_out() -> None:
    assert envelope_of(with_header("content-type", b"application/json; charset=utf-8")) == PLAIN
    assert envelope_of(without("content-type")) == PLAIN


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2026-11-02",
        "2026-11-02T14:00:00",
        "2026-13-02T14:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "1793628000",
    ],
)
def test_a_time_that_cannot_be_told_in_utc_is_refused(text: str) -> None:
    assert why(with_header("ce_time", text.encode())) == ("bad-header", "m-1")


@pytest.mark.parametrize(
    "text", ["1", "000000001", "00000000001", "-000000001", "+000000001", "000_000_01", "\u0660" * 10]
)
def test_a_sequence_has_ten_digits(text: str) -> None:
    assert why(with_header("ce_sequence", text.encode())) == ("bad-header", "m-1")


def test_a_time_is_written_in_utc_with_milliseconds() -> None:
    wita = Envelope(id="m-1", type="referred", source="/s", time=NIGHT.astimezone(timezone(timedelta(hours=8))))

    assert dict(headers_of(wita))["ce_time"] == b"2026-11-02T14:00:00.123Z"


def test_a_notice_names_its_own_schema() -> None:
    notice = Envelope(id="m-1", type="referred", variant="notice", source="/services/notifications", time=NIGHT)

    assert dict(headers_of(notice))["ce_dataschema"] == b"urn:senandung:schema:referred:v1:notice"
    assert envelope_of(headers_of(notice)).variant == "notice"
    assert envelope_of(with_header("ce_dataschema", b"urn:senandung:schema:placed:v1:notice")).variant == ""
    assert schema_name("referred", 2) == "urn:senandung:schema:referred:v2"


def test_a_trace_that_is_none_is_left_out_and_the_message_is_taken() -> None:
    assert envelope_of(with_header("traceparent", b"' OR 1=1 --")).trace == ""


@given(vectors)
def test_what_follows_what_is_written_in_order_and_read_back(after: dict[str, int]) -> None:
    text = after_text(after)

    assert after_vector(text) == after
    assert [pair.partition(":")[0] for pair in text.split(",")] == (sorted(after) or [""])


@pytest.mark.parametrize(
    "text",
    ["cases", "cases:1", "cases:0000000001,", ":0000000001", "a b:0000000001", "Cases:0000000001", "cases:00000000-1"],
)
def test_what_is_no_vector_is_kept_as_an_opaque_token(text: str) -> None:
    envelope = envelope_of(with_header("ce_after", text.encode()))

    assert (envelope.after, envelope.token) == ({}, text)


def test_ids_of_the_cases_are_text_in_the_envelope() -> None:
    envelope = Envelope(id="m-1", type="referred", source="/s", time=NIGHT, subject=str(UUID(int=7)))

    assert envelope_of(headers_of(envelope)).subject == "00000000-0000-0000-0000-000000000007"
