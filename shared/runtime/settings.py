"""What every service must be told, from its environment; a service adds its own under its own prefix."""

from functools import cached_property
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.runtime.kafka import KafkaSettings


class WrongSettings(RuntimeError):
    """A service was not told what it must be told; the message names each variable, and what belongs there."""


class EngineSettings(BaseSettings):
    """Read from variables with the service's prefix, such as `SENANDUNG_ROUTING_POSTGRES`. Secrets have no default."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    postgres: str
    """A DSN of the service's own database."""
    kafka: str
    """Brokers, as `host:port,host:port`."""
    kafka_protocol: Literal["PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_username: str = ""
    kafka_password_file: Path | None = None
    kafka_ca_file: Path | None = None
    topic_prefix: str = ""
    session_seconds: int = Field(default=10, ge=6, le=300)
    """After how long without a sign of life a replica's partitions go to another."""
    token_key_file: Path
    """A file with 32 bytes as 64 hexadecimal digits: seals `ce_after` in mailboxes; the same for all four services."""
    jwks: str
    """A file, or an address, with the public keys that sign officers' tokens."""
    issuer: str = "senandung"
    """Who must have signed officers' tokens."""
    http_host: str = "127.0.0.1"
    http_port: int
    """The port to answer on."""
    log_format: Literal["json", "console"] = "json"
    release: str = "dev"
    """Of this program: messages that failed are tried again by each new one."""

    @cached_property
    def token_key(self) -> bytes:
        """The key in `token_key_file`. Raises `WrongSettings`."""
        try:
            key = bytes.fromhex(self.file("token_key_file"))
        except ValueError:
            key = b""
        if len(key) != 32:
            raise WrongSettings(f"{self.variable('token_key_file')}: {_wanted(type(self), 'token_key_file')}")
        return key

    @cached_property
    def kafka_settings(self) -> KafkaSettings:
        """What Kafka clients are made from."""
        return KafkaSettings(
            bootstrap=tuple(self.kafka.split(",")),
            protocol=self.kafka_protocol,
            username=self.kafka_username,
            password=self.file("kafka_password_file") if self.kafka_password_file else "",
            ca_file=str(self.kafka_ca_file or ""),
            prefix=self.topic_prefix,
        )

    @classmethod
    def variable(cls, name: str) -> str:
        """The variable of a setting."""
        return f"{cls.model_config.get('env_prefix', '')}{name}".upper()

    def file(self, name: str) -> str:
        """What is in the file of a setting. Raises `WrongSettings`, which names the variable and the file."""
        path: Path = getattr(self, name)
        try:
            return path.read_text().strip()
        except (OSError, UnicodeError) as problem:
            why = getattr(problem, "strerror", None) or "not a text"
            raise WrongSettings(f"{self.variable(name)}: {path} cannot be read: {why}") from None


S = TypeVar("S", bound=EngineSettings)


def read(kind: type[S]) -> S:
    """A service's settings from its environment. Raises `WrongSettings`, which never repeats a value."""
    try:
        return kind()
    except ValidationError as problem:
        told = [_told(kind, str(each["loc"][0]), each["type"], each["msg"]) for each in problem.errors()]
        raise WrongSettings("\n".join([*told, "deploy/compose.yaml shows all that a service must be told"])) from None


def _told(kind: type[EngineSettings], name: str, what: str, why: str) -> str:
    problem = "is not set" if what == "missing" else why
    return f"{kind.variable(name)}: {problem}; it wants: {_wanted(kind, name)}"


def _wanted(kind: type[EngineSettings], name: str) -> str:
    """The first line of a setting's own description."""
    return (kind.model_fields[name].description or name).splitlines()[0]
