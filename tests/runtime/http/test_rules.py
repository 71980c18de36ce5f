"""What differs between services, and what cannot be so."""

from typing import Any

import pytest

from shared.contracts.commands import AssessRisk
from shared.contracts.message import Caller
from shared.runtime.http.rules import Rules, Transform, among


def rules(**more: Any) -> Rules:
    return Rules(**{"service": "uji", "commands": (AssessRisk,), "effects": bool, "retry_key": b"k" * 32, **more})


def test_operators_are_those_of_any_agency_and_nobody_else() -> None:
    assert among(Caller("dinsos", "operator", "a"), rules().operators)
    assert not among(Caller("dinsos", "officer", "a"), rules().operators)
    assert not among(Caller("*", "x", "a"), frozenset({"dinsos/x"}))


def test_rules_that_cannot_be_kept_are_refused() -> None:
    with pytest.raises(ValueError, match="no-such-thing"):
        rules(transforms={"no-such-thing": Transform(lambda parsed: parsed)})
    with pytest.raises(ValueError, match="32 bytes"):
        rules(retry_key=b"short")


def test_a_fingerprint_is_of_all_that_is_asked_and_of_this_key() -> None:
    asked = rules().fingerprint("a", None, b"{}")

    others = {
        rules().fingerprint("b", None, b"{}"),
        rules().fingerprint("a", "s", b"{}"),
        rules().fingerprint("a", None, b"{ }"),
        rules(retry_key=b"l" * 32).fingerprint("a", None, b"{}"),
    }
    assert rules().fingerprint("a", None, b"{}") == asked
    assert asked not in others
    assert len(others) == 4
