"""Fixtures that every level shares, and what decides which tests a run holds."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.servers.choice import Kind, NoEngineError, kind_of_servers, kinds
from tests.servers.databases import Databases
from tests.servers.running import kafka_server, postgres_server

MakeDatabase = Callable[[Sequence[Path]], Awaitable[str]]
# A marker for each fixture that needs a server, so that `make check` can leave those tests to `make test`.
NEEDS = {"kafka": "kafka", "postgres": "postgres", "database": "postgres"}
# Markers of tests that make sense with one kind of servers alone.
ABOUT: Mapping[Kind, tuple[str, ...]] = {"embedded": ("embedded",), "containers": ("containers", "compose")}

# How long an example takes says how busy the machine is, and nothing about what is tried.
settings.register_profile("whatever-the-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("whatever-the-machine")


def pytest_configure() -> None:
    """Let SIGTERM end a run as Ctrl-C does, so that fixtures still stop their servers."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        kinds()
    except (NoEngineError, ValueError) as error:
        raise pytest.UsageError(str(error)) from None


def pytest_report_header() -> str:
    """Say which servers this run uses."""
    return f"servers: {kind_of_servers()}; their own tests: {', '.join(kinds())}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests by the servers they ask for, and leave out those about a kind of servers that this run has not."""
    for item in items:
        for fixture in NEEDS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(NEEDS[fixture])
    absent = [name for kind, names in ABOUT.items() if kind not in kinds() for name in names]
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in absent)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def kafka() -> Iterator[str]:
    """`host:port` of an Apache Kafka broker that creates no topic by itself."""
    with kafka_server(kind_of_servers()) as bootstrap:
        yield bootstrap


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """DSN of a superuser's database of a PostgreSQL server."""
    with postgres_server(kind_of_servers()) as dsn:
        yield dsn


@pytest.fixture(scope="session")
def databases(postgres: str) -> Iterator[Databases]:
    """Migrated templates, made once a run."""
    made = Databases(postgres)
    yield made
    asyncio.run(made.drop_all())


@pytest.fixture
async def database(databases: Databases) -> AsyncIterator[MakeDatabase]:
    """Make databases for this test: awaited with SQL files in order, it returns the DSN of a new one."""
    yield databases.clone
    await databases.drop_clones()
