"""The laws of beds are no decoration: with any of the rules that keep them taken out, they are broken."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from services.shelter.domain import line
from services.shelter.domain.house import Bed
from services.shelter.domain.line import Party, Pledges, StayRow
from tests.shelter.test_laws_of_beds import Shelter

SEARCH = settings(
    max_examples=1500, stateful_step_count=30, deadline=None, phases=[Phase.generate], derandomize=True, database=None,
    report_multiple_bugs=False,
)  # fmt: skip
PLEDGE, PARTY, PLAN, CHOICES = line._pledge, line._party, line.plan, line._choices


def first_come(rows: Iterable[Any]) -> list[Party]:
    """Those whose siblings have a bed already do not come first."""
    parties = [party for party in line._parties(tuple(rows)) if party.house or party.complete]
    return sorted(parties, key=lambda party: min(map(line.place, party.members)))


def keep_nothing(party: Party, beds: Sequence[Bed], free: Sequence[Bed], pledged: Pledges) -> Pledges:
    """What is too little for siblings goes to whoever is next."""
    after = PLEDGE(party, beds, free, pledged)
    return after if party.house or len(after) == len(pledged) + len(party.members) else pledged


def any_house(party: Party, beds: Sequence[Bed]) -> list[frozenset[str]]:
    """Siblings may have beds in different houses."""
    return [frozenset(bed.house for bed in beds)] if not party.house else CHOICES(party, beds)


def never_wait(members: Any, beside: list[StayRow]) -> Party:
    """Siblings do not wait for one another."""
    return PARTY(members, beside)._replace(complete=True)


def taken_is_free(beds: Sequence[Bed], rows: Iterable[Any]) -> Any:
    """Nobody looks which beds are taken."""
    return PLAN(beds, [row for row in rows if not isinstance(row, StayRow)])


def wake_one(_: Any) -> Callable[[Sequence[Any], Sequence[Any]], set[UUID]]:
    """Only the first of those who wait is woken."""
    return lambda _, after: {row.subject for row in sorted(line.wait_rows(after), key=line.place)[:1]}


def last_first(row: line.WaitRow) -> tuple[Any, ...]:
    """Whoever came last is first in line."""
    return line.RANK[row.risk], -row.since.timestamp(), row.subject


MUTATIONS = {
    "line": first_come,
    "_pledge": keep_nothing,
    "_choices": any_house,
    "_party": never_wait,
    "wakes": wake_one,
    "place": last_first,
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_rule_taken_out_breaks_a_law(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, name, MUTATIONS[name])

    with pytest.raises(AssertionError):
        run_state_machine_as_test(Shelter, settings=SEARCH)


def test_a_bed_that_is_taken_twice_breaks_a_law(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.shelter.domain.wait.plan", taken_is_free)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(Shelter, settings=SEARCH)
