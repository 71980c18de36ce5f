"""One city in containers for all tests here; what its services logged is shown where a test fails."""

import asyncio
import io
from collections.abc import Generator, Iterator

import pytest

from deploy.demo.readback.everything import read_back
from deploy.demo.stage import Stage
from deploy.demo.stories import raid
from tests.compose.city import ComposeCity
from tests.compose.page import block


@pytest.fixture(scope="package")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComposeCity]:
    made = ComposeCity(tmp_path_factory.mktemp("city"))
    try:
        try:
            made.start()
        except BaseException as problem:
            problem.add_note(made.logs())
            raise
        yield made
    finally:
        made.remove()


@pytest.fixture(scope="package")
def night(city: ComposeCity) -> str:
    """What was shown of the night raid: told after a backup, read back, with two services dead in the middle."""
    city.does(block("Backup and restore", 0))
    return asyncio.run(_night(city))


async def _night(city: ComposeCity) -> str:
    shown = io.StringIO()
    async with city.stage(shown) as stage:
        await asyncio.gather(raid.tell(stage), _crash_routing(stage, city), _kill_shelter(stage, city))
        await read_back(stage, readers=("dinsos", "satpol-pp", "papb"))
    assert city.inspect("routing")["RestartCount"] == 1  # by the engine; whoever starts it by hand sets it to 0
    return shown.getvalue()


async def _crash_routing(stage: Stage, city: ComposeCity) -> None:
    """The first referral is made; the engine starts routing again by itself."""
    await stage.watch.all(lambda line: line.type == "referred", "referred", 1)
    await asyncio.to_thread(city.kill, "routing")


async def _kill_shelter(stage: Stage, city: ComposeCity) -> None:
    """A child was secured; whoever kills a container must start it, for the engine takes that for a wish."""
    await stage.watch.all(lambda line: line.type == "child-secured", "child-secured", 1)
    await asyncio.to_thread(city.compose, "kill shelter")
    await asyncio.to_thread(city.compose, "start shelter")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    city = getattr(item, "funcargs", {}).get("city")
    if report.failed and isinstance(city, ComposeCity):
        report.sections.append(("logs of the services", city.logs()))
    return report
