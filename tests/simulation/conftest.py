"""What many runs were made of is told when all tests are over, so that nobody takes empty ones for a success."""

import pytest

TOLD = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if told := config.stash.get(TOLD, ""):
        terminalreporter.section("simulation")
        terminalreporter.write_line(told)
