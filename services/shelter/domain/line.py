"""The line for beds, over the rows of all cases: what capacity is free, and who may take it now, by risk, then time."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

from services.shelter.domain.house import Bed, Houses
from shared.contracts.directory.codes import HouseKind

RANK: Final[Mapping[str, int]] = {"emergency": 0, "high": 1, "medium": 2, "": 2, "low": 3}
"""Risk to place in the line (R122); a child not yet assessed stands with the medium ones [DESIGN]."""


class StayRow(NamedTuple):
    """Table `stays`: an open hold or stay, and the bed that nobody else has meanwhile."""

    subject: UUID
    stay: UUID
    house: str
    bed: int
    house_kind: HouseKind
    status: str
    since: datetime
    until: datetime
    siblings: UUID | None


class WaitRow(NamedTuple):
    """Table `waits`: a child without a bed. `siblings_by` is empty once it waits for no sibling any more."""

    subject: UUID
    referral: UUID
    house_kind: HouseKind
    siblings: UUID | None
    size: int
    siblings_by: datetime | None
    risk: str
    since: datetime
    sex: str
    age: int | None


class Party(NamedTuple):
    """Who goes together: one child, or siblings. `house` is where others of them sleep already."""

    members: tuple[WaitRow, ...]
    house: str
    complete: bool


class Claim(NamedTuple):
    """A child and the beds that would do."""

    row: WaitRow
    beds: tuple[Bed, ...]


Pledges: TypeAlias = dict[Bed, Claim]


def plan(beds: Sequence[Bed], rows: Iterable[Any]) -> dict[WaitRow, Bed]:
    """Return who of those who wait may take which bed now.

    `beds` are all that are open today, taken ones too. Beds are pledged along the line and a pledge is never lost to
    somebody further back, only moved to another bed that does as well. Siblings are pledged beds in one house
    together or none (R84); while there are too few, those that there are stay empty for them, so that nobody
    overtakes them. Siblings of whom some have a bed come before all others: theirs is kept for them.
    """
    rows = tuple(rows)
    taken = {(row.house, row.bed) for row in rows if isinstance(row, StayRow)}
    free = tuple(bed for bed in beds if (bed.house, bed.number) not in taken)
    pledged: Pledges = {}
    served: set[WaitRow] = set()
    for party in line(rows):
        before, pledged = pledged, _pledge(party, beds, free, pledged)
        if party.house or len(pledged) == len(before) + len(party.members):
            served.update(party.members)
    return {claim.row: bed for bed, claim in pledged.items() if claim.row in served}


def line(rows: Iterable[Any]) -> list[Party]:
    """Return all who can be served, the next first."""
    parties = [party for party in _parties(tuple(rows)) if party.house or party.complete]
    return sorted(parties, key=lambda party: (not party.house, min(map(place, party.members))))


def place(row: WaitRow) -> tuple[int, datetime, UUID]:
    """Return what orders the line; the id parts those who came at the same instant."""
    return RANK[row.risk], row.since, row.subject


def together(rows: Iterable[Any], member: WaitRow) -> bool:
    """Tell whether all who go with a child are here, or are waited for no more."""
    return next(party.complete for party in _parties(tuple(rows)) if member in party.members)


def wakes(houses: Houses) -> Callable[[Sequence[Any], Sequence[Any]], set[UUID]]:
    """Return what names, after rows changed, everybody who could take a bed on some day: each looks again by itself."""
    periods = houses.periods()

    def wake(before: Sequence[Any], after: Sequence[Any]) -> set[UUID]:
        if set(before) == set(after):
            return set()
        return {row.subject for day in periods for row in plan(houses.beds(day), after)}

    return wake


def wait_rows(rows: Iterable[Any]) -> list[WaitRow]:
    """Return the rows of those who wait."""
    return [row for row in rows if isinstance(row, WaitRow)]


def _parties(rows: tuple[Any, ...]) -> Iterator[Party]:
    waits = sorted(wait_rows(rows), key=lambda row: (_key(row), place(row)))
    stays = [row for row in rows if isinstance(row, StayRow) and row.siblings]
    for (kind, siblings), members in groupby(waits, _key):
        beside = [row for row in stays if (row.house_kind, row.siblings) == (kind, siblings)]
        yield _party(tuple(members), beside)


def _key(row: WaitRow) -> tuple[str, UUID]:
    return row.house_kind, row.siblings or row.subject


def _party(members: tuple[WaitRow, ...], beside: list[StayRow]) -> Party:
    here = len(members) + len(beside) >= max(row.size for row in members)
    return Party(
        members, min((row.house for row in beside), default=""), here or any(row.siblings_by is None for row in members)
    )


def _pledge(party: Party, beds: Sequence[Bed], free: Sequence[Bed], pledged: Pledges) -> Pledges:
    """Return the pledges with as many of a party's members as fit in the best house that could ever take them all."""
    tries = [_within(houses, party, free, pledged) for houses in _choices(party, beds)]
    return max(tries, key=len, default=pledged)


def _choices(party: Party, beds: Sequence[Bed]) -> list[frozenset[str]]:
    houses = tuple(dict.fromkeys(bed.house for bed in beds))
    if party.house:
        return [frozenset({party.house})]
    if len(party.members) == 1:
        return [frozenset(houses)]
    return [frozenset({house}) for house in houses if _could_ever(frozenset({house}), party, beds)]


def _could_ever(house: frozenset[str], party: Party, beds: Sequence[Bed]) -> bool:
    return len(_within(house, party, beds, {})) == len(party.members)


def _within(houses: frozenset[str], party: Party, free: Sequence[Bed], pledged: Pledges) -> Pledges:
    trial = dict(pledged)
    for row in party.members:
        _seat(trial, Claim(row, tuple(bed for bed in free if bed.house in houses and _does(bed, row))), set())
    return trial


def _does(bed: Bed, row: WaitRow) -> bool:
    return bed.kind == row.house_kind and bed.takes(row.sex, row.age)


def _seat(pledged: Pledges, claim: Claim, seen: set[Bed]) -> bool:
    """Find a bed by an augmenting path (Kuhn 1955): whoever has one keeps one."""
    for bed in claim.beds:
        if bed not in seen:
            seen.add(bed)
            if bed not in pledged or _seat(pledged, pledged[bed], seen):
                pledged[bed] = claim
                return True
    return False
