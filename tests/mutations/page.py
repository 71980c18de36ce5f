"""The page of the guarantees: from the README, the mutations, and what the tests said without each mechanism."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

import tests.simulation.mutations as simulation
from tests.docs.places import PLACE, ROOT
from tests.mutations.mutation import Mutation
from tests.mutations.table import MUTATIONS, SIMULATED

PAGE: Final = ROOT / "docs" / "guarantees.md"
RECORD: Final = Path(__file__).with_name("record.json")
_ROW: Final = re.compile(r"^\| \[([^\]]+)\]\(docs/guarantees\.md#([\w-]+)\) \| (.+) \| (.+) \|$", re.MULTILINE)
_HEAD: Final = """# What is guaranteed, and what breaks without it

Made by `make mutations`, which takes each mechanism out of a copy of the repository by exactly the change that is shown below, and runs the test beside it: with the mechanism it passes, without it fails and says what stands here. What the [simulation](../tests/simulation/mutations.py) takes out of the engine is listed with the invariants that notice, which every run of the tests shows anew.

| guarantee | in | taken out | the test that fails | and says |
| --- | --- | --- | --- | --- |
"""  # noqa: E501 - prose


class Guarantee(NamedTuple):
    """A row of the README's table: `tests` are the node ids that it names."""

    anchor: str
    sentence: str
    by: str
    tests: tuple[str, ...]


def guarantees() -> list[Guarantee]:
    """What the README promises, in its order."""
    rows = _ROW.findall((ROOT / "README.md").read_text())
    return [Guarantee(anchor, sentence, by, _tests(shown)) for sentence, anchor, by, shown in rows]


def _tests(cell: str) -> tuple[str, ...]:
    return tuple(f"{path}::{name}" for _, name, path in PLACE.findall(cell))


def record() -> dict[str, str]:
    """What each test said when it was last run without the mechanism, by the mutation's key."""
    return dict(json.loads(RECORD.read_text())) if RECORD.exists() else {}


def write(said: Mapping[str, str]) -> None:
    """Keep what was said, and make the page anew."""
    kept = {m.key: ({**record(), **said}).get(m.key, "") for m in MUTATIONS}
    RECORD.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
    PAGE.write_text(page(kept))


def page(said: Mapping[str, str]) -> str:
    """The whole page."""
    every = guarantees()
    rows = "\n".join(chain.from_iterable(_rows(each, said) for each in every))
    return _HEAD + rows + "\n" + "".join(f"\n{_section(each)}" for each in every)


def _rows(told: Guarantee, said: Mapping[str, str]) -> Iterator[str]:
    link = f"[{told.sentence}](#{told.anchor})"
    for each in MUTATIONS:
        if each.guarantee == told.anchor:
            file, name = each.file.rpartition("/")[2], each.test.partition("::")[2]
            says = said.get(each.key, "").replace("|", "\\|").replace("`", "'")
            cells = (link, f"[`{file}`](../{each.file})", each.what, f"[`{name}`](../{_file(each)})", f"`{says}`")
            yield f"| {' | '.join(cells)} |"
    for name in SIMULATED.get(told.anchor, ()):
        yield f"| {link} | the simulated city | {name} | {_NOTICES} | {_breaks(name)} |"


_NOTICES: Final = "[`test_without_it_an_invariant_breaks`](../tests/simulation/test_mutations.py)"


def _breaks(name: str) -> str:
    found = next(mutation for mutation in simulation.MUTATIONS if mutation.without == name)
    return "; or ".join(found.breaks)


def _file(mutation: Mutation) -> str:
    return mutation.test.partition("::")[0]


def _section(told: Guarantee) -> str:
    changes = [_change(each) for each in MUTATIONS if each.guarantee == told.anchor]
    simulated = SIMULATED.get(told.anchor, ())
    if simulated:
        changes.append(f"In the [simulation](../tests/simulation/mutations.py): {', '.join(simulated)}.\n")
    sentence = told.sentence[0].upper() + told.sentence[1:]
    return f"## {told.anchor}\n\n{sentence}: {told.by}.\n\n" + "\n".join(changes)


def _change(mutation: Mutation) -> str:
    lines = [f"-{line}" for line in mutation.old.splitlines()] + [f"+{line}" for line in mutation.new.splitlines()]
    body = "\n".join(lines)
    return f"{mutation.what[0].upper()}{mutation.what[1:]}, in `{mutation.file}`:\n\n```diff\n{body}\n```\n"
