"""When a party is reminded of an answer that is due, as data."""

from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

from shared.contracts.directory.table import Row, read

COLUMNS = ("number", "percent", "rule", "certainty", "note")


def reminders(data: Traversable | None = None) -> tuple[float, ...]:
    """Return after which fractions of the time to answer a party is reminded, each greater than the one before.

    Raises `DirectoryError`, which names file, line and remedy.
    """
    rows = read((data or files(__name__)) / "reminders.csv", COLUMNS)
    return tuple(_fraction(row, rows[:index]) for index, row in enumerate(rows))


def _fraction(row: Row, before: Sequence[Row]) -> float:
    row.text("rule")
    if row.number("number") != len(before) + 1:
        raise row.wrong("the numbers do not count 1, 2, 3", "number the rows in their order")
    percent = row.number("percent")
    if not max((other.number("percent") for other in before), default=0) < percent < 100:
        raise row.wrong(f"percent {percent} is out of order", "write numbers below 100, each greater than the last")
    return percent / 100
