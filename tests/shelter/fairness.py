"""Whether the bed that a turn took was this child's to take."""

from typing import Any, TypeAlias

from services.shelter.domain.line import StayRow, WaitRow
from shared.contracts.placements import BedHeld, Waitlisted
from tests.harness import Desk
from tests.shelter import oracle

Rows: TypeAlias = tuple[Any, ...]


def fair(desk: Desk, taken: StayRow, before: Rows, after: Rows, every: oracle.Beds, *, ready: bool) -> None:
    """Nobody further forward lost a chance, nor a bed that is kept beside its siblings; and all go, or none.

    `ready`: this child has waited for none of its siblings before, whoever of them has gone since.
    """
    was, now = oracle.free(before, every), oracle.free(after, every)
    group = tuple(row for row in oracle.waits(before) if _together(row, taken))
    own = next((row.since for row in group if row.subject == desk.subject), taken.since)
    mine = oracle.rank(desk.state.cases.risk or "", own, desk.subject)
    family = tuple(row for row in group if row.subject != desk.subject)
    ours = min(mine, oracle.place(family)) if family else mine

    def forward(row: WaitRow) -> bool:
        if row.subject == desk.subject:
            return False
        theirs = ours if row in family else next(oracle.place(f) for f in oracle.families(before) if row in f)
        return (theirs, oracle.rank(row.risk, row.since, row.subject)) < (ours, mine)

    joins = taken.siblings in {row.siblings for row in before if isinstance(row, StayRow)} - {None}
    keeps = forward if joins else lambda row: row.subject != desk.subject
    assert oracle.kept(before, now, keeps) == oracle.kept(before, was, keeps)
    if not joins:
        left = tuple(row for row in oracle.waits(after) if _together(row, taken))
        assert oracle.kept((taken, *left), now) == len(left)
        assert ready or len(left) + 1 >= _size(desk) or _waited(desk, group)
        _nobody_overtaken([f for f in oracle.ahead(before, ours) if not set(f) & set(group)], was, now, every)


def _size(desk: Desk) -> int:
    siblings = desk.last(BedHeld).siblings
    return siblings.size if siblings else 1


def _waited(desk: Desk, group: tuple[WaitRow, ...]) -> bool:
    """The time for the other siblings has passed, for this child or one of those who are here."""
    return None in {*(row.siblings_by for row in group), *(fact.siblings_by for fact in desk.all(Waitlisted))}


def _nobody_overtaken(
    forward: list[tuple[WaitRow, ...]], was: oracle.Beds, now: oracle.Beds, every: oracle.Beds
) -> None:
    for family in forward:
        assert oracle.room(family, now, every) == oracle.room(family, was, every)
    if all(len(family) == 1 for family in forward):
        alone = tuple(family[0] for family in forward)
        assert oracle.most(alone, now) == oracle.most(alone, was)


def _together(row: WaitRow, taken: StayRow) -> bool:
    if row.house_kind != taken.house_kind:
        return False
    return row.subject == taken.subject or (row.siblings is not None and row.siblings == taken.siblings)


def stays_of(rows: tuple[Any, ...], desk: Desk) -> list[StayRow]:
    return [row for row in rows if isinstance(row, StayRow) and row.subject == desk.subject]
