"""Rows of the data files, and plain errors that name file, line and remedy."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable
from typing import TypeVar

Choice = TypeVar("Choice", bound=str)


class DirectoryError(ValueError):
    """The directory's data cannot be used: the message names the file, the line and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a data file; every question it cannot answer is a `DirectoryError`."""

    file: str
    line: int
    cells: Mapping[str, str]

    def optional(self, column: str) -> str | None:
        """Return the text of a column, or None where it is empty."""
        return self.cells[column] or None

    def text(self, column: str) -> str:
        """Return the text of a column that must be filled."""
        if found := self.optional(column):
            return found
        raise self.wrong(f"column {column} is empty", "fill it in")

    def one_of(self, column: str, allowed: Iterable[Choice]) -> Choice:
        """Return the code in a column, which must be one of those allowed."""
        return self._choose(column, self.text(column), tuple(allowed))

    def many_of(self, column: str, allowed: Iterable[Choice]) -> tuple[Choice, ...]:
        """Return the codes in a column, parted by spaces, in their order; none where it is empty."""
        choices = tuple(allowed)
        found = tuple(self._choose(column, word, choices) for word in self.cells[column].split())
        if len(set(found)) < len(found):
            raise self.wrong(f"column {column} names a code twice", "name each once")
        return found

    def number(self, column: str) -> int:
        """Return the whole number in a column."""
        found = self.text(column)
        if found.isascii() and found.isdigit():
            return int(found)
        raise self.wrong(f"{column} {found!r} is not a whole number", "write digits only")

    def day(self, column: str) -> date:
        """Return the date in a column."""
        found = self.text(column)
        try:
            return date.fromisoformat(found)
        except ValueError:
            raise self.wrong(f"{column} {found!r} is not a date", "write it as 2026-01-31") from None

    @property
    def place(self) -> str:
        """Where the row stands, for messages."""
        return f"{self.file}, line {self.line}"

    def wrong(self, problem: str, remedy: str) -> DirectoryError:
        """Return the error that tells a person where the problem is and what to do."""
        return DirectoryError(f"{self.place}: {problem}; {remedy}.")

    def _choose(self, column: str, found: str, allowed: tuple[Choice, ...]) -> Choice:
        for choice in allowed:
            if choice == found:
                return choice
        raise self.wrong(f"{column} {found!r} is not known", f"use one of: {' '.join(allowed)}")


def read(file: Traversable, columns: tuple[str, ...]) -> list[Row]:
    """Read a CSV file whose header must be exactly `columns`."""
    return rows_of(file.name, _text(file), columns)


def rows_of(name: str, text: str, columns: tuple[str, ...]) -> list[Row]:
    """Read the text of a CSV file; `name` is what errors call it."""
    reader = csv.reader(text.splitlines(), strict=True)
    if tuple(next(reader, ())) != columns:
        raise DirectoryError(f"{name}, line 1: the header must read {','.join(columns)}.")
    return [_row(name, reader.line_num, columns, cells) for cells in reader]


def _text(file: Traversable) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DirectoryError(f"{file.name}: the file is missing; add it beside the others.") from None


def _row(file: str, line: int, columns: tuple[str, ...], cells: list[str]) -> Row:
    if len(cells) != len(columns):
        raise DirectoryError(
            f"{file}, line {line}: {len(cells)} cells for {len(columns)} columns; add or remove commas."
        )
    return Row(file, line, dict(zip(columns, (cell.strip() for cell in cells), strict=True)))
