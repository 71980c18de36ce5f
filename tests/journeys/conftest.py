"""A city for all journeys, a new one after one that failed, the undisturbed journey, and a table of how they went."""

import asyncio
import gc
from collections.abc import Iterator

import pytest

from tests.journeys.city import CHILDREN, Town
from tests.journeys.faults import nothing
from tests.journeys.towns import Towns
from tests.journeys.whole import Outcome, row, whole
from tests.servers.running import short_folder

WENT = pytest.StashKey[list[Outcome]]()


@pytest.fixture(autouse=True)
def nothing_left_for_others() -> Iterator[None]:
    """The agencies' client leaves a connection behind when its broker is killed while it connects: it ends here."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def towns() -> Iterator[Towns]:
    """All cities of these tests."""
    with short_folder() as folder:
        towns = Towns(folder)
        yield towns
        towns.close()


@pytest.fixture
def town(towns: Towns) -> Town:
    """A city to travel through."""
    return towns.fit()


@pytest.fixture(scope="module")
def calm(towns: Towns, went: list[Outcome]) -> Outcome:
    """The undisturbed journey."""
    outcome = asyncio.run(whole(towns.fit(), nothing, children=CHILDREN, seed=1))
    went.append(outcome)
    return outcome


@pytest.fixture(scope="module")
def went(request: pytest.FixtureRequest) -> list[Outcome]:
    """What is told when all are over."""
    return request.config.stash.setdefault(WENT, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Tell how each journey went: its longest stall, and how soon it went on after a fault."""
    if went := config.stash.get(WENT, []):
        terminalreporter.section("journeys")
        for outcome in went:
            terminalreporter.write_line(row(outcome))
