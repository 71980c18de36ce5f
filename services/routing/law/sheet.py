"""All tables of law as one sheet, for counsel to read, change and sign; and what a changed sheet would change."""

import csv
import io
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from typing import Final, NamedTuple

from services.routing.law.reading import COLUMNS
from shared.contracts.directory.table import rows_of

SHEET: Final = ("topic", *COLUMNS)
Key = tuple[str, str]
"""A row's id and version."""


class Change(NamedTuple):
    """One cell that differs. A row that is there on one side only differs in its `id` alone."""

    row: str
    column: str
    before: str
    after: str


def sheet(tables: Mapping[str, str]) -> str:
    """Return all rows as one CSV; `tables` are the texts of the tables, by topic."""
    read = ((topic, csv.DictReader(io.StringIO(text))) for topic, text in sorted(tables.items()))
    return _written(SHEET, ({"topic": topic, **row} for topic, table in read for row in table))


def tables(text: str) -> dict[str, str]:
    """Return the tables of a sheet, by topic. Raises `DirectoryError` where it is none."""
    by_topic: dict[str, list[dict[str, str]]] = {}
    for row in rows_of("sheet", text, SHEET):
        cells = dict(row.cells)
        by_topic.setdefault(cells.pop("topic"), []).append(cells)
    return {topic: _written(COLUMNS, iter(found)) for topic, found in by_topic.items()}


def stored(folder: Traversable) -> dict[str, str]:
    """Return the texts of the tables in a folder of law, by topic."""
    files = (file for file in (folder / "tables").iterdir() if file.name.endswith(".csv"))
    return {file.name.removesuffix(".csv"): file.read_text(encoding="utf-8") for file in files}


def changes(before: str, after: str) -> list[Change]:
    """Return every cell in which two sheets differ, in the order of their ids."""
    old, new = rows(before), rows(after)
    return [change for key in sorted(old.keys() | new.keys()) for change in _changes(key, old.get(key), new.get(key))]


def _changes(key: Key, old: Mapping[str, str] | None, new: Mapping[str, str] | None) -> Iterator[Change]:
    name = "/".join(key)
    if old is None or new is None:
        yield Change(name, "id", old["id"] if old else "", new["id"] if new else "")
        return
    for column in SHEET:
        if old[column] != new[column]:
            yield Change(name, column, old[column], new[column])


def rows(text: str) -> dict[Key, Mapping[str, str]]:
    """Return the rows of a sheet. Raises `DirectoryError` where it is none."""
    return {(row.cells["id"], row.cells["version"]): row.cells for row in rows_of("sheet", text, SHEET)}


def _written(columns: tuple[str, ...], rows: Iterator[Mapping[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
