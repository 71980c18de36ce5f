"""Public keys of a deployment, from a JSON file beside the packaged data.

The file maps a party's code, or `intake`, to its key::

    {"dinkes": {"kid": "dinkes-2026", "x25519": "<32 bytes in base64url, without padding>"}}

A key of the file takes the place of the packaged one. The file holds public keys only: any other field is refused,
so that a private key pasted by mistake does not go unseen.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from pathlib import Path
from re import fullmatch
from typing import get_args

from shared.contracts.directory.codes import KeyHolder
from shared.contracts.directory.entries import PublicKey
from shared.contracts.directory.table import DirectoryError

HOLDERS: tuple[KeyHolder, ...] = get_args(KeyHolder)
X25519_BYTES = 32


def read_keys(path: Path) -> dict[KeyHolder, PublicKey]:
    """Read a keys file; raises `DirectoryError` with the holder at fault and what to do."""
    written = _object(path)
    strangers = sorted(set(written) - set(HOLDERS))
    if strangers:
        raise DirectoryError(f"{path.name}: {strangers[0]!r} holds no key; use a code of the directory or 'intake'.")
    keys = {holder: _key(f"{path.name}: {holder}", written[holder]) for holder in HOLDERS if holder in written}
    if len({key.kid for key in keys.values()}) < len(keys):
        raise DirectoryError(f"{path.name}: two keys have the same kid; give each its own.")
    return keys


def public_key(where: str, kid: str, text: str) -> PublicKey:
    """Decode a key from base64url; `where` begins the message of a `DirectoryError`."""
    if not fullmatch(r"[A-Za-z0-9._-]{1,64}", kid):
        raise DirectoryError(f"{where}: the key id must be 1 to 64 letters, digits, dots, hyphens or underscores.")
    if not fullmatch(r"[A-Za-z0-9_-]{43}=?", text):
        raise DirectoryError(f"{where}: the key must be {X25519_BYTES} bytes in base64url.")
    return PublicKey(kid, urlsafe_b64decode(text.rstrip("=") + "="))


def _object(path: Path) -> Mapping[str, object]:
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DirectoryError(f"{path}: cannot be read ({error.strerror}); give the path of a keys file.") from error
    except ValueError:
        raise DirectoryError(f"{path.name}: is not JSON; write an object of codes and keys.") from None
    if not isinstance(written, dict):
        raise DirectoryError(f"{path.name}: is not an object; map each code to its key.")
    return written


def _key(where: str, written: object) -> PublicKey:
    match written:
        case {"kid": str(kid), "x25519": str(text), **more} if not more:
            return public_key(where, kid, text)
        case _:
            raise DirectoryError(f"{where}: write exactly the fields kid and x25519, both texts.")
