"""Which of a run's steps are taken, and in which of these the storm blows."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final, NamedTuple


class Plan(NamedTuple):
    """Numbers of steps, from 0; None stands for all. What a step draws depends on the seed and its number alone."""

    steps: frozenset[int] | None = None
    stormy: frozenset[int] | None = None

    def takes(self, number: int) -> bool:
        """Whether a step is taken at all."""
        return self.steps is None or number in self.steps

    def storms(self, number: int) -> bool:
        """Whether anything is lost, late, twice or crashed in it."""
        return self.stormy is None or number in self.stormy

    def options(self) -> str:
        """As the command line has it."""
        named = {"--steps": self.steps, "--stormy": self.stormy}
        return " ".join(f"{name} {written(which)}" for name, which in named.items() if which is not None)


ALL: Final = Plan()


def written(numbers: Iterable[int]) -> str:
    """`3,7-9`; a dash alone for none."""
    runs = groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0])
    parts = [[number for _, number in run] for _, run in runs]
    return ",".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts) or "-"


def read(text: str) -> frozenset[int]:
    """The inverse of `written`. Raises `ValueError` where it is neither."""
    return frozenset() if text == "-" else frozenset(_numbers(text))


def _numbers(text: str) -> Iterator[int]:
    for part in text.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)
