"""Short-lived JWTs (RFC 7519): who calls, for which agency, in which role; and issuing them, for a demo or a test."""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import uuid4

from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import JWKRegistry
from joserfc.jws import JWSAlgModel, JWSRegistry, extract_compact  # type: ignore[attr-defined]  # not in its __all__

from shared.contracts.message import Caller
from shared.runtime.http.keys import Keys

AUDIENCE: Final = "senandung"
LONGEST: Final = 900
"""Seconds from `iat` to `exp`."""
SKEW: Final = 30
"""Seconds that the clocks of issuer and service may differ."""
MAX_TOKEN: Final = 4_096

_ALGORITHMS: Final = {"EdDSA": "Ed25519", "Ed25519": "Ed25519", "RS256": "RS256", "ES256": "ES256"}
"""Names in headers -> the algorithm that checks them; RFC 9864 renamed EdDSA, and only that curve is taken."""
_TYPES: Final = frozenset({"jwt", "at+jwt"})
_OFFICER: Final = re.compile(r"[a-z0-9-]{1,40}")


class NotSignedIn(Exception):
    """No credential, or none that holds; `why` is a code for our own log, never for the caller."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotAParty(Exception):
    """The credential holds, but its agency or role is none of ours."""


class _Signatures(JWSRegistry):
    """Takes only signatures with a public key, and no header that would change their meaning."""

    def get_alg(self, name: str) -> JWSAlgModel:
        if name not in _ALGORITHMS:
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[_ALGORITHMS[name]]

    def check_header(self, header: dict[str, Any]) -> None:
        super().check_header(header)
        if "crit" in header or str(header.get("typ", "JWT")).lower() not in _TYPES:
            raise UnsupportedAlgorithmError("header")


class Tokens:
    """Checks credentials. `parties` and `roles` are those that may call at all; `clock` gives seconds since 1970."""

    def __init__(
        self,
        keys: Keys,
        *,
        issuer: str,
        parties: frozenset[str],
        roles: frozenset[str],
        audience: str = AUDIENCE,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.keys, self.parties, self.roles = keys, parties, roles
        self.issuer, self.audience, self.clock = issuer, audience, clock
        self.signatures = _Signatures(strict_check_header=False)

    async def caller(self, authorization: str) -> Caller:
        """Who calls, from the value of the header `Authorization`. Raises `NotSignedIn`, `NotAParty`."""
        claims = await self._verified(_bearer(authorization))
        self._check(claims)
        caller = Caller(claims["agency"], claims["role"], claims["sub"])
        if caller.agency not in self.parties or caller.role not in self.roles:
            raise NotAParty
        return caller

    async def _verified(self, token: str) -> Mapping[str, Any]:
        try:
            header = extract_compact(token.encode(), registry=self.signatures).headers()
            self.signatures.check_header(header)
            self.signatures.get_alg(header["alg"])
            key = await self.keys.find(str(header.get("kid", "")))
            if key is None:
                raise NotSignedIn("unknown-key")
            return jwt.decode(token, key, registry=self.signatures).claims
        except (JoseError, ValueError, TypeError, RecursionError) as problem:
            raise NotSignedIn(getattr(problem, "error", "") or "not-a-token") from None

    def _check(self, claims: Mapping[str, Any]) -> None:
        registry = jwt.JWTClaimsRegistry(
            now=int(self.clock()),
            leeway=SKEW,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.audience},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            registry.validate(dict(claims))
        except JoseError as problem:
            raise NotSignedIn(problem.error) from None
        if not 0 < claims["exp"] - claims["iat"] <= LONGEST:
            raise NotSignedIn("too-long")
        if not all(isinstance(claims.get(name), str) for name in ("agency", "role", "sub")):
            raise NotSignedIn("missing-claim")
        if not _OFFICER.fullmatch(claims["sub"]):
            raise NotSignedIn("no-pseudonym")


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    if not authorization:
        raise NotSignedIn("no-credential")
    if scheme.lower() != "bearer" or not token.isascii() or not 0 < len(token) <= MAX_TOKEN:
        raise NotSignedIn("not-a-bearer")
    return token


def issue(private_jwk: Mapping[str, Any], caller: Caller, *, issuer: str, now: float, seconds: int = LONGEST) -> str:
    """A token for `caller` from `now` (seconds since 1970), signed with an Ed25519, P-256 or RSA key in JWK form."""
    key = JWKRegistry.import_key(dict(private_jwk))
    algorithm = {"OKP": "Ed25519", "EC": "ES256", "RSA": "RS256"}[key.key_type]
    key.ensure_kid()
    claims = {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": caller.officer,
        "agency": caller.agency,
        "role": caller.role,
        "iat": int(now),
        "exp": int(now) + seconds,
        "jti": str(uuid4()),
    }
    return jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key, algorithms=[algorithm])
