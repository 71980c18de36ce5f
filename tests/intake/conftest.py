"""Fixtures: a vault with keys of its own, and a migrated database."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

import shared.runtime.migrations as engine
from services.intake import migrations
from services.intake.keyring import Keyring
from services.intake.vault import Vault
from tests.conftest import MakeDatabase
from tests.intake.desk import Intake, an_intake
from tests.intake.people import a_keyring

FILES = [path for package in (engine, migrations) for path in sorted(Path(package.__path__[0]).glob("*.sql"))]


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return a_keyring(tmp_path)


@pytest.fixture
def vault(keyring: Keyring) -> Vault:
    return Vault(keyring)


@pytest.fixture
async def intake(tmp_path: Path, database: MakeDatabase) -> AsyncIterator[Intake]:
    """Intake by HTTP, on a database of its own."""
    async with an_intake(tmp_path, await database(FILES)) as running:
        yield running


@pytest.fixture
async def sql(database: MakeDatabase) -> AsyncIterator[asyncpg.Connection]:
    """A connection to a database with the engine's tables and intake's."""
    connection = await asyncpg.connect(await database(FILES))
    yield connection
    await connection.close()
