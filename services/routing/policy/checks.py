"""Checks a version of the policy as a whole: rows that nobody can follow, or that never come to be used."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import TypeVar

from services.routing.policy.conditions import Child, Condition
from services.routing.policy.reading import CATEGORIES, NATIONAL_CODES, RISKS, ROLES, SOURCES
from services.routing.policy.tables import SHELTER, Rule
from shared.contracts.directory import Directory
from shared.contracts.directory.codes import PartyCode
from shared.contracts.directory.entries import ServiceEntry
from shared.contracts.directory.table import DirectoryError, Row

Rows = Sequence[tuple[Row, Rule]]
V = TypeVar("V")

AGES = (*range(26), None)


def check(rows: Rows, directory: Directory) -> None:
    """Check the rows of `referrals.csv`; raises `DirectoryError` that names file, line and remedy."""
    for at, (row, rule) in enumerate(rows):
        _check_once(row, rule, rows[:at])
        _check_area(row, rule, directory)
        _check_service(row, rule, directory)
        _check_reached(row, rule, rows[:at])
    _check_everybody(rows)


def _check_once(row: Row, rule: Rule, earlier: Rows) -> None:
    if any(other.id == rule.id for _, other in earlier):
        raise row.wrong(f"id {rule.id!r} was used above", "give each row an id of its own")


def _check_area(row: Row, rule: Rule, directory: Directory) -> None:
    area = rule.condition.where.named
    if area and area not in {"inside", "outside", *(known.code for known in directory.areas)}:
        raise row.wrong(f"area {area!r} is not in the directory", "write inside, outside or an area's code")


def _check_service(row: Row, rule: Rule, directory: Directory) -> None:
    entry = directory.service(rule.service)
    for party in _parties(rule, directory):
        if party not in entry.given_by:
            raise row.wrong(f"{party} does not give {rule.service}", f"ask one of: {' '.join(entry.given_by)}")
    if (rule.service == SHELTER) != bool(rule.house_kind):
        raise row.wrong("house_kind and service do not go together", f"give every {SHELTER} row, and no other, one")
    if not rule.otherwise:
        _check_children(row, rule.condition, entry, directory)


def _parties(rule: Rule, directory: Directory) -> Iterator[PartyCode]:
    for asked in rule.agencies:
        if asked == "@community":
            yield from (community.code for community in directory.communities)
        else:
            yield asked


def _check_children(row: Row, condition: Condition, entry: ServiceEntry, directory: Directory) -> None:
    named = [category for category in CATEGORIES if condition.categories.fit(category)]
    if entry.categories and (strangers := [category for category in named if category not in entry.categories]):
        raise row.wrong(
            f"{entry.code} is not for {' '.join(strangers)}", f"name categories among: {' '.join(entry.categories)}"
        )
    if not (entry.ages.fit(condition.years.first) and entry.ages.fit(condition.years.last)):
        raise row.wrong(
            f"{entry.code} is not for these ages", f"name ages from {entry.ages.first} to {entry.ages.last}"
        )
    _check_national(row, condition, named, directory)


def _check_national(row: Row, condition: Condition, named: Sequence[str], directory: Directory) -> None:
    for code in () if condition.national_codes.excluded else sorted(condition.national_codes.named):
        if not set(directory.national(code).categories) & set(named):
            raise row.wrong(
                f"{code} does not belong to {' '.join(named)}",
                f"name a category of it: {' '.join(directory.national(code).categories)}",
            )


def _check_reached(row: Row, rule: Rule, earlier: Rows) -> None:
    before = [other for _, other in earlier if other.service == rule.service and other.otherwise == rule.otherwise]
    conditions = [other.condition for other in before]
    if not any(
        rule.condition.fit(child) and not any(condition.fit(child) for condition in conditions)
        for child in children([*conditions, rule.condition])
    ):
        raise row.wrong(f"no child reaches {rule.id!r}", f"move it above {before[-1].id!r}" if before else "widen it")


def _check_everybody(rows: Rows) -> None:
    """One `otherwise` row without any condition leaves no child without a referral, whatever the others say."""
    last = [(row, rule) for row, rule in rows if rule.otherwise]
    if not any(rule.condition == Condition(where=rule.condition.where) and not rule.condition.where.named
               for _, rule in last):  # fmt: skip
        file = rows[0][0].file if rows else "referrals.csv"
        raise DirectoryError(f"{file}: no row takes every child; add one with otherwise=yes and no condition.")
    for row, rule in last:
        if "@community" in rule.agencies:
            raise row.wrong("an otherwise row asks a community, which not every child has", "ask an agency")


def children(conditions: Sequence[Condition]) -> Iterator[Child]:
    """Make a child for every combination that the conditions tell apart: few, and enough to try them all."""
    named = sorted({c.where.named for c in conditions} - {"", "inside", "outside"})
    city = conditions[0].where.city
    places = product((*named, None), (city, "99.99", None))
    for category, national, role, years, risk, source, (found, home) in product(
        _tried((*CATEGORIES, None), [c.categories.fit for c in conditions]),
        _tried((*NATIONAL_CODES, None), [c.national_codes.fit for c in conditions]),
        _tried(ROLES, [c.roles.fit for c in conditions]),
        _tried(AGES, [c.years.fit for c in conditions]),
        _tried(RISKS, [c.risks.fit for c in conditions]),
        _tried(SOURCES, [c.sources.fit for c in conditions]),
        _tried(tuple(places), [c.where.fit for c in conditions]),
    ):
        yield Child(category, national, role, years, risk, source, found, home)


def _tried(values: Sequence[V], fits: Sequence[Callable[[V], bool]]) -> list[V]:
    """Keep one value of each kind: those that all conditions take alike are as good as one."""
    return list({tuple(fit(value) for fit in fits): value for value in reversed(values)}.values())
