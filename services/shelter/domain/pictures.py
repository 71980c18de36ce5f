"""Pictures of the tables of transitions, as they stand in the README."""

from collections.abc import Mapping

from services.shelter.domain import custody, escort, handover, stay, wait
from services.shelter.domain.keeper import ANYBODY, Kinds
from shared.contracts.transitions import Table, picture


def pictures() -> Mapping[str, str]:
    """Return each noun's picture in mermaid."""
    return {
        "bed": picture(stay.TABLE),
        "waiting list": picture(wait.TABLE),
        "custody": movements(),
        "hand-over": picture({**handover.TABLE, **_lapses()}),
        "escort": picture(escort.TABLE),
    }


def movements() -> str:
    """Draw from whom to whom each movement can take a child, and by which rule."""
    nodes = list(dict.fromkeys(kinds for move in custody.MOVES.values() for kinds in (move.leaves, move.enters)))
    boxes = [f'    k{number}["{_named(kinds)}"]' for number, kinds in enumerate(nodes)]
    arrows = [
        f"    k{nodes.index(move.leaves)} -->|{fact.type} {move.rule}| k{nodes.index(move.enters)}"
        for fact, move in custody.MOVES.items()
    ]
    return "\n".join(["flowchart LR", *boxes, *arrows])


def _named(kinds: Kinds) -> str:
    others = sorted(ANYBODY - kinds)
    if not others:
        return "anybody"
    return " or ".join(sorted(kinds)) if len(kinds) <= len(others) else f"anybody but {', '.join(others)}"


def _lapses() -> Table:
    """Return what lapses an offer, without the one movement that accepts it."""
    return {key: then for key, then in handover.LAPSE.items() if key not in handover.TABLE}
