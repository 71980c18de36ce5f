"""Reads houses and limits from their files, and refuses what cannot be right, naming file, line and remedy."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Final, get_args

from services.shelter.domain.house import CHILDHOOD, Houses, Sexes, Unit
from services.shelter.domain.limits import Limit, Limits
from shared.contracts.directory.codes import Certainty, HouseKind
from shared.contracts.directory.table import Row, read

HOUSES: Final = (
    *("code", "valid_from", "valid_to", "kind", "name_id", "name_en", "unit", "child_only", "sex", "beds"),
    *("age_from", "age_to", "rule", "certainty", "note"),
)
LIMITS: Final = (
    "house_kind", "valid_from", "valid_to", "version", "hold", "siblings_wait", "rule", "certainty", "note",
)  # fmt: skip
KINDS: tuple[HouseKind, ...] = get_args(HouseKind)
SEXES: tuple[Sexes, ...] = get_args(Sexes)
CERTAINTIES: tuple[Certainty, ...] = get_args(Certainty)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def houses(file: Traversable | None = None) -> Houses:
    """Read the houses packaged here, or those in `file`. Raises `DirectoryError`."""
    rows = read(file or files(__package__) / "houses.csv", HOUSES)
    units = [(row, _unit(row)) for row in rows]
    for number, (row, unit) in enumerate(units):
        _check(row, unit, [other for _, other in units[:number] if other.house == unit.house])
    return Houses(tuple(unit for _, unit in units))


def limits(file: Traversable | None = None) -> Limits:
    """Read the limits packaged here, or those in `file`. Raises `DirectoryError`."""
    rows = read(file or files(__package__) / "limits.csv", LIMITS)
    found = [(row, _limit(row)) for row in rows]
    for kind in KINDS:
        _check_days(rows[-1], kind, [(row, limit) for row, limit in found if limit.kind == kind])
    return Limits(tuple(limit for _, limit in found))


def _unit(row: Row) -> Unit:
    row.one_of("certainty", CERTAINTIES)
    return Unit(
        house=_code(row, "code"),
        kind=row.one_of("kind", KINDS),
        name_id=row.text("name_id"),
        name_en=row.text("name_en"),
        name=_code(row, "unit"),
        child_only=row.one_of("child_only", ("yes", "no")) == "yes",
        sex=row.one_of("sex", SEXES),
        beds=_beds(row),
        ages=(row.number("age_from"), row.number("age_to")),
        first=row.day("valid_from"),
        last=_last(row),
    )


def _limit(row: Row) -> Limit:
    row.one_of("certainty", CERTAINTIES)
    hold, siblings = _duration(row, "hold"), _duration(row, "siblings_wait")
    kind, version = row.one_of("house_kind", KINDS), row.text("version")
    return Limit(kind, version, hold, siblings, row.day("valid_from"), _last(row))


def _check(row: Row, unit: Unit, others: Iterable[Unit]) -> None:
    """Compare a unit with those of its house that stand before it."""
    if unit.ages[1] < unit.ages[0]:
        raise row.wrong("age_to lies below age_from", "write the last full year of age that is included")
    if unit.child_only and unit.ages[1] > CHILDHOOD[1]:
        raise row.wrong("a unit for children takes adults (R88)", "write 17 as age_to, or child_only no")
    for other in others:
        if (other.kind, other.name_id, other.name_en) != (unit.kind, unit.name_id, unit.name_en):
            raise row.wrong(f"house {unit.house} has two kinds or names", "write the same in each of its rows")
        if _both(unit, other) and set(unit.beds) & set(other.beds):
            raise row.wrong(f"a bed of {unit.house} is in two units at once", "number each bed of a house once")


def _both(one: Unit, other: Unit) -> bool:
    """Tell whether two rows hold on the same day."""
    return one.first <= (other.last or date.max) and other.first <= (one.last or date.max)


def _check_days(end: Row, kind: HouseKind, found: list[tuple[Row, Limit]]) -> None:
    """See that exactly one row of a kind holds on every day from the first."""
    if not found or found[-1][1].last is not None:
        raise end.wrong(f"kind {kind} has no row that holds for ever", "add one with an empty valid_to")
    for (_, before), (row, after) in pairwise(found):
        if before.last is None or before.last + timedelta(days=1) != after.first:
            raise row.wrong(f"the rows of {kind} overlap or leave a gap", "begin the day after the last row's valid_to")


def _code(row: Row, column: str) -> str:
    found = row.text(column)
    if re.fullmatch(r"[a-z0-9][a-z0-9-]{0,31}", found):
        return found
    raise row.wrong(f"{column} {found!r} is not a code", "use small letters, digits and hyphens")


def _beds(row: Row) -> range:
    found = row.optional("beds")
    if found is None:
        return range(0)
    match = re.fullmatch(r"([1-9]\d{0,3})-([1-9]\d{0,3})", found)
    if match is None or int(match[2]) < int(match[1]):
        raise row.wrong(f"beds {found!r} are no numbers of beds", "write the first and the last, as in 1-6")
    return range(int(match[1]), int(match[2]) + 1)


def _duration(row: Row, column: str) -> timedelta:
    match = re.fullmatch(r"(\d{1,6})([smhd])", row.text(column))
    if match is None or int(match[1]) == 0:
        raise row.wrong(f"{column} is not a time", "write a number and s, m, h or d, as in 24h")
    return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])


def _last(row: Row) -> date | None:
    last = row.day("valid_to") if row.optional("valid_to") else None
    if last and last < row.day("valid_from"):
        raise row.wrong("valid_to lies before valid_from", "write the last day on which the row holds")
    return last
