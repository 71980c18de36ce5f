"""Public keys that tokens are checked against: from a file, or from the address of an OpenID Connect provider."""

import asyncio
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey

MAX_SET: Final = 262_144
"""Bytes of a key set."""
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

log = structlog.get_logger()


class NoKeys(ValueError):
    """There is no usable key set; the message says where it was looked for."""


class Keys(Protocol):
    """Where the keys are."""

    async def find(self, kid: str) -> Key | None:
        """The public key of this id; None where there is none, or where none can be had at present."""
        ...


def public_keys(text: bytes) -> dict[str, Key]:
    """The keys of a JWKS by id: Ed25519, P-256, and RSA of 2048 bits or more; everything else is passed over.

    Raises `NoKeys` where the text is no key set, or none of its keys is usable.
    """
    try:
        listed = json.loads(text)["keys"]
        keys = [_key(entry) for entry in listed if isinstance(entry, dict)]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NoKeys("not a JSON Web Key Set") from None
    found = {key.kid: key for key in keys if key is not None and key.kid}
    if not found:
        raise NoKeys("the set holds no Ed25519, P-256 or RSA key for signatures")
    return found


def _key(entry: Mapping[str, Any]) -> Key | None:
    """One entry without its private part; the key id is the thumbprint where none is given."""
    if entry.get("kty") not in {"OKP", "EC", "RSA"} or entry.get("use", "sig") != "sig":
        return None
    renamed = {"alg": "Ed25519"} if entry.get("alg") == "EdDSA" else {}
    try:
        private = JWKRegistry.import_key({**entry, **renamed})
        key = JWKRegistry.import_key(private.as_dict(private=False))
        key.ensure_kid()
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key if _strong(key) else None


def _strong(key: Key) -> bool:
    match key:
        case OKPKey():
            return key.curve_name == "Ed25519"
        case ECKey():
            return key.curve_name == "P-256"
        case RSAKey():
            return key.raw_value.key_size >= 2048
        case _:
            return False


class FileKeys:
    """A JWKS in a file, read again when the file changes; a file that cannot be read leaves the keys as they were.

    Raises `NoKeys` where there is no usable set at the start. To revoke a key, write a set without it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stamp = self._stamp()
        try:
            self.keys = public_keys(path.read_bytes())
        except (OSError, NoKeys) as problem:
            raise NoKeys(f"{path}: {problem}") from None

    async def find(self, kid: str) -> Key | None:
        """See `Keys.find`."""
        stamp = self._stamp()
        if stamp != self.stamp:
            self.stamp = stamp
            self._read()
        return self.keys.get(kid)

    def _read(self) -> None:
        try:
            self.keys = public_keys(self.path.read_bytes())
        except (OSError, NoKeys) as problem:
            log.warning("keys.unreadable", source="file", why=type(problem).__name__)

    def _stamp(self) -> tuple[int, int, int]:
        """What tells one version of a file from another."""
        try:
            stat = self.path.stat()
        except OSError:
            return (0, 0, 0)
        return (stat.st_mtime_ns, stat.st_size, stat.st_ino)


class UrlKeys:
    """A JWKS at an address, over TLS unless it is on this machine; kept for `fresh` seconds.

    An unknown key id fetches it again, at most every `pause` seconds, so that a rotation is noticed at once and a
    flood of forged ids is not passed on. While the address is away the keys stay, for at most `stale` seconds.
    Raises `NoKeys` for an address that is not to be trusted.
    """

    fresh: float = 300
    pause: float = 10
    stale: float = 86_400

    def __init__(self, url: str, client: httpx.AsyncClient, *, clock: Callable[[], float] = time.monotonic) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise NoKeys("the address of a key set must be https, or http on this machine")
        self.url, self.client, self.clock = url, client, clock
        self.keys: dict[str, Key] = {}
        self.fetched = self.tried = float("-inf")
        self.lock = asyncio.Lock()

    async def find(self, kid: str) -> Key | None:
        """See `Keys.find`."""
        if self._due(kid):
            async with self.lock:
                if self._due(kid):
                    await self._fetch()
        return self.keys.get(kid) if self.clock() - self.fetched < self.stale else None

    def _due(self, kid: str) -> bool:
        now = self.clock()
        return now - self.tried >= self.pause and (kid not in self.keys or now - self.fetched >= self.fresh)

    async def _fetch(self) -> None:
        self.tried = self.clock()
        try:
            self.keys = public_keys(await self._text())
            self.fetched = self.clock()
        except (httpx.HTTPError, NoKeys) as problem:
            log.warning("keys.unreadable", source="url", why=type(problem).__name__)

    async def _text(self) -> bytes:
        """The set as it is sent; a redirect is no set, and neither is what is too large for one."""
        async with self.client.stream("GET", self.url, follow_redirects=False, timeout=5) as response:
            if response.status_code != 200:
                raise NoKeys("the address did not answer with a key set")
            text = bytearray()
            async for chunk in response.aiter_bytes():
                text += chunk
                if len(text) > MAX_SET:
                    raise NoKeys("the key set is too large")
            return bytes(text)


def generate_keys(path: Path) -> Path:
    """Make a signing key: its public set in `path`, the private JWK beside it in `<name>.private.json`.

    Only their owner can read the private file. Gives its path. Raises `FileExistsError`: a key is never overwritten.
    """
    key = OKPKey.generate_key("Ed25519", {"use": "sig"}, auto_kid=True)
    private = path.with_suffix(".private.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(key.as_dict(private=True), file)
    path.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    return private
