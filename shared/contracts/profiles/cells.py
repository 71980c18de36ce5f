"""What a cell of the profile table says: to whom of a profile a notice or a field goes, and as what."""

from typing import Final, Literal, NamedTuple, TypeAlias

Relation: TypeAlias = Literal["own", "part", "none"]
"""Of a party to an event: the event concerns it itself, it takes part in the case, or neither."""

Scope: TypeAlias = Literal["own", "part", "all"]
"""How far a cell reaches: events that concern the party itself, every case it takes part in, every case."""

RELATIONS: Final[tuple[Relation, ...]] = ("own", "part", "none")
SCOPES: Final[tuple[Scope, ...]] = ("own", "part", "all")


class Grant(NamedTuple):
    """A notice or a field is given within a scope; a notice perhaps as one of another type, which tells less."""

    scope: Scope
    as_type: str = ""

    def covers(self, relation: Relation) -> bool:
        """Tell whether a party with this relation to the event is within the scope."""
        return RELATIONS.index(relation) <= SCOPES.index(self.scope)


Cell: TypeAlias = tuple[Grant, ...]
"""In their order; the first that covers a relation holds. Empty: nothing."""


def cell_of(text: str) -> Cell | None:
    """Read a cell such as `own part>in-protection`; None where it cannot be read."""
    grants = tuple(_grant(word) for word in text.split())
    known = tuple(grant for grant in grants if grant)
    return known if len(known) == len(grants) else None


def _grant(word: str) -> Grant | None:
    scope, arrow, as_type = word.partition(">")
    if bool(arrow) != bool(as_type):
        return None
    return next((Grant(known, as_type) for known in SCOPES if known == scope), None)


def covering(cell: Cell, relation: Relation) -> Grant | None:
    """Return the grant that holds for a relation, None for nothing."""
    return next((grant for grant in cell if grant.covers(relation)), None)


def reach(cell: Cell) -> int:
    """Return how far a cell gives the thing itself, and not as another type: 0 for nothing, 3 for every case."""
    return max((SCOPES.index(grant.scope) + 1 for grant in cell if not grant.as_type), default=0)
