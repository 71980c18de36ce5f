"""Tables of transitions: what a fact makes of a status, and the picture of it."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from shared.contracts.model import Fact

NONE: Final = ""
"""The status of what is not there yet."""

Table: TypeAlias = Mapping[tuple[str, type[Fact]], str]
"""(status, fact) -> the status that the fact leads to. A pair that is not there changes nothing."""


def after(table: Table, status: str, fact: object) -> str:
    """Return the status after a fact; a fact that does not fit leaves it as it was, for it cannot be refused."""
    return next((then for (was, kind), then in table.items() if was == status and type(fact) is kind), status)


def picture(table: Table) -> str:
    """Draw a table as a mermaid state diagram; facts that lead the same way share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for (was, fact), then in table.items():
        arrows.setdefault((was, then), []).append(fact.type)
    lines = [f"    {was or '[*]'} --> {then}: {', '.join(facts)}" for (was, then), facts in arrows.items()]
    return "\n".join(["stateDiagram-v2", *lines])
