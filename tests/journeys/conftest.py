"""One city for all journeys, the undisturbed journey to compare with, and a table of how they went."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.journeys.city import Town
from tests.journeys.faults import nothing
from tests.journeys.whole import Outcome, row, whole
from tests.servers.running import short_folder

CHILDREN = 24
WENT = pytest.StashKey[list[Outcome]]()


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    """A city that has started, with beds for everybody."""
    with short_folder() as folder, Town(folder / "city") as town:
        yield town


@pytest.fixture(scope="module")
def calm(town: Town, went: list[Outcome]) -> Outcome:
    """The undisturbed journey."""
    outcome = asyncio.run(whole(town, nothing, children=CHILDREN, seed=1))
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
