"""The databases of runs: made from nothing or from one that was filled, and dropped."""

import asyncpg

from shared.runtime.migrations import migrate, migrations
from tests.bench.measure.servers import Servers
from tests.bench.measure.variants import Variant
from tests.bench.variants.where import Where
from tests.bench.workload.stored import fill


async def create(servers: Servers, name: str, template: str = "") -> None:
    """Make a database, as a copy of `template` where one is named."""
    copied = f'TEMPLATE "{template}" STRATEGY file_copy' if template else ""
    await _administer(servers, f'CREATE DATABASE "{name}" {copied}')


async def drop(servers: Servers, name: str) -> None:
    """Drop a database, and whoever is still connected."""
    await _administer(servers, f'DROP DATABASE "{name}" WITH (FORCE)')


async def prepare(where: Where, variant: Variant) -> None:
    """Give a variant the tables that it wants."""
    connection = await asyncpg.connect(where.postgres)
    try:
        await variant.prepare(connection)
    finally:
        await connection.close()


async def filled(servers: Servers, name: str, cases: int) -> None:
    """Make a database of the engine in which cases lie already."""
    await create(servers, name)
    connection = await asyncpg.connect(servers.postgres.dsn(name))
    try:
        await migrate(connection, migrations("tests.bench.migrations"))
        await fill(connection, cases)
    finally:
        await connection.close()


async def _administer(servers: Servers, statement: str) -> None:
    connection = await asyncpg.connect(servers.postgres.dsn())
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
