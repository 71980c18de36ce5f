"""Bringing a database to the schema that this release wants, and refusing to serve on any other."""

import hashlib
from collections.abc import Iterable
from importlib.resources import files
from typing import Final, NamedTuple

from shared.runtime.books import Connection

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS migrations (
    name text PRIMARY KEY, digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
)"""
_LOCK: Final = 7_301_994_421


class Migration(NamedTuple):
    """One file of SQL: `package/0001_expand_….sql`."""

    name: str
    sql: str

    @property
    def digest(self) -> str:
        """Of its text: an applied file never changes."""
        return hashlib.sha256(self.sql.encode()).hexdigest()[:16]


class WrongSchema(RuntimeError):
    """The database has another schema than this release wants: run `senandung provision`, or install that release."""


def migrations(*packages: str) -> tuple[Migration, ...]:
    """All migrations of some packages, the engine's first, each package's in the order of their numbers."""
    return tuple(m for package in ("shared.runtime.migrations", *packages) for m in _of(package))


def _of(package: str) -> Iterable[Migration]:
    for path in sorted(files(package).iterdir(), key=lambda path: path.name):
        if path.name.endswith(".sql"):
            yield Migration(f"{package}/{path.name}", path.read_text())


async def migrate(connection: Connection, wanted: Iterable[Migration]) -> list[str]:
    """Apply what is missing, each in its transaction; gives their names. Safe to run twice at once."""
    await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
    try:
        await connection.execute(_TABLE)
        missing = _missing(wanted, await _applied(connection))
        for migration in missing:
            async with connection.transaction():
                await connection.execute(migration.sql)
                insert = "INSERT INTO migrations (name, digest) VALUES ($1, $2)"
                await connection.execute(insert, migration.name, migration.digest)
        return [migration.name for migration in missing]
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK)


async def missing(connection: Connection, wanted: Iterable[Migration]) -> list[str]:
    """The names of what `migrate` would apply; nothing is changed."""
    if await connection.fetchval("SELECT to_regclass('migrations')") is None:
        return [migration.name for migration in wanted]
    return [migration.name for migration in _missing(wanted, await _applied(connection))]


async def verify(connection: Connection, wanted: Iterable[Migration]) -> None:
    """Raises `WrongSchema` unless exactly the wanted migrations have been applied."""
    if await connection.fetchval("SELECT to_regclass('migrations')") is None:
        raise WrongSchema("the database is empty: run `senandung provision`")
    wanted = tuple(wanted)
    applied = await _applied(connection)
    if missing := _missing(wanted, applied):
        raise WrongSchema(f"not applied: {missing[0].name}; run `senandung provision`")
    if surplus := set(applied) - {migration.name for migration in wanted}:
        raise WrongSchema(f"a newer release has applied {min(surplus)}; install that release")


async def _applied(connection: Connection) -> dict[str, str]:
    return {row["name"]: row["digest"] for row in await connection.fetch("SELECT name, digest FROM migrations")}


def _missing(wanted: Iterable[Migration], applied: dict[str, str]) -> list[Migration]:
    missing = []
    for migration in wanted:
        digest = applied.get(migration.name)
        if digest is None:
            missing.append(migration)
        elif digest != migration.digest:
            raise WrongSchema(f"{migration.name} was changed after it had been applied; add a new migration instead")
    return missing
