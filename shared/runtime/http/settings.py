"""The HTTP part of a service's settings."""

from pathlib import Path
from typing import Annotated, Self

import httpx
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.runtime.http.keys import FileKeys, Keys, UrlKeys
from shared.runtime.http.rules import OPERATOR
from shared.runtime.http.tokens import AUDIENCE, Tokens

Whom = Annotated[str, StringConstraints(pattern=r"^(\*|[a-z0-9-]+)/[a-z0-9-]+$")]


class HttpSettings(BaseModel):
    """Where to listen, and whom to believe. Exactly one of `jwks_file` and `jwks_url` says where the keys are."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 0
    issuer: Annotated[str, StringConstraints(min_length=1)]
    """`iss` of the tokens that are believed."""
    audience: str = AUDIENCE
    jwks_file: Path | None = None
    jwks_url: str | None = None
    operators: frozenset[Whom] = frozenset({f"*/{OPERATOR}"})
    """Who may use `/operations`, as `agency/role`; `*` is any agency."""
    readers: frozenset[Whom] = frozenset()
    """Who may see all that is known of a subject, likewise; nobody, unless said."""

    @model_validator(mode="after")
    def _one_source_of_keys(self) -> Self:
        if (self.jwks_file is None) == (self.jwks_url is None):
            raise ValueError("set exactly one of jwks_file and jwks_url")
        return self

    def keys(self, client: httpx.AsyncClient) -> Keys:
        """The keys; `client` is asked only where they are at an address. Raises `NoKeys`."""
        if self.jwks_file is not None:
            return FileKeys(self.jwks_file)
        assert self.jwks_url is not None
        return UrlKeys(self.jwks_url, client)

    def tokens(self, client: httpx.AsyncClient, *, parties: frozenset[str], roles: frozenset[str]) -> Tokens:
        """What checks credentials. Raises `NoKeys`."""
        return Tokens(self.keys(client), issuer=self.issuer, audience=self.audience, parties=parties, roles=roles)
