"""Bytes to bodies: what is whole is read, what is not is named without repeating it."""

import json
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.cases import CategoryWithdrawn, RiskAssessed
from shared.contracts.codec import (
    COMMAND_READERS,
    FACT_READERS,
    MAX_BYTES,
    NotReadable,
    decode_command,
    decode_fact,
    encode,
)
from shared.contracts.commands import ReportChild
from shared.contracts.model import UNSEALED, Fact
from shared.contracts.outcomes import CommandRefused
from shared.contracts.proceedings import HearingScheduled
from shared.contracts.referrals import Referred

WHEN = "2026-11-02T22:00:00+08:00"
RISK: dict[str, Any] = {"occurred_at": WHEN, "risk": "low"}
REPORT: dict[str, Any] = {"occurred_at": WHEN, "source": "raid", "children": [{}]}

REFUSED = CommandRefused.model_validate(
    {
        "occurred_at": WHEN,
        "command": "c-1",
        "command_type": "accept-referral",
        "code": "malformed",
        "sentence_id": "Perintah ini tidak terbaca.",
        "sentence_en": "This command cannot be read.",
    }
)


def risk(more: bytes = b"") -> bytes:
    """A fact with something more in it, as bytes."""
    return json.dumps(RISK).encode()[:-1] + more + b"}"


def why(type_: str, data: bytes, version: int = 1) -> NotReadable:
    with pytest.raises(NotReadable) as caught:
        decode_fact(type_, version, data)
    return caught.value


def test_a_fact_is_the_same_after_it_was_written_and_read() -> None:
    fact = decode_fact("risk-assessed", 1, risk())

    assert fact == RiskAssessed.model_validate(RISK)
    assert decode_fact("risk-assessed", 1, encode(fact)) == fact


def test_what_is_written_is_compact_and_holds_no_null_but_every_default() -> None:
    fact = Referred.model_validate(
        {
            "occurred_at": WHEN,
            "referral": UUID(int=1),
            "agency": "dinkes",
            "service": "health",
            "answer_by": WHEN,
            "reason": {"table": "policy", "version": "1", "row": "r-1"},
            "about_child": UNSEALED,
        }
    )

    data = encode(fact)

    assert b"null" not in data
    assert b" " not in data
    assert json.loads(data)["attempt"] == 1


def test_a_fact_may_hold_fields_that_we_do_not_know() -> None:
    assert decode_fact("risk-assessed", 1, risk(b',"later":{"deep":[1]}')) == RiskAssessed.model_validate(RISK)


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"secret name": 1}, "(unknown field)"),
        ({"children": [{"secret name": 1}]}, "children.0.(unknown field)"),
        ({"children": [{"about_child": {"secret name": 1}}]}, "children.0.about_child.(unknown field)"),
    ],
)
def test_a_misspelt_field_of_a_command_is_noticed_at_any_depth(more: dict[str, Any], where: str) -> None:
    with pytest.raises(NotReadable) as caught:
        decode_command("report-child", 1, json.dumps(REPORT | more).encode())

    assert caught.value.reason == "invalid"
    assert where in caught.value.where
    assert "secret" not in str(caught.value)


def test_a_command_is_read() -> None:
    assert decode_command("report-child", 1, json.dumps(REPORT).encode()) == ReportChild.model_validate(REPORT)


@pytest.mark.parametrize(
    ("type_", "version", "reason"),
    [
        ("never-heard-of", 1, "unknown-type"),
        ("report-child", 1, "unknown-type"),
        ("risk-assessed", 2, "unsupported-version"),
        ("risk-assessed", 0, "unsupported-version"),
    ],
)
def test_a_fact_of_another_type_or_version_says_which_it_is(type_: str, version: int, reason: str) -> None:
    assert why(type_, risk(), version).reason == reason


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff", b"[1", b'{"occurred_at":}', risk(b',"x":"\n"'), risk(b',"x":"\xed\xa0\x80"')]
)
def test_what_is_no_json_is_said_to_be_none(data: bytes) -> None:
    assert why("risk-assessed", data).reason == "not-json"


@pytest.mark.parametrize(
    "more",
    [
        b',"x":"\x00"',
        b',"x":"\\u0000"',
        b',"x":"a\\\\\\u0000b"',
        b',"x":["deep",{"y":"\\u0000"}]',
        b',"\\u0000":1',
        b',"x":"\\ud800"',
        b',"x":"\\udc00"',
        b',"x":"\\ud800\\ud800\\udc00"',
        b',"x":"\\uD83D\\uDE00\\uDE00"',
    ],
)
def test_no_text_holds_a_nul_or_half_a_character_however_written_and_wherever(more: bytes) -> None:
    assert why("risk-assessed", risk(more)).reason == "nul-in-text"


