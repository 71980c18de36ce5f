"""Kafka clients made from one setting, and the defaults that lose nothing."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError
from faststream.security import BaseSecurity, SASLScram512

MAX_REQUEST: Final = 1_048_576
"""Bytes of a message at most: what every topic takes."""


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """Where the brokers are and how to speak to them. `prefix` is put before every topic's and group's name."""

    bootstrap: tuple[str, ...]
    protocol: Literal["PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    username: str = ""
    password: str = ""
    ca_file: str = ""
    prefix: str = ""

    def client(self) -> dict[str, Any]:  # keyword arguments of a client library
        """What every aiokafka client is made with."""
        common: dict[str, Any] = {"bootstrap_servers": list(self.bootstrap), "security_protocol": self.protocol}
        if self.protocol == "PLAINTEXT":
            return common
        return common | {
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password,
            "ssl_context": self.tls(),
        }

    def tls(self) -> ssl.SSLContext:
        """A context that checks the broker's certificate against our own authority."""
        return ssl.create_default_context(cafile=self.ca_file or None)

    def security(self) -> BaseSecurity | None:
        """The same for FastStream, which without a context would silently speak plain text."""
        if self.protocol == "PLAINTEXT":
            return None
        return SASLScram512(self.username, self.password, ssl_context=self.tls())


async def new_producer(settings: KafkaSettings, name: str) -> AIOKafkaProducer:
    """An idempotent producer, started. After any failed send it must be dropped: it answers wrongly for ever."""
    producer = AIOKafkaProducer(
        **settings.client(),
        client_id=f"{settings.prefix}{name}-relay",
        acks="all",
        enable_idempotence=True,
        linger_ms=0,
        max_batch_size=262_144,
        max_request_size=MAX_REQUEST,
        compression_type="lz4",
        request_timeout_ms=10_000,
    )
    try:
        await producer.start()
    except BaseException:
        await drop(producer)  # it may have connected before it failed
        raise
    return producer


async def drop(client: AIOKafkaProducer | AIOKafkaConsumer) -> None:
    """Stop a client that may hang in its own stop while its broker is away."""
    with contextlib.suppress(Exception):
        await asyncio.wait_for(client.stop(), 3)


def as_lost(send: Callable[..., Any]) -> Callable[..., Any]:
    """A connection's `send` that says that the connection is lost where uvloop says that its handle is closed.

    The client knows only errors of the system. Whatever else comes out of `send` ends, without a word, the task that
    refreshes what it knows of the brokers: a broker that crashed at that instant would never be found again.
    """

    def sent(connection: AIOKafkaConnection, *request: Any, **how: Any) -> Any:
        try:
            return send(connection, *request, **how)
        except RuntimeError as problem:
            connection.close(reason=CloseReason.CONNECTION_BROKEN)
            raise KafkaConnectionError("the connection was closed meanwhile") from problem

    return sent


def survive_closed_connections() -> None:
    """Once for a process that runs on uvloop."""
    AIOKafkaConnection.send = as_lost(AIOKafkaConnection.send)
