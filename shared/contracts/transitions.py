"""Tables of transitions: what a fact makes of a status, and the picture of it."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from shared.contracts.model import Fact

NONE: Final = ""
"""The status of what is not there yet."""

Table: TypeAlias = Mapping[tuple[str, type[Fact]], str]
"""(status, fact) -> the status that the fact leads to. What is not there cannot be said in that status."""


def after(table: Table, status: str, fact: object) -> str:
    """Return the status after a fact; one that does not fit leaves it as it was, for what was said stays said."""
    return next((then for (was, kind), then in table.items() if was == status and type(fact) is kind), status)


def final(table: Table) -> frozenset[str]:
    """Return the statuses that nothing leads out of."""
    return frozenset(table.values()) - {status for status, _ in table}


def picture(table: Table) -> str:
    """Draw a table as a mermaid state diagram; facts that lead the same way share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for (was, fact), then in table.items():
        arrows.setdefault((was, then), []).append(fact.type)
    lines = [f"    {_state(was)} --> {_state(then)}: {', '.join(facts)}" for (was, then), facts in arrows.items()]
    ends = [f"    {_state(status)} --> [*]" for status in sorted(final(table))]
    return "\n".join(["stateDiagram-v2", *lines, *ends])


def _state(status: str) -> str:
    return status.replace("-", "_") or "[*]"
