"""The words that the code is made of: every name that it gives, cut at `_` and at capitals."""

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

from tests.docs.places import ROOT

CODE = ("services", "shared", "deploy")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def words_of_code() -> dict[str, str]:
    """Each word, with one place where it stands."""
    found: dict[str, str] = {}
    for folder in CODE:
        for file in sorted((ROOT / folder).rglob("*")):
            for name in _names(file):
                for part in _PART.findall(name):
                    found.setdefault(part.lower(), f"{file.relative_to(ROOT)}: {name}")
    return found


def _names(file: Path) -> Iterator[str]:
    match file.suffix:
        case ".py":
            yield from (file.stem, *(name for node in ast.walk(ast.parse(file.read_text())) for name in _given(node)))
        case ".csv":
            with file.open(newline="") as lines:
                yield from next(csv.reader(lines))
        case ".sql":
            yield from re.findall(r"^(?:CREATE TABLE|    )(?: ?)([a-z_]+)", file.read_text(), re.MULTILINE)


def _given(node: ast.AST) -> Iterator[str]:
    """Names that our code gives; those of libraries are only used."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
            yield name
        case _:
            return
