"""Fixtures: shelter's HTTP side on a database of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import MakeDatabase
from tests.shelter.office import FILES, Office, an_office


@pytest.fixture
async def office(tmp_path: Path, database: MakeDatabase) -> AsyncIterator[Office]:
    async with an_office(tmp_path, await database(FILES)) as office:
        yield office
