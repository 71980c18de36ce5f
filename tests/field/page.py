"""The page of the field's bugs, made of their table."""

from typing import Final

from tests.docs.places import ROOT
from tests.field.bugs import BUGS, Bug

PAGE: Final = ROOT / "docs" / "field.md"
_HEAD: Final = """# The field's own bugs

Each of these was shipped by a system that does what this one does, or by a part that such systems are made of; the id names a public report of it, or the change that mended it. Beside it stands the test that shows that it is not ours, or the feature with which it could come. Made by `python -m tests.field` from `tests/field/bugs.py`.

| bug | seen in | our test |
| --- | --- | --- |
"""  # noqa: E501 - prose


def page() -> str:
    """The whole page."""
    return _HEAD + "".join(f"| {bug.name} | {bug.seen} | {_shown(bug)} |\n" for bug in BUGS)


def _shown(bug: Bug) -> str:
    file, _, name = bug.test.partition("::")
    return f"[`{file.rpartition('/')[2]}::{name}`](../{file})" if bug.test else f"comes with {bug.comes_with}"
