"""Places that the pages name: a file and what stands in it, such as `referral.py::deadlines`."""

import ast
import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PLACE = re.compile(r"\[`([^`\]]+?)::([^`\]]+)`\]\(([^)\s]+)\)")
LINK = re.compile(r"\]\((?!\w+:)([^)\s#]*)(#[^)\s]*)?\)")
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


class Place(NamedTuple):
    """`name` stands in `file`; `shown` is how the page writes the file."""

    shown: str
    name: str
    file: Path

    @property
    def line(self) -> int:
        """Where it stands. Raises `LookupError`."""
        return line_of(self.file, self.name)

    def __str__(self) -> str:
        return f"{self.shown}::{self.name}"


def pages() -> list[Path]:
    """Every page that people read."""
    folders = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "services").rglob("*.md")]
    return sorted({*folders, *(ROOT / "shared").rglob("*.md")})


def places(page: Path) -> list[Place]:
    """All places that a page names."""
    found = PLACE.findall(page.read_text())
    return [Place(shown, name, (page.parent / path).resolve()) for shown, name, path in found]


def links(page: Path) -> list[tuple[Path, str]]:
    """All files of ours that a page links to, with the heading that is meant."""
    found = LINK.findall(FENCED.sub("", page.read_text()))
    return [((page.parent / path).resolve() if path else page, anchor.lstrip("#")) for path, anchor in found]


def line_of(file: Path, name: str) -> int:
    """The line where a name stands in a file. Raises `LookupError`."""
    kinds = {".py": _in_python, ".csv": _in_csv, ".sql": _in_sql}
    found = kinds[file.suffix](file, name)
    if found is None:
        raise LookupError(f"{file.relative_to(ROOT)} has no {name}")
    return found


def _in_python(file: Path, name: str) -> int | None:
    body: list[ast.stmt] = ast.parse(file.read_text()).body
    line = None
    for step in name.split("."):
        node = next((node for node in body if step in _names(node)), None)
        if node is None:
            return None
        line, body = node.lineno, getattr(node, "body", [])
    return line


def _names(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def _in_csv(file: Path, name: str) -> int | None:
    with file.open(newline="") as lines:
        reader = csv.reader(lines)
        return next((reader.line_num for row in reader if row and row[0] == name), None)


def _in_sql(file: Path, name: str) -> int | None:
    made = re.compile(rf"^(CREATE (UNIQUE )?(TABLE|INDEX) |    ADD CONSTRAINT |    CONSTRAINT ){name}\b")
    return next((n for n, line in enumerate(file.read_text().splitlines(), 1) if made.match(line)), None)


def headings(page: Path) -> set[str]:
    """The anchors of a page, as its readers' tools make them."""
    titles = re.findall(r"^#+ +(.+)$", FENCED.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


if __name__ == "__main__":
    for page in map(Path, sys.argv[1:]):
        for place in places(page):
            sys.stdout.write(f"{place.file.relative_to(ROOT)}:{place.line}  {place.name}\n")
