"""`python -m tests.docs.rules_page`: writes docs/rules.md, each rule with its data, its code and its tests."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from tests.docs.places import ROOT

PAGE: Final = ROOT / "docs" / "rules.md"
RANGE: Final = (
    *(f"R{number}" for number in range(29, 74)),
    *("R15", "R18", "R19", "R20", "R20a", "R21", "R22", "R24", "R25", "R26", "R27", "R75", "R76", "R77", "R87a"),
    *("R94", "R95", "R122", "R145", "R146", "R150", "R152", "R153", "R159"),
)
"""Rules that must each have data or code, and a test; or a reason in `LEFT_OUT`."""

LEFT_OUT: Final[Mapping[str, str]] = {
    "R18": "which measure a court may order at which age is the court's, and not recorded",
    "R21": "no service of the city settles anything with an adult suspect: there is none to ask for",
    "R62": "knowledge of the city, not a rule",
    "R66": "what a litmas holds and when it is read is between probation office and court",
    "R67": "how a witness is heard is the court's",
    "R72": "which measure a court orders is not recorded",
}
"""Rules of the range that nothing rests on, each with the reason."""

_CITED: Final = re.compile(r"\bR(\d+[a-z]?)(?:-R(\d+))?\b")
_ROW: Final = re.compile(r"\br(\d+[a-z]?)\b")
_HEAD: Final = """# Rules

Written by `python -m tests.docs.rules_page` from what tables, code and tests cite; a test fails where this page is out
of date. A rule is known by its number everywhere; where it is written and how sure that is stands in the row that
cites it, for limits of the law on [their own page](law.md). Of a table with many rows only the file is named.

| rule | data | code | tests |
| --- | --- | --- | --- |
"""
_MANY: Final = 4
"""So many rows of one file are named."""

Found = dict[str, dict[str, list[str]]]
"""Of each rule, in which file, by which rows."""


def page() -> str:
    """Return the whole page."""
    return _HEAD + "".join(f"| {' | '.join(line)} |\n" for line in lines())


def lines() -> Iterator[tuple[str, str, str, str]]:
    """Return rule, data, code and tests; of a rule that is left out the reason stands under data."""
    data, code, tests = _data(), _texts(("services", "shared"), "*.py"), _tested()
    for rule in sorted({*data, *code, *tests, *RANGE}, key=_number):
        where = (_shown(data.get(rule, {})), _shown(code.get(rule, {})), _shown(tests.get(rule, {})))
        reason = f"left out: {LEFT_OUT[rule]}" if rule in LEFT_OUT else ""
        yield rule, where[0] or reason, *where[1:]


def _data() -> Found:
    """Rows of all tables that have a column for their rule."""
    found: Found = {}
    for file in _files(("services", "shared"), "*.csv"):
        with file.open(newline="") as text:
            for row in csv.DictReader(text):
                for rule in cited(row.get("rule") or ""):
                    found.setdefault(rule, {}).setdefault(file.name, []).append(row.get("id") or row.get("code") or "")
    return found


def _texts(folders: Iterable[str], names: str) -> Found:
    found: Found = {}
    for file in _files(folders, names):
        for rule in cited(file.read_text()):
            found.setdefault(rule, {}).setdefault(file.name, [])
    return found


def _tested() -> Found:
    """Tests and the sheets of the rehearsals; a row of law that a test names by its id is cited too."""
    found: Found = {}
    for file in (*_files(("tests",), "test_*.py"), *_files(("tests/rehearsals",), "*.csv")):
        for rule in cited(_ROW.sub(r"R\1", file.read_text())):
            found.setdefault(rule, {}).setdefault(file.name, [])
    return found


def _files(folders: Iterable[str], names: str) -> list[Path]:
    return [file for folder in folders for file in sorted((ROOT / folder).rglob(names))]


def cited(text: str) -> set[str]:
    """Return all rules that a text cites; a range is each of them."""
    found: set[str] = set()
    for first, last in _CITED.findall(text):
        numbers = range(int(first), int(last) + 1) if last and first.isdigit() else (first,)
        found |= {f"R{number}" for number in numbers}
    return found - {"R0"}


def _shown(files: dict[str, list[str]]) -> str:
    return ", ".join(_file(name, rows) for name, rows in sorted(files.items()))


def _file(name: str, rows: list[str]) -> str:
    few = sorted({row for row in rows if row}) if len(rows) <= _MANY else []
    return f"`{name}`" + (f" ({' '.join(few)})" if few else "")


def _number(rule: str) -> tuple[int, str]:
    return int(re.sub(r"\D", "", rule)), rule


if __name__ == "__main__":
    PAGE.write_text(page())
