"""Holding two runs against each other."""

from collections.abc import Iterator

from tests.bench.report.results import Results

MOST = 0.25


def apart(one: Results, other: Results) -> Iterator[tuple[str, float, float, float]]:
    """Each figure that both have: its name, the two values, and how far they lie apart as part of the smaller."""
    mine, theirs = one.figures(), other.figures()
    for name in mine.keys() & theirs.keys():
        a, b = mine[name], theirs[name]
        yield name, a, b, max(a, b) / min(a, b) - 1
