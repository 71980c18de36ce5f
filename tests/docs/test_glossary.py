"""One word for one thing: the glossary knows every noun of the services, and no name in the code is a word to avoid."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.docs.places import ROOT
from tests.docs.words import words_of_code

COLUMNS = ["Indonesian", "English", "means", "in code", "avoid"]
STRUCTURE = {
    "__init__",
    "child",
    "deciding",
    "evolving",
}  # how a service is put together; what each has of the child itself


class Word(NamedTuple):
    """A row of the glossary."""

    indonesian: str
    english: str
    means: str
    code: frozenset[str]
    avoid: tuple[str, ...]


def glossary() -> Iterator[Word]:
    for line in (ROOT / "docs" / "glossary.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells != COLUMNS and not cells[0].startswith("---"):
            indonesian, english, means, code, avoid = cells
            yield Word(indonesian, english, means, frozenset(re.findall(r"`(\w+)`", code)), split(avoid))


def split(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


WORDS = tuple(glossary())
KNOWN = frozenset().union(*(word.code for word in WORDS))


def nouns() -> set[str]:
    """The files of the domains: one for each noun."""
    return {file.stem for file in ROOT.glob("services/*/domain/*.py")} - STRUCTURE


def test_every_word_stands_in_both_languages_with_what_it_means() -> None:
    assert len(WORDS) > 40
    assert [word for word in WORDS if not (word.indonesian and word.english and word.means and word.code)] == []


def test_every_noun_that_a_domain_has_a_file_for_is_in_the_glossary() -> None:
    assert len(nouns()) > 25
    assert nouns() - KNOWN == set()


def test_every_word_of_the_glossary_is_used_in_the_code() -> None:
    used = words_of_code()

    assert {code for code in KNOWN if not all(part in used for part in code.split("_"))} == set()


def test_no_name_in_the_code_uses_a_word_to_avoid() -> None:
    used = words_of_code()
    avoided = {avoid for word in WORDS for avoid in word.avoid}

    assert len(avoided) > 25
    assert {avoid: used[avoid] for avoid in avoided if avoid in used} == {}


def test_a_word_to_avoid_would_be_found() -> None:
    assert {"referral", "deadline", "custodian", "waits"} <= words_of_code().keys()
