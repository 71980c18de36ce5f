"""Checks the tables of law as a whole: no day with two laws, no day without one, no row that nothing can feed."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from itertools import pairwise

from services.routing.law.events import known
from services.routing.law.rules import Editions, Rule
from shared.contracts.directory.table import DirectoryError, Row

Rows = Sequence[tuple[Row, Rule]]


def check(rows: Rows, consequences: Collection[str]) -> tuple[Editions, ...]:
    """Return the rows of each id in the order of their days; raises `DirectoryError` with file, line and remedy."""
    by_id: dict[str, list[tuple[Row, Rule]]] = {}
    for row, rule in rows:
        by_id.setdefault(rule.id, []).append((row, rule))
        _check_fed(row, rule)
        _check_tokens(row, rule)
        if rule.consequence not in consequences:
            raise row.wrong(f"consequence {rule.consequence!r} is not known", "name one of consequences.csv")
    return tuple(_in_succession(editions) for editions in by_id.values())


def _check_fed(row: Row, rule: Rule) -> None:
    if rule.active != bool(rule.fed_by):
        raise row.wrong("starts and fed_by do not go together", "say who feeds what starts it, or leave both empty")
    if rule.active and not (rule.of and rule.span and rule.satisfied_by):
        raise row.wrong("it starts but cannot run or end", "fill in of, limit and satisfied_by")
    if not rule.active and not rule.ground.note:
        raise row.wrong("it is only listed, and nobody says why", "fill in note")


def _check_tokens(row: Row, rule: Rule) -> None:
    extension = (rule.extension.by,) if rule.extension else ()
    for token in (*rule.starts, *rule.satisfied_by, *rule.stopped_by, *extension):
        if not known(token, rule.of):
            raise row.wrong(f"no fact {token} is about a {rule.of}", "name a fact that is, and words it may bear")


def _in_succession(editions: list[tuple[Row, Rule]]) -> Editions:
    ordered = sorted(editions, key=lambda each: each[1].first or date.min)
    for (_, before), (row, after) in pairwise(ordered):
        if before.last is None or after.first != before.last + timedelta(days=1):
            raise row.wrong(
                f"version {after.version} of {after.id} does not follow {before.version} day by day",
                f"end version {before.version} on the day before",
            )
    row, last = ordered[-1]
    if last.last is not None:
        raise row.wrong(f"after {last.last} there is no law of {last.id}", "leave valid_to of its last version empty")
    if len({rule.version for _, rule in editions}) < len(editions):
        raise row.wrong(f"two rows of {last.id} have one version", "give each a version of its own")
    return tuple(rule for _, rule in ordered)


__all__ = ["DirectoryError", "check"]
