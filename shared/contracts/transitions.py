"""Tables of transitions: what a fact makes of a status, what each status means to people, and the picture of it."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, TypeAlias

from shared.contracts.directory.entries import Text
from shared.contracts.model import Fact

NONE: Final = ""
"""The status of what is not there yet."""

Table: TypeAlias = Mapping[tuple[str, type[Fact]], str]
"""(status, fact) -> the status that the fact leads to. What is not there cannot be said in that status."""

Ways: TypeAlias = Mapping[tuple[str, type[Fact]], frozenset[str]]
"""The same, of a noun whose next status the fact itself names: all that it can be."""


class Status(NamedTuple):
    """What a status means, whose move it is (a party, or a code of `who.csv`), and until when.

    `until` names deadlines of the service, or rows of law whose clock then runs. `unlimited` says why nothing runs
    where somebody is waited for, or why what still could happen is not waited for.
    """

    words: Text
    whose: str
    until: tuple[str, ...] = ()
    unlimited: Text | None = None


class Machine(NamedTuple):
    """A noun with its statuses: how facts move it, by which rules, and what each status means."""

    words: Text
    rule: str
    ways: Ways
    statuses: Mapping[str, Status]


def after(table: Table, status: str, fact: object) -> str:
    """Return the status after a fact; one that does not fit leaves it as it was, for what was said stays said."""
    return next((then for (was, kind), then in table.items() if was == status and type(fact) is kind), status)


def fits(table: Table, status: str, fact: type[Fact]) -> bool:
    """Tell whether a fact can be said of what has a status."""
    return (status, fact) in table


def before(table: Table, *facts: type[Fact]) -> frozenset[str]:
    """Return the statuses in which one of these facts can be said."""
    return frozenset(was for was, fact in table if fact in facts)


def final(table: Table | Ways) -> frozenset[str]:
    """Return the statuses that nothing leads out of; what only tells the same again does not."""
    arrows = list(_arrows(table))
    return frozenset(then for _, __, then in arrows) - {was for was, _, then in arrows if was != then}


def ways(table: Table) -> Ways:
    """Return a table as the ways that lead on from each status."""
    return {key: frozenset({then}) for key, then in table.items()}


def picture(table: Table | Ways, named: Mapping[str, str] | None = None) -> str:
    """Draw a table as a mermaid state diagram; facts that lead the same way share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for was, fact, then in _arrows(table):
        arrows.setdefault((was, then), []).append(fact.type)
    titles = [f"    {_state(status)}: {title}" for status, title in (named or {}).items()]
    lines = [f"    {_state(was)} --> {_state(then)}: {', '.join(facts)}" for (was, then), facts in arrows.items()]
    ends = [f"    {_state(status)} --> [*]" for status in sorted(final(table))]
    return "\n".join(["stateDiagram-v2", *titles, *lines, *ends])


def _arrows(table: Table | Ways) -> Iterable[tuple[str, type[Fact], str]]:
    for (was, fact), then in table.items():
        yield from ((was, fact, each) for each in ([then] if isinstance(then, str) else sorted(then)))


def _state(status: str) -> str:
    return status.replace("-", "_") or "[*]"
