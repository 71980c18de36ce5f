"""Where keys come from: a file that changes, an address that is away, and what is no key."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from shared.runtime.http.keys import MAX_SET, FileKeys, NoKeys, UrlKeys, generate_keys, public_keys

URL = "https://masuk.contoh/keys"


def a_key() -> OKPKey:
    return OKPKey.generate_key("Ed25519", auto_kid=True)


def a_set(*keys: Key, **more: Any) -> bytes:
    return json.dumps({"keys": [{**key.as_dict(private=False), **more} for key in keys]}).encode()


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[]", b"{}", b'{"keys": 1}', b'{"keys": []}', b'{"keys": [1, "a", null]}', b"\xff",
     b'{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "!"}]}', b'{"keys": [{"kty": "OKP", "crv": "X"}]}',
     b'{"keys":' + b"[" * 50_000],
)  # fmt: skip
def test_what_is_no_key_set_is_refused(text: bytes) -> None:
    with pytest.raises(NoKeys):
        public_keys(text)


@pytest.mark.filterwarnings("ignore:Key size should be")
def test_weak_keys_and_keys_for_other_uses_are_passed_over() -> None:
    weak = (RSAKey.generate_key(1024), ECKey.generate_key("secp256k1"), OKPKey.generate_key("X25519"))
    good = a_key()

    assert list(public_keys(a_set(*weak, good))) == [good.kid]
    with pytest.raises(NoKeys):
        public_keys(a_set(a_key(), use="enc"))


def test_only_the_public_part_of_a_key_is_kept() -> None:
    key = a_key()
    listed = json.dumps({"keys": [key.as_dict(private=True)]}).encode()

    kept = public_keys(listed)[str(key.kid)]

    assert not kept.is_private
    assert "d" not in kept.as_dict()


class TestFile:
    """A JWKS in a file."""

    async def test_it_is_read_again_when_it_changes(self, tmp_path: Path) -> None:
        path, old, new = tmp_path / "keys.json", a_key(), a_key()
        path.write_bytes(a_set(old))
        keys = FileKeys(path)
        assert await keys.find(str(old.kid))

        _replace(path, a_set(new))

        assert await keys.find(str(new.kid))
        assert await keys.find(str(old.kid)) is None

    @pytest.mark.parametrize("spoil", [lambda path: path.write_bytes(b"{"), lambda path: path.unlink()])
    async def test_one_that_cannot_be_read_leaves_the_keys_as_they_were(
        self, tmp_path: Path, spoil: Callable[[Path], Any]
    ) -> None:
        path, old, new = tmp_path / "keys.json", a_key(), a_key()
        path.write_bytes(a_set(old))
        keys = FileKeys(path)

        spoil(path)
        assert await keys.find(str(old.kid))

        _replace(path, a_set(new))
        assert await keys.find(str(new.kid))

    @pytest.mark.parametrize("text", [None, b"{}"])
    def test_without_one_nothing_starts(self, tmp_path: Path, text: bytes | None) -> None:
        path = tmp_path / "keys.json"
        if text is not None:
            path.write_bytes(text)

        with pytest.raises(NoKeys, match=r"keys\.json"):
            FileKeys(path)


def _replace(path: Path, text: bytes) -> None:
    """As a deployment does it: a new file takes the old one's place at once."""
    fresh = path.with_suffix(".new")
    fresh.write_bytes(text)
    fresh.rename(path)


class Provider:
    """An address of keys: what it answers, how often it was asked, and the clock of who asks."""

    def __init__(self, *keys: Key) -> None:
        self.answer: httpx.Response | Exception = httpx.Response(200, content=a_set(*keys))
        self.asked, self.now = 0, 0.0
        self.client = httpx.AsyncClient(transport=httpx.MockTransport(self._handle))
        self.keys = UrlKeys(URL, self.client, clock=lambda: self.now)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        assert str(request.url) == URL
        if isinstance(self.answer, Exception):
            raise self.answer
        return httpx.Response(self.answer.status_code, headers=self.answer.headers, content=self.answer.content)


class TestAddress:
    """A JWKS at an address."""

    async def test_it_is_asked_once_and_again_when_no_longer_fresh(self) -> None:
        key = a_key()
        provider = Provider(key)

        for _ in range(5):
            assert await provider.keys.find(str(key.kid))
        assert provider.asked == 1

        provider.now = 301
        assert await provider.keys.find(str(key.kid))
        assert provider.asked == 2

    async def test_a_new_key_is_looked_for_at_once_but_a_flood_of_forged_ones_is_not_passed_on(self) -> None:
        old, new = a_key(), a_key()
        provider = Provider(old)
        await provider.keys.find(str(old.kid))

        provider.now, provider.answer = 11, httpx.Response(200, content=a_set(old, new))
        assert await provider.keys.find(str(new.kid))
        for number in range(50):
            assert await provider.keys.find(f"forged-{number}") is None
        assert provider.asked == 2

    @pytest.mark.parametrize(
        "answer",
        [
            httpx.ConnectError("away"),
            httpx.ReadTimeout("slow"),
            httpx.Response(500, content=a_set(a_key())),
            httpx.Response(200, content=b"<html>"),
            httpx.Response(302, headers={"location": "http://127.0.0.1/keys"}),
            httpx.Response(200, content=b" " * (MAX_SET + 1)),
        ],
    )
    async def test_while_it_is_away_the_keys_stay_for_a_day(self, answer: httpx.Response | Exception) -> None:
        key = a_key()
        provider = Provider(key)
        await provider.keys.find(str(key.kid))
        provider.answer = answer

        provider.now = 86_000
        assert await provider.keys.find(str(key.kid))
        provider.now = 86_401
        assert await provider.keys.find(str(key.kid)) is None
        assert provider.asked == 3

    @pytest.mark.parametrize(
        "url", ["http://masuk.contoh/keys", "ftp://127.0.0.1/keys", "file:///keys", "", "http://127.0.0.1.contoh/"]
    )
    def test_only_tls_or_this_machine_is_trusted(self, url: str) -> None:
        with pytest.raises(NoKeys):
            UrlKeys(url, httpx.AsyncClient())

    @pytest.mark.parametrize("url", ["http://127.0.0.1:8080/keys", "http://localhost/keys", "http://[::1]/keys"])
    def test_this_machine_is_trusted(self, url: str) -> None:
        assert UrlKeys(url, httpx.AsyncClient()).url == url


async def test_generated_keys_are_used_as_they_lie_there(tmp_path: Path) -> None:
    path = tmp_path / "city" / "keys.json"

    private = generate_keys(path)

    signing = json.loads(private.read_text())
    assert private.stat().st_mode & 0o077 == 0
    assert b'"d"' not in path.read_bytes()
    assert await FileKeys(path).find(signing["kid"])
    with pytest.raises(FileExistsError):
        generate_keys(path)
