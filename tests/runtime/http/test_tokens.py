"""Credentials: which hold, and every way in which they do not."""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from hmac import digest
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

from shared.contracts.message import Caller
from shared.runtime.http.keys import public_keys
from shared.runtime.http.tokens import NotAParty, NotSignedIn, Tokens, issue
from tests.runtime.http.fakes import FixedKeys

ISSUER = "https://masuk.contoh"
NOW = 1_793_600_000
OFFICER = Caller("dinsos", "officer", "uji-1")
ED = OKPKey.generate_key("Ed25519", auto_kid=True)
RSA = RSAKey.generate_key(2048, auto_kid=True)
EC = ECKey.generate_key("P-256", auto_kid=True)
CLAIMS = {
    "iss": ISSUER, "aud": "senandung", "sub": "uji-1", "agency": "dinsos", "role": "officer",
    "iat": NOW, "exp": NOW + 600,
}  # fmt: skip


def tokens(*keys: Key, now: float = NOW) -> Tokens:
    return Tokens(
        FixedKeys(*(keys or (ED, RSA, EC))), issuer=ISSUER, parties=frozenset({"dinsos", "dinkes"}),
        roles=frozenset({"officer", "operator"}), clock=lambda: now,
    )  # fmt: skip


def signed(claims: Mapping[str, Any], key: Key = ED, algorithm: str = "Ed25519", **header: Any) -> str:
    return jwt.encode({"alg": algorithm, "kid": key.kid, **header}, dict(claims), key, algorithms=[algorithm])


def part(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def refused(token: str, *keys: Key, now: float = NOW) -> str:
    with pytest.raises(NotSignedIn) as why:
        await tokens(*keys, now=now).caller(f"Bearer {token}")
    return why.value.why


@pytest.mark.parametrize("key", [ED, RSA, EC], ids=["ed25519", "rsa", "p-256"])
async def test_a_token_that_we_issued_names_its_caller(key: Key) -> None:
    token = issue(key.as_dict(private=True), OFFICER, issuer=ISSUER, now=NOW)

    assert await tokens().caller(f"Bearer {token}") == OFFICER
    assert await tokens().caller(f"bearer {token}") == OFFICER


async def test_the_old_name_of_the_algorithm_is_taken_for_its_one_curve() -> None:
    """Written by hand: the library will not sign under a name that it calls deprecated."""
    text = f"{part({'alg': 'EdDSA', 'kid': ED.kid})}.{part(CLAIMS)}"
    sign = ED.private_key
    assert sign is not None
    signature = urlsafe_b64encode(sign.sign(text.encode())).rstrip(b"=").decode()  # type: ignore[union-attr]  # Ed25519

    assert await tokens().caller(f"Bearer {text}.{signature}") == OFFICER


async def test_a_key_that_a_provider_publishes_under_the_old_name_is_taken() -> None:
    published = {"keys": [{**ED.as_dict(private=False), "alg": "EdDSA", "use": "sig"}]}
    key = public_keys(json.dumps(published).encode())[str(ED.kid)]

    assert await tokens(key).caller(f"Bearer {signed(CLAIMS)}") == OFFICER


async def test_an_audience_among_others_will_do() -> None:
    token = signed({**CLAIMS, "aud": ["account", "senandung"]})

    assert await tokens().caller(f"Bearer {token}") == OFFICER


@pytest.mark.parametrize("now", [NOW - 30, NOW, NOW + 600, NOW + 629])
async def test_clocks_may_differ_by_half_a_minute(now: float) -> None:
    assert await tokens(now=now).caller(f"Bearer {signed(CLAIMS)}") == OFFICER


@pytest.mark.parametrize("now", [NOW - 31, NOW + 630, NOW + 86_400, 0])
async def test_a_token_before_or_after_its_time_is_refused(now: float) -> None:
    assert await refused(signed(CLAIMS), now=now) in {"invalid_claim", "expired_token"}


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "other"}, {"aud": ["other"]}, {"aud": ""}, {"aud": None}, {"aud": {"senandung": 1}},
        {"iss": "https://lain.contoh"}, {"iss": None}, {"exp": None}, {"iat": None}, {"exp": "never"},
        {"exp": NOW + 901}, {"iat": NOW - 86_400}, {"exp": NOW, "iat": NOW}, {"exp": True}, {"exp": float("inf")},
        {"iat": NOW + 31, "exp": NOW + 600}, {"nbf": NOW + 31}, {"exp": 10**400},
        {"sub": None}, {"sub": ""}, {"sub": "Melati Kembang"}, {"sub": "uji-1\n"}, {"sub": "a/b"}, {"sub": "x" * 41},
        {"sub": ["uji-1"]}, {"agency": None}, {"agency": ["dinsos"]}, {"role": 1}, {"role": None},
    ],
)  # fmt: skip
async def test_a_claim_that_is_missing_or_wrong_is_refused(claims: dict[str, Any]) -> None:
    told = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}

    assert await refused(signed(told))


