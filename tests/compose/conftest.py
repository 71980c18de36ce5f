"""One city in containers for all tests here; what its services logged is shown where a test fails."""

from collections.abc import Generator, Iterator

import pytest

from tests.compose.city import ComposeCity


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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    city = getattr(item, "funcargs", {}).get("city")
    if report.failed and isinstance(city, ComposeCity):
        report.sections.append(("logs of the services", city.logs()))
    return report
