"""Fixtures: shelter's HTTP side on a database of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.shelter import migrations
from services.shelter.app import create
from services.shelter.settings import Settings
from tests.conftest import MakeDatabase
from tests.office import Office, an_office, schema, settings_of


@pytest.fixture
async def office(tmp_path: Path, database: MakeDatabase) -> AsyncIterator[Office]:
    service = create(settings_of(Settings, tmp_path, await database(schema(migrations))))
    async with an_office(service, tmp_path) as office:
        yield office
