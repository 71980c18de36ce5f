"""What every service must be told, from its environment; a service adds its own under its own prefix."""

from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.runtime.kafka import KafkaSettings


class EngineSettings(BaseSettings):
    """Read from variables with the service's prefix, such as `SENANDUNG_ROUTING_POSTGRES`. Secrets have no default."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

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
    """32 bytes as 64 hexadecimal digits: seals `ce_after` in mailboxes; the same for all four services."""
    jwks: str
    """A file, or an address, with the public keys that sign officers' tokens."""
    issuer: str = "senandung"
    """Who must have signed officers' tokens."""
    http_host: str = "127.0.0.1"
    http_port: int
    log_format: Literal["json", "console"] = "json"
    release: str = "dev"
    """Of this program: messages that failed are tried again by each new one."""

    @cached_property
    def token_key(self) -> bytes:
        """The key in `token_key_file`."""
        return bytes.fromhex(self.token_key_file.read_text().strip())

    @cached_property
    def kafka_settings(self) -> KafkaSettings:
        """What Kafka clients are made from."""
        return KafkaSettings(
            bootstrap=tuple(self.kafka.split(",")),
            protocol=self.kafka_protocol,
            username=self.kafka_username,
            password=self.kafka_password_file.read_text().strip() if self.kafka_password_file else "",
            ca_file=str(self.kafka_ca_file or ""),
            prefix=self.topic_prefix,
        )
