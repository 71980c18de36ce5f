"""Decisions can be found and have all their parts; a folder that has a page has all its files on it."""

import re
from pathlib import Path

import pytest

from tests.docs.places import ROOT

FOLDER = ROOT / "docs" / "decisions"
PAGES = sorted(FOLDER.glob("[0-9]*.md"))


def test_they_are_numbered_without_a_gap_and_each_stands_in_the_index_by_its_title() -> None:
    index = (FOLDER / "README.md").read_text()
    titles = [page.read_text().splitlines()[0].removeprefix("# ") for page in PAGES]

    assert [page.name[:4] for page in PAGES] == [f"{number:04d}" for number in range(1, len(PAGES) + 1)]
    assert len(PAGES) > 20
    listed = re.findall(r"\[(\d{4})\]\((\S+)\) \| (.+) \|", index)
    assert [(number, name) for number, name, _ in listed] == [(page.name[:4], page.name) for page in PAGES]
    assert [f"{number} · {title}" for number, _, title in listed] == titles


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_says_why_what_follows_and_when_to_look_again(page: Path) -> None:
    parts = re.split(r"^## (.+)\n", page.read_text(), flags=re.MULTILINE)[1:]

    assert parts[::2] == ["Context", "Decision", "Consequences", "Revisit when"]
    assert all(part.strip() for part in parts[1::2])


def test_the_engine_s_page_names_every_file_of_it() -> None:
    engine = ROOT / "shared" / "runtime"
    named = set(re.findall(r"`([\w/]+(?:\.py)?)`", (engine / "README.md").read_text()))
    there = {file.name for file in engine.glob("*.py")} | {
        f"{folder.parent.name}/" for folder in engine.glob("*/__init__.py")
    }

    assert there - named == {"__init__.py"}
    assert {name for name in named if name.endswith(".py")} - there == set()


def test_the_page_of_the_tests_names_every_folder_of_them() -> None:
    tests = ROOT / "tests"
    named = set(re.findall(r"`(\w+/)`", (tests / "README.md").read_text()))

    assert {f"{folder.parent.name}/" for folder in tests.glob("*/__init__.py")} - named == set()
