"""A fresh, migrated database for each test: migrated once as a template, then cloned."""

import hashlib
import uuid
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg


class Databases:
    """Databases of one run on one server, named so that runs side by side never meet."""

    def __init__(self, admin_dsn: str) -> None:
        self._admin_dsn = admin_dsn
        self.run = uuid.uuid4().hex[:8]
        self._templates: dict[str, str] = {}
        self._clones: list[str] = []

    async def clone(self, migrations: Sequence[Path] = ()) -> str:
        """Return the DSN of a new database to which these SQL files were applied, in the order given."""
        template = await self._template(migrations)
        self._clones.append(name := f"test_{self.run}_{uuid.uuid4().hex[:8]}")
        await self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return dsn_of(self._admin_dsn, name)

    async def drop_clones(self) -> None:
        """Drop what `clone` made, and whoever is still connected to it."""
        while self._clones:
            await self._administer(f'DROP DATABASE "{self._clones.pop()}" WITH (FORCE)')

    async def drop_all(self) -> None:
        """Drop the templates too: the run is over."""
        await self.drop_clones()
        for template in self._templates.values():
            await self._administer(f'DROP DATABASE "{template}" WITH (FORCE)')

    async def _template(self, migrations: Sequence[Path]) -> str:
        texts = [path.read_text() for path in migrations]
        digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]
        if digest not in self._templates:
            name = f"template_{self.run}_{digest}"
            await self._administer(f'CREATE DATABASE "{name}" TEMPLATE template0')
            self._templates[digest] = name
            await apply(dsn_of(self._admin_dsn, name), texts)
        return self._templates[digest]

    async def _administer(self, statement: str) -> None:
        connection = await asyncpg.connect(self._admin_dsn)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


async def apply(dsn: str, texts: Sequence[str]) -> None:
    """Run each SQL text in a transaction of its own, as a deploy does."""
    connection = await asyncpg.connect(dsn)
    try:
        for text in texts:
            async with connection.transaction():
                await connection.execute(text)
    finally:
        await connection.close()


def dsn_of(admin_dsn: str, database: str) -> str:
    """Return the same server's DSN for another database."""
    return urlunsplit(urlsplit(admin_dsn)._replace(path=f"/{database}"))
