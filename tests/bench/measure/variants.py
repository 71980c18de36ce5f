"""The variants: their names, what they run in, and the database that each wants."""

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg

from shared.runtime.migrations import migrate, migrations
from tests.bench.measure.environments import python
from tests.bench.measure.servers import Servers
from tests.bench.variants.where import Where

Prepare = Callable[[asyncpg.Connection], Awaitable[object]]
_HERE: Final = Path(__file__).parents[1] / "variants"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way to do the work. `events` is how many it gets in a full run, so that each takes some seconds."""

    name: str
    title: str
    events: int
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


def _sql(*names: str) -> Prepare:
    async def prepare(connection: asyncpg.Connection) -> None:
        for name in names:
            await connection.execute((_HERE / name).read_text())

    return prepare


VARIANTS: Final = {
    variant.name: variant
    for variant in (
        Variant(
            name="naive", title="first idea", events=2_400,
            prepare=_sql("states.sql", "naive.sql"),
        ),
        Variant(
            name="outbox", title="faststream-outbox", events=1_200,
            prepare=_sql("states.sql"), python=python("outbox"),
        ),
        Variant(
            name="stream", title="quixstreams", events=60_000,
            prepare=_sql(), python=python("stream"),
        ),
        Variant(name="forward", title="broker→broker", events=100_000, prepare=_sql(), answers=False),
        Variant(
            name="copying", title="broker→COPY→broker", events=100_000,
            prepare=_sql("copying.sql"), answers=False,
        ),
        Variant(name="ours", title="ours", events=60_000, prepare=_engine),
    )
}  # fmt: skip
