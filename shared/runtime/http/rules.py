"""What differs between services: which commands they decide, who may operate them, what an outcome may show to whom."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import digest
from typing import Final, TypeAlias

from pydantic import BaseModel, JsonValue

from shared.contracts.message import Caller
from shared.contracts.model import Command
from shared.runtime.http.limits import Limits

OPERATOR: Final = "operator"
"""The role that operates a service."""

Whom: TypeAlias = frozenset[str]
"""Callers as `agency/role`; `*/role` is that role of any agency."""


def among(caller: Caller, whom: Whom) -> bool:
    """Whether a caller is one of those named."""
    return not whom.isdisjoint((f"{caller.agency}/{caller.role}", f"*/{caller.role}"))


@dataclass(frozen=True, slots=True)
class Transform:
    """What is done to a command's data before they are stored, such as sealing what must not be read there.

    `apply` takes the parsed JSON and gives what the command's contract accepts; it may raise `Refused`.
    `accepts` is what it takes, for the OpenAPI document; None is the command itself.
    """

    apply: Callable[[JsonValue], JsonValue]
    accepts: type[BaseModel] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One service's part of its HTTP side.

    `commands` are the types it decides, `elsewhere` the names of those that others decide.
    `effects` tells whether a caller may see which facts its commands led to, of which subjects: to all others an
    outcome is only that it was accepted, for a subject's id would let two readers join what they know.
    `retry_key` (32 bytes, the same for as long as commands are remembered) makes fingerprints of transformed data.
    `operators` may use `/operations`.
    `statuses` are HTTP statuses of refusal codes that their names do not tell.
    """

    service: str
    commands: tuple[type[Command], ...]
    effects: Callable[[Caller], bool]
    retry_key: bytes
    elsewhere: frozenset[str] = frozenset()
    transforms: Mapping[str, Transform] = field(default_factory=dict)
    operators: Whom = frozenset({f"*/{OPERATOR}"})
    statuses: Mapping[str, int] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        strange = self.transforms.keys() - {command.type for command in self.commands}
        if strange:
            raise ValueError(f"transforms of commands that are not decided here: {', '.join(sorted(strange))}")
        if len(self.retry_key) < 32:
            raise ValueError("retry_key must be at least 32 bytes")

    def fingerprint(self, type_: str, subject: str | None, body: bytes) -> bytes:
        """Of what was sent, 32 bytes; without the key nobody can try guesses against it."""
        return digest(self.retry_key, b"\n".join((type_.encode(), (subject or "").encode(), body)), sha256)
