"""What only holders of a key can read: the `about_child` of a case, and the `ce_after` of a mailbox."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import ValidationError

from shared.contracts.envelope import After, after_text, after_vector
from shared.contracts.model import AboutChild, Sealed

NONCE: Final = 12
"""Bytes of a nonce: 96 random bits, fresh for each sealing."""

_ABOUT: Final = 256
_TOKEN: Final = 256
_TOKEN_AAD: Final = b"after|1"


class NotOpened(ValueError):
    """Not sealed under this key, or not for this subject and event, or damaged."""


def new_key() -> bytes:
    """32 random bytes: a key for `seal` or `token`."""
    return AESGCM.generate_key(256)


def seal(
    subject: UUID, event_id: str, kid: str, key: bytes, about: AboutChild, *, nonce: bytes | None = None
) -> Sealed:
    """`about` under the case's key (AES-256-GCM), bound to the case and to the one event that carries it (R91).

    Every box is equally long, so that its length does not tell the category. Only tests pass a nonce.
    """
    text = about.model_dump_json(exclude_defaults=True).encode()
    return Sealed(kid=kid, box=_box(key, _padded(text, _ABOUT), _about_aad(subject, event_id), nonce))


def open_sealed(subject: UUID, event_id: str, key: bytes, sealed: Sealed) -> AboutChild:
    """What `seal` closed. Raises `NotOpened`."""
    text = _unbox(key, sealed.box, _about_aad(subject, event_id))
    try:
        return AboutChild.model_validate_json(text)
    except ValidationError:
        raise NotOpened("what was sealed is not about a child") from None


def token(key: bytes, subject: UUID, after: After, *, nonce: bytes | None = None) -> str:
    """The `ce_after` of a mailbox: opaque, and another one each time, so that two agencies cannot join by it."""
    return _box(key, _padded(subject.bytes + after_text(after).encode(), _TOKEN), _TOKEN_AAD, nonce)


def read_token(key: bytes, text: str) -> tuple[UUID, After] | None:
    """The subject and vector in a token of ours; None for anything else."""
    try:
        plain = _unbox(key, text, _TOKEN_AAD)
    except NotOpened:
        return None
    after = after_vector(plain[16:].decode().rstrip())
    return None if after is None else (UUID(bytes=plain[:16]), after)


def _about_aad(subject: UUID, event_id: str) -> bytes:
    return b"about|" + subject.bytes + event_id.encode()


def _padded(text: bytes, step: int) -> bytes:
    """Spaces up to a multiple of `step` bytes: JSON and vectors end well before them."""
    return text + b" " * (-len(text) % step)


def _box(key: bytes, text: bytes, aad: bytes, nonce: bytes | None) -> str:
    nonce = nonce or os.urandom(NONCE)
    return urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, text, aad)).rstrip(b"=").decode()


def _unbox(key: bytes, box: str, aad: bytes) -> bytes:
    try:
        sealed = urlsafe_b64decode(box + "=" * (-len(box) % 4))
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], aad)
    except (ValueError, InvalidTag):
        raise NotOpened("wrong key, subject or event, or damaged") from None
