"""The keys of the vault, from a file that nobody but intake may read.

The file is JSON; every key is 32 bytes in base64url, without padding::

    {"identity": [{"kid": "intake-2026", "key": "..."}],
     "wrapping": [{"kid": "wrapping-2026", "key": "..."}],
     "marking": {"kid": "marking-2026", "key": "..."}}

`identity` holds X25519 private keys, whose public halves the directory gives to whoever seals identity for intake.
`wrapping` holds AES-256 keys, under which the key of each case lies in the database. Of both the first is used for
what is new, and the others still open what is old. `marking` is the HMAC key by which equal identities are found; it
cannot change without marking anew. Whoever has the database but not this file has no name.
"""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

KEY_BYTES = 32


class KeyringError(ValueError):
    """The vault cannot be opened; the argument says what to do."""


class _Key(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    kid: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{0,63}$")]
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]

    @property
    def raw(self) -> bytes:
        return urlsafe_b64decode(self.key + "=")


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    identity: tuple[_Key, ...]
    wrapping: tuple[_Key, ...]
    marking: _Key


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keys by their id, the one for what is new first. No key is ever shown by `repr`."""

    identity: Mapping[str, bytes] = field(repr=False)
    wrapping: Mapping[str, bytes] = field(repr=False)
    marking: tuple[str, bytes] = field(repr=False)

    @property
    def seals(self) -> tuple[str, bytes]:
        """The id and the public half of the key to seal identity to."""
        kid = next(iter(self.identity))
        return kid, self.public(kid)

    @property
    def wraps(self) -> tuple[str, bytes]:
        """The id and the key that wrap the key of a new case."""
        return next(iter(self.wrapping.items()))

    def public(self, kid: str) -> bytes:
        """The public half of an identity key."""
        return X25519PrivateKey.from_private_bytes(self.identity[kid]).public_key().public_bytes_raw()

    def expect(self, kid: str, public_key: bytes) -> None:
        """Check the key that the directory gives to senders; raises `KeyringError` where we could not open for it."""
        if kid not in self.identity or self.public(kid) != public_key:
            raise KeyringError(
                f"the directory gives senders the key {kid!r}, which the keyring cannot open; "
                "give intake the private half, or correct the directory"
            )


def load(path: Path) -> Keyring:
    """Read a keyring; raises `KeyringError`, which names the file and what to do, never a key."""
    try:
        return _keyring(_File.model_validate_json(path.read_bytes()))
    except OSError as error:
        raise KeyringError(f"{path}: cannot be read ({error.strerror}); give the path of the vault's keyring") from None
    except ValidationError as error:
        where = sorted({".".join(map(str, each["loc"])) or "the file" for each in error.errors(include_input=False)})
        raise KeyringError(f"{path}: {', '.join(where)}: not as described in services/intake/keyring.py") from None
    except KeyringError as error:
        raise KeyringError(f"{path}: {error}") from None


def _keyring(file: _File) -> Keyring:
    for section, keys in (("identity", file.identity), ("wrapping", file.wrapping)):
        if not keys or len({key.kid for key in keys}) < len(keys):
            raise KeyringError(f"{section} needs at least one key, each with a kid of its own")
    return Keyring(
        {key.kid: key.raw for key in file.identity},
        {key.kid: key.raw for key in file.wrapping},
        (file.marking.kid, file.marking.raw),
    )


def fresh(suffix: str) -> str:
    """Return the text of a new keyring, with kids that end in `suffix`, for whoever sets up a deployment."""
    key = {section: {"kid": f"{section}-{suffix}", "key": _random()} for section in ("identity", "wrapping", "marking")}
    keyring = {"identity": [key["identity"]], "wrapping": [key["wrapping"]], "marking": key["marking"]}
    return json.dumps(keyring, indent=2) + "\n"


def _random() -> str:
    return urlsafe_b64encode(os.urandom(KEY_BYTES)).rstrip(b"=").decode()
