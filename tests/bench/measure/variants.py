"""The variants: their names, what they run in, and the database that each wants."""

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg

from shared.runtime.migrations import migrate, migrations
from tests.bench.measure.servers import Servers
from tests.bench.variants.where import Where

Prepare = Callable[[asyncpg.Connection], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to do the work. `share` is the part of the events that it gets, so that each takes some seconds."""

    name: str
    title: str
    share: float
    prepare: Prepare
    python: Path = Path(sys.executable)
    answers: bool = True
    """Whether it decides; a limit only moves records."""

    def command(self) -> list[str]:
        """What starts it."""
        return [str(self.python), "-m", f"tests.bench.variants.{self.name}"]


def environment(where: Where, servers: Servers, port: int) -> dict[str, str]:
    """What a variant is told; ours is told in the words of every service."""
    ours = {
        "POSTGRES": where.postgres,
        "KAFKA": where.kafka,
        "TOPIC_PREFIX": where.prefix,
        "TOKEN_KEY_FILE": str(servers.keys / "token.key"),
        "JWKS": str(servers.keys / "officers.json"),
        "HTTP_PORT": str(port),
        "SESSION_SECONDS": "6",
    }
    return where.environment() | {f"SENANDUNG_DESK_{name}": value for name, value in ours.items()}


async def _engine(connection: asyncpg.Connection) -> None:
    await migrate(connection, migrations("tests.bench.migrations"))


OURS: Final = Variant("ours", "Senandung, one hop", 1.0, _engine)
