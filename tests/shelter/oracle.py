"""What must hold of beds, reckoned the slow way: every way of giving them out is tried."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from services.shelter.domain.house import Bed
from services.shelter.domain.line import StayRow, WaitRow

Beds: TypeAlias = frozenset[Bed]
Place: TypeAlias = tuple[int, datetime, UUID]
May: TypeAlias = Callable[[WaitRow, Bed], bool]
URGENCY = ["emergency", "high", "medium", "low"]


def fits(row: WaitRow, bed: Bed) -> bool:
    """A bed does for a child."""
    return bed.kind == row.house_kind and bed.takes(row.sex, row.age)


def most(rows: tuple[WaitRow, ...], beds: Beds, may: May = fits) -> int:
    """How many of these children can have a bed at once."""
    if not rows:
        return 0
    first, rest = rows[0], rows[1:]
    return max(most(rest, beds, may), *(1 + most(rest, beds - {bed}, may) for bed in beds if may(first, bed)), 0)


def free(rows: Iterable[Any], beds: Beds) -> Beds:
    """Beds that nobody has."""
    taken = {(row.house, row.bed) for row in rows if isinstance(row, StayRow)}
    return frozenset(bed for bed in beds if (bed.house, bed.number) not in taken)


def waits(rows: Iterable[Any]) -> list[WaitRow]:
    """Those without a bed."""
    return [row for row in rows if isinstance(row, WaitRow)]


def families(rows: Iterable[Any]) -> list[tuple[WaitRow, ...]]:
    """Those who wait, brothers and sisters together, in the order of the line."""
    rows = waits(rows)
    names = {(row.house_kind, row.siblings or row.subject) for row in rows}
    found = [tuple(r for r in rows if (r.house_kind, r.siblings or r.subject) == name) for name in names]
    return sorted(found, key=place)


def home(family: tuple[WaitRow, ...], rows: Iterable[Any]) -> str:
    """The house in which some of a family have a bed."""
    kind, name = family[0].house_kind, family[0].siblings
    houses = {r.house for r in rows if isinstance(r, StayRow) and name and (r.house_kind, r.siblings) == (kind, name)}
    assert len(houses) <= 1, "a family in two houses"
    return next(iter(houses), "")


def ready(family: tuple[WaitRow, ...], rows: Iterable[Any]) -> bool:
    """Nobody of a family is waited for."""
    kind, name = family[0].house_kind, family[0].siblings
    beside = [r for r in rows if isinstance(r, StayRow) and name and (r.house_kind, r.siblings) == (kind, name)]
    return len(family) + len(beside) >= family[0].size or any(row.siblings_by is None for row in family)


def rank(risk: str, since: datetime, subject: UUID) -> Place:
    """The place in the line."""
    return URGENCY.index(risk or "medium"), since, subject


def place(family: tuple[WaitRow, ...]) -> Place:
    """A family stands where the first of them stands."""
    return min(rank(row.risk, row.since, row.subject) for row in family)


def room(family: tuple[WaitRow, ...], beds: Beds, every: Beds) -> int:
    """For how many of a family there is room, in the best house that could ever take them all."""
    if len(family) == 1:
        return most(family, beds)
    houses = [name for name in {bed.house for bed in every} if most(family, _of(name, every)) == len(family)]
    return max((most(family, _of(name, beds)) for name in houses), default=0)


def _of(house: str, beds: Beds) -> Beds:
    return frozenset(bed for bed in beds if bed.house == house)


def kept(rows: tuple[Any, ...], beds: Beds, forward: Callable[[WaitRow], bool] = lambda _: True) -> int:
    """How many of those whose siblings have a bed already, and who are further forward, can have theirs beside them."""
    houses = {row: house for family in families(rows) if (house := home(family, rows)) for row in family}
    joining = tuple(row for row in houses if forward(row))
    return most(joining, beds, lambda row, bed: fits(row, bed) and bed.house == houses[row])


def ahead(rows: tuple[Any, ...], mine: Place) -> Iterator[tuple[WaitRow, ...]]:
    """Families further forward, who wait for nobody and of whom nobody has a bed."""
    for family in families(rows):
        if place(family) < mine and ready(family, rows) and not home(family, rows):
            yield family
