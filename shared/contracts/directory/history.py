"""All rows of one kind through time, and which of them holds on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from itertools import pairwise
from typing import Generic, TypeVar

from shared.contracts.directory.entries import Entry
from shared.contracts.directory.table import Row

E_co = TypeVar("E_co", bound=Entry, covariant=True)


class UnknownCodeError(LookupError):
    """No entry of this kind has this code on this day: the message names the codes that come near."""


@dataclass(frozen=True, slots=True)
class History(Generic[E_co]):
    """Entries of one kind by code, each code's rows in the order of time."""

    what: str
    by_code: Mapping[str, tuple[E_co, ...]]

    @classmethod
    def of(cls, what: str, rows: Iterable[tuple[Row, E_co]]) -> "History[E_co]":
        """Keep the rows by code, in the files' order of codes; rows of one code must follow each other day by day."""
        seen: dict[str, list[tuple[Row, E_co]]] = {}
        for row, entry in rows:
            seen.setdefault(entry.code, []).append((row, entry))
        return cls(what, {code: _in_succession(found) for code, found in seen.items()})

    def find(self, code: str, day: date) -> E_co:
        """Return the entry that has this code on this day, or raise `UnknownCodeError`."""
        for entry in self.by_code.get(code, ()):
            if entry.record.holds(day):
                return entry
        raise UnknownCodeError(f"{code!r} is no {self.what} of the directory on {day}; {self._instead(code, day)}.")

    def on(self, day: date) -> tuple[E_co, ...]:
        """Return all entries that hold on a day."""
        return tuple(entry for rows in self.by_code.values() for entry in rows if entry.record.holds(day))

    def ever(self) -> tuple[E_co, ...]:
        """Return all entries of all days."""
        return tuple(entry for rows in self.by_code.values() for entry in rows)

    def _instead(self, code: str, day: date) -> str:
        if rows := self.by_code.get(code):
            return f"it holds from {rows[0].record.valid_from} to {rows[-1].record.valid_to or 'now'}"
        codes = [entry.code for entry in self.on(day)]
        return (
            f"did you mean {' or '.join(near)}"
            if (near := get_close_matches(code, codes))
            else f"known: {' '.join(codes)}"
        )


def _in_succession(rows: list[tuple[Row, E_co]]) -> tuple[E_co, ...]:
    ordered = sorted(rows, key=lambda found: found[1].record.valid_from)
    for (_, before), (row, after) in pairwise(ordered):
        _check_follows(before, row, after)
    return tuple(entry for _, entry in ordered)


def _check_follows(before: Entry, row: Row, after: Entry) -> None:
    last, first = before.record.valid_to, after.record.valid_from
    if last is None or first <= last:
        raise row.wrong(f"{after.code} overlaps its row of {before.record.valid_from}", f"end that row before {first}")
    if first != last + timedelta(days=1):
        raise row.wrong(f"{after.code} has a hole after {last}", f"let this row begin on {last + timedelta(days=1)}")