@pytest.mark.parametrize(
    "claims",
    [
        {"agency": "lain"},
        {"agency": "DINSOS"},
        {"agency": "dinsos/x"},
        {"role": "system"},
        {"role": ""},
        {"agency": ""},
    ],
)
async def test_an_agency_or_role_that_is_none_of_ours_is_no_party(claims: dict[str, Any]) -> None:
    with pytest.raises(NotAParty):
        await tokens().caller(f"Bearer {signed({**CLAIMS, **claims})}")


class TestAlgorithms:
    """Signatures that say something else than they are."""

    async def test_none_is_no_signature(self) -> None:
        for name in ("none", "None", "NONE", ""):
            unsigned = f"{part({'alg': name, 'kid': ED.kid})}.{part(CLAIMS)}."
            assert await refused(unsigned) == "unsupported_algorithm"

    @pytest.mark.parametrize("form", ["pem", "der", "jwk"])
    async def test_a_public_key_is_no_secret_for_hs256(self, form: str) -> None:
        public = {
            "pem": RSA.as_pem(private=False), "der": RSA.as_der(private=False),
            "jwk": json.dumps(RSA.as_dict(private=False)).encode(),
        }[form]  # fmt: skip
        text = f"{part({'alg': 'HS256', 'kid': RSA.kid})}.{part(CLAIMS)}"
        forged = urlsafe_b64encode(digest(public, text.encode(), sha256)).rstrip(b"=").decode()

        assert await refused(f"{text}.{forged}") == "unsupported_algorithm"

    async def test_a_secret_key_in_the_set_is_passed_over(self) -> None:
        secret = OctKey.generate_key(256, {"kid": "s"})
        listed = json.dumps({"keys": [secret.as_dict(private=True), ED.as_dict(private=False)]}).encode()

        assert list(public_keys(listed)) == [ED.kid]

    @pytest.mark.parametrize(("key", "algorithm"), [(RSA, "RS256"), (EC, "ES256"), (ED, "Ed25519")])
    async def test_a_signature_by_another_kind_of_key_than_its_id_names_is_refused(
        self, key: Key, algorithm: str
    ) -> None:
        other = EC if key is RSA else RSA

        assert await refused(signed(CLAIMS, key, algorithm, kid=other.kid))

    @pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
    async def test_other_algorithms_are_refused(self, algorithm: str) -> None:
        assert await refused(signed(CLAIMS, RSA, algorithm)) == "unsupported_algorithm"

    async def test_a_key_in_the_header_is_not_looked_at(self) -> None:
        own = OKPKey.generate_key("Ed25519", {"kid": str(ED.kid)})

        assert await refused(signed(CLAIMS, own, jwk=own.as_dict(private=False))) == "bad_signature"
        assert await refused(signed(CLAIMS, own, jku="https://lain.contoh/keys")) == "bad_signature"

    async def test_a_key_that_nobody_knows_is_refused(self) -> None:
        stranger = OKPKey.generate_key("Ed25519", auto_kid=True)

        assert await refused(signed(CLAIMS, stranger)) == "unknown-key"

    @pytest.mark.parametrize("header", [{"typ": "logout+jwt"}, {"typ": "dpop+jwt"}, {"crit": ["b64"], "b64": True}])
    async def test_a_token_of_another_kind_is_refused(self, header: dict[str, Any]) -> None:
        assert await refused(signed(CLAIMS, **header))

    async def test_a_changed_claim_breaks_the_signature(self) -> None:
        head, _, signature = signed(CLAIMS).split(".")

        assert await refused(f"{head}.{part({**CLAIMS, 'role': 'operator'})}.{signature}") == "bad_signature"


@pytest.mark.parametrize(
    "text",
    [
        "", "Bearer", "Bearer ", "Basic dTpw", "Bearer a b", "Bearer é.é.é", "Bearer " + "a" * 5_000, "Bearer a.b",
        "Bearer ..", "Bearer a.b.c.d.e", "Bearer \x00.\x00.\x00", f"Bearer {part([])}.{part({})}.a",
        f"Bearer {part({'alg': []})}.{part({})}.a", f"Bearer {part({'alg': 'Ed25519', 'kid': {}})}.{part([])}.a",
        "Bearer " + part("[" * 2_000) + ".a.a",
    ],
)  # fmt: skip
async def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(NotSignedIn):
        await tokens().caller(text)


async def test_a_payload_that_is_no_object_is_refused() -> None:
    for payload in ("[]", "1", '"x"', "{"):
        text = f"{part({'alg': 'Ed25519', 'kid': ED.kid})}.{urlsafe_b64encode(payload.encode()).rstrip(b'=').decode()}"
        assert ED.private_key is not None
        signature = urlsafe_b64encode(ED.private_key.sign(text.encode())).rstrip(b"=").decode()  # type: ignore[union-attr]
        assert await refused(f"{text}.{signature}")


async def test_the_clock_is_the_machine_s_unless_said_otherwise() -> None:
    checks = Tokens(FixedKeys(ED), issuer=ISSUER, parties=frozenset({"dinsos"}), roles=frozenset({"officer"}))
    token = issue(ED.as_dict(private=True), OFFICER, issuer=ISSUER, now=time.time())

    assert await checks.caller(f"Bearer {token}") == OFFICER
