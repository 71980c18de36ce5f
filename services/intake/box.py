"""Identity on its way to intake: sealed to its public key by whoever sends it, opened by intake alone (HPKE, RFC 9180).

The suite is DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305 in base mode. `info` is `INFO`, so that what
was sealed for another purpose does not open; the box is base64url of the encapsulated key (32 bytes) and ciphertext.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from shared.contracts.model import Sealed

INFO: Final = b"senandung/identity/v1"
_PADDING: Final = 512
_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class NotOpened(ValueError):
    """Not sealed to this key for this purpose, or damaged."""


def seal(identity: bytes, kid: str, public_key: bytes) -> Sealed:
    """Seal an identity in JSON to the X25519 key (32 bytes) that the directory has for intake.

    JSON may end in spaces: they make boxes equally long, so that the length does not tell how long a name is.
    """
    padded = identity + b" " * (-len(identity) % _PADDING)
    sealed = _SUITE.encrypt(padded, X25519PublicKey.from_public_bytes(public_key), info=INFO)
    return Sealed(kid=kid, box=urlsafe_b64encode(sealed).rstrip(b"=").decode())


def unseal(sealed: Sealed, private_key: bytes) -> bytes:
    """Return what `seal` closed; raises `NotOpened`."""
    try:
        data = urlsafe_b64decode(sealed.box + "=" * (-len(sealed.box) % 4))
        return _SUITE.decrypt(data, X25519PrivateKey.from_private_bytes(private_key), info=INFO)
    except (ValueError, InvalidTag):
        raise NotOpened("another key or purpose, or damaged") from None
