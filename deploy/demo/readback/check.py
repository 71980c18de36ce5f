"""An invariant as it was found: how many things were examined, and which of them are wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """An invariant that examined nothing does not hold."""

    name_id: str
    name_en: str
    examined: int
    wrong: Sequence[str]

    @property
    def held(self) -> bool:
        """Whether it holds."""
        return self.examined > 0 and not self.wrong


def checked(name_id: str, name_en: str, examined: Iterable[object], wrong: Iterable[str]) -> Check:
    """A check over things that can be counted."""
    return Check(name_id, name_en, sum(1 for _ in examined), tuple(wrong))
