"""The HTTP part of settings."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from shared.contracts.commands import AssessRisk
from shared.contracts.message import Caller
from shared.runtime.http.keys import UrlKeys, generate_keys
from shared.runtime.http.rules import Rules, Transform, among
from shared.runtime.http.settings import HttpSettings
from shared.runtime.http.tokens import issue

ISSUER = "https://masuk.contoh"


@pytest.mark.parametrize(
    "given",
    [
        {}, {"jwks_file": Path("a"), "jwks_url": "https://b"}, {"jwks_file": Path("a"), "issuer": ""},
        {"jwks_file": Path("a"), "port": 65_536}, {"jwks_file": Path("a"), "secret": "x"},
        {"jwks_file": Path("a"), "readers": {"coordinator"}}, {"jwks_file": Path("a"), "operators": {"*/*"}},
    ],
)  # fmt: skip
def test_settings_that_do_not_say_whom_to_believe_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        HttpSettings(**{"issuer": ISSUER, **given})


async def test_keys_come_from_the_file_or_the_address_that_is_set(tmp_path: Path) -> None:
    path, officer = tmp_path / "keys.json", Caller("dinsos", "officer", "uji-1")
    private = json.loads(generate_keys(path).read_text())
    async with httpx.AsyncClient() as client:
        tokens = HttpSettings(issuer=ISSUER, jwks_file=path).tokens(
            client, parties=frozenset({"dinsos"}), roles=frozenset({"officer"})
        )
        address = HttpSettings(issuer=ISSUER, jwks_url="https://masuk.contoh/keys").keys(client)

    token = issue(private, officer, issuer=ISSUER, now=tokens.clock())
    assert await tokens.caller(f"Bearer {token}") == officer
    assert isinstance(address, UrlKeys)


def test_nobody_reads_all_of_a_subject_unless_said() -> None:
    settings = HttpSettings(issuer=ISSUER, jwks_file=Path("a"))

    assert settings.readers == frozenset()
    assert among(Caller("dinsos", "operator", "a"), settings.operators)
    assert not among(Caller("dinsos", "officer", "a"), settings.operators)
    assert not among(Caller("*", "x", "a"), frozenset({"dinsos/x"}))


def test_rules_that_cannot_be_kept_are_refused() -> None:
    def rules(**more: Any) -> Rules:
        return Rules(**{"service": "uji", "commands": (AssessRisk,), "effects": bool, "retry_key": b"k" * 32, **more})

    assert rules().service == "uji"
    with pytest.raises(ValueError, match="no-such-thing"):
        rules(transforms={"no-such-thing": Transform(lambda parsed: parsed)})
    with pytest.raises(ValueError, match="32 bytes"):
        rules(retry_key=b"short")
