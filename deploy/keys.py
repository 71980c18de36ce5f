"""Makes the secrets of a new city; none has a default, and none is ever overwritten."""

import json
import os
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from services.intake import keyring
from shared.contracts.topics import PARTIES
from shared.runtime.http.keys import generate_keys


def make_keys(folder: Path) -> None:
    """Write into `folder` what is not there yet.

    `token.key` (seals `ce_after`, for all services), `officers.json` and `officers.private.json` (sign officers'
    tokens), `intake.json` (the vault's keyring, for intake alone), `directory.json` (public keys of intake and of
    the parties) and `parties.private.json` (what the parties themselves would keep).
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / "token.key").exists():
        _write(folder / "token.key", secrets.token_hex(32))
    if not (folder / "officers.json").exists():
        generate_keys(folder / "officers.json")
    if not (folder / "intake.json").exists():
        _write(folder / "intake.json", keyring.fresh("1"))
    if not (folder / "directory.json").exists():
        _directory(folder)


def _directory(folder: Path) -> None:
    private = {party: X25519PrivateKey.generate() for party in PARTIES}
    kid, public = keyring.load(folder / "intake.json").seals
    held = {party: _entry(f"{party}-1", key.public_key().public_bytes_raw()) for party, key in private.items()}
    _write(folder / "directory.json", json.dumps({"intake": _entry(kid, public), **held}, indent=2))
    kept = {party: _text(key.private_bytes_raw()) for party, key in private.items()}
    _write(folder / "parties.private.json", json.dumps(kept, indent=2))


def _entry(kid: str, public: bytes) -> dict[str, str]:
    return {"kid": kid, "x25519": _text(public)}


def _text(key: bytes) -> str:
    return urlsafe_b64encode(key).rstrip(b"=").decode()


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