@pytest.mark.parametrize(
    "more", [b',"x":"\\\\u0000"', b',"x":"\\ud83d\\ude00"', b',"x":"\\\\ud800"', b',"x":"\\u0001"']
)
def test_a_backslash_that_is_only_text_is_no_nul(more: bytes) -> None:
    assert decode_fact("risk-assessed", 1, risk(more)) == RiskAssessed.model_validate(RISK)


def test_what_is_too_deep_or_too_large_is_not_read() -> None:
    assert why("risk-assessed", risk(b',"x":' + b"[" * 500 + b"]" * 500)).reason == "too-deep"
    assert why("risk-assessed", risk(b',"x":"' + b"a" * MAX_BYTES + b'"')).reason == "too-large"


def test_just_below_the_limit_is_read() -> None:
    data = risk(b',"x":""')
    padded = data.replace(b'""', b'"' + b"a" * (MAX_BYTES - len(data)) + b'"')

    assert len(padded) == MAX_BYTES
    assert decode_fact("risk-assessed", 1, padded) == RiskAssessed.model_validate(RISK)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"risk": "Siti Aminah"}, ("risk",)),
        ({"occurred_at": "2026-11-02T22:00:00"}, ("occurred_at",)),
        ({"occurred_at": 1793628000}, ("occurred_at",)),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, ("occurred_at",)),
        ({"occurred_at": "9999-12-31T23:59:59-12:00"}, ("occurred_at",)),
        ({"risk": None, "occurred_at": None}, ("occurred_at", "risk")),
    ],
)
def test_wrong_fields_are_named_and_what_stood_in_them_is_not(change: dict[str, Any], where: tuple[str, ...]) -> None:
    problem = why("risk-assessed", json.dumps(RISK | change).encode())

    assert (problem.reason, problem.where) == ("invalid", where)
    assert all(str(value) not in str(problem) for value in change.values())


def test_every_moment_of_a_type_must_be_one_that_can_be_told_in_utc() -> None:
    data = {"occurred_at": WHEN, "hearing": str(UUID(int=1)), "forum": "court", "by": "pn", "companion_by": WHEN}

    problem = why("hearing-scheduled", json.dumps(data | {"at": "9999-12-31T23:59:59-12:00"}).encode())

    assert problem.where == ("at",)
    assert FACT_READERS["hearing-scheduled", 1].moments == ("occurred_at", "at", "companion_by")


@pytest.mark.parametrize("value", ["yes", 1, "true"])
def test_a_number_or_a_word_is_no_yes(value: object) -> None:
    with pytest.raises(NotReadable, match="invalid: secured"):
        decode_command("report-child", 1, json.dumps(REPORT | {"secured": value}).encode())


def test_digits_of_other_scripts_are_no_area_code() -> None:
    child = {"about_child": {"found_area": "\u0666\u0664.\u0667\u0661"}}

    with pytest.raises(NotReadable, match=r"found_area"):
        decode_command("report-child", 1, json.dumps(REPORT | {"children": [child]}).encode())


@pytest.mark.parametrize("text", ["a\x00b", "half \ud83d"])
def test_nothing_is_said_that_nobody_could_read(text: str) -> None:
    with pytest.raises(NotReadable, match="nul-in-text"):
        encode(REFUSED.model_copy(update={"sentence_id": text}))


def test_nothing_is_said_that_no_topic_takes() -> None:
    refused = REFUSED.model_copy(update={"sentence_en": "x" * MAX_BYTES})

    with pytest.raises(NotReadable, match="too-large"):
        encode(refused)


def test_a_body_with_a_wrong_part_in_it_is_not_said_and_what_it_holds_is_not_told() -> None:
    with pytest.raises(NotReadable) as caught:
        encode(CategoryWithdrawn.model_construct(occurred_at=REFUSED.occurred_at, assertion="Siti Aminah"))  # type: ignore[arg-type]  # the point of it

    assert str(caught.value) == "invalid"
    assert caught.value.__suppress_context__


def test_a_class_named_v2_is_the_second_version_of_its_type() -> None:
    class RiskAssessedV2(Fact):
        """A later form."""

    assert (RiskAssessedV2.type, RiskAssessedV2.version) == ("risk-assessed", 2)
    assert (HearingScheduled.type, HearingScheduled.version) == ("hearing-scheduled", 1)


def test_every_type_has_a_reader() -> None:
    assert len(FACT_READERS) > 50
    assert len(COMMAND_READERS) > 30
    assert not {name for name, _ in FACT_READERS} & {name for name, _ in COMMAND_READERS}
