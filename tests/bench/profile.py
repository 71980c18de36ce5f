"""What a sampled run tells: which functions used the CPU, and which lay on the way to them."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rich.table import Table

_OURS: Final = {"runtime": "shared/runtime/", "contracts": "shared/contracts/", "workload": "the desk's own "}
_FRAMES: Final = {"service", "logs"}
"""Of ours, what lies around everything."""
_LIBRARIES: Final = {
    "consumer": "aiokafka, reading",
    "producer": "aiokafka, writing",
    "subscriber": "FastStream",
    "asyncpg": "asyncpg",
}


def table(path: Path, events: int, *, most: int = 45) -> Table:
    """The functions that used most, in microseconds per event: alone, and with what they called."""
    own, whole = shares(path)
    shown = Table(title=f"CPU of the process: {own.total() / events:.1f} µs per event")
    for column in ("alone", "function", "with calls", "function"):
        named = column == "function"
        shown.add_column(column, justify="left" if named else "right", width=50 if named else 7, no_wrap=True)
    for (function, alone), (caller, called) in zip(own.most_common(most), whole.most_common(most), strict=False):
        shown.add_row(f"{alone / events:.1f}", function, f"{called / events:.1f}", caller)
    return shown


def areas(path: Path, events: int) -> dict[str, float]:
    """Microseconds per event by part of the program: our modules; libraries where none of ours is further in."""
    used: Counter[str] = Counter()
    for stack, microseconds in stacks(path):
        used[_area(stack)] += microseconds
    return {area: microseconds / events for area, microseconds in used.most_common()}


def _area(stack: list[str]) -> str:
    for frame in reversed(stack):
        folder, _, module = frame.partition(":")[0].partition("/")
        if folder in _OURS and module not in _FRAMES:
            return f"{_OURS[folder]}{module}"
        if folder in _LIBRARIES:
            return _LIBRARIES[folder]
    return "event loop"


def shares(path: Path) -> tuple[Counter[str], Counter[str]]:
    """Microseconds in each function alone, and in it or what it called."""
    own: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for stack, count in stacks(path):
        own[stack[-1]] += count
        whole.update(dict.fromkeys(set(stack), count))
    return own, whole


def stacks(path: Path) -> Iterator[tuple[list[str], int]]:
    """Each stack that was seen, outermost first, with its microseconds."""
    for line in path.read_text().splitlines():
        stack, _, count = line.rpartition(" ")
        yield stack.split(";"), int(count)
