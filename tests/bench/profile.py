"""What a sampled run tells: which functions used the CPU, and which lay on the way to them."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rich.table import Table


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
