"""One city for all that is thrown at it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.hostile.city import City, a_city
from tests.servers.databases import Databases


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def city(kafka: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    async with a_city(kafka, databases, folder) as city:
        yield city
