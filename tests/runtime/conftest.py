"""A toy service on a database of its own, and another that speaks to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.conftest import MakeDatabase
from tests.runtime.desk import ENGINE, Desk, a_desk
from tests.runtime.speaker import Speaker
from tests.runtime.toy import TABLES

MakePool = Callable[..., Awaitable[asyncpg.Pool]]


@pytest.fixture
async def dsn(database: MakeDatabase, tmp_path: Path) -> str:
    """A database with the engine's tables and the toy's."""
    (tmp_path / "toy.sql").write_text(TABLES)
    return await database([ENGINE, tmp_path / "toy.sql"])


@pytest.fixture
async def pool_on(dsn: str) -> AsyncIterator[MakePool]:
    """Make pools of connections, as each replica has one."""
    pools: list[asyncpg.Pool] = []

    async def make(address: str = dsn, **settings: Any) -> asyncpg.Pool:
        pools.append(await asyncpg.create_pool(address, min_size=1, max_size=4, **settings))
        return pools[-1]

    yield make
    for pool in pools:
        await pool.close()


@pytest.fixture
async def desk(pool_on: MakePool) -> Desk:
    return a_desk(await pool_on())


@pytest.fixture
def intake() -> Speaker:
    return Speaker()
