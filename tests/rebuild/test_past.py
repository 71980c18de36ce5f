"""What was said and heard folds to the same, whoever folds it and in whatever order, and nobody decides again."""

import random
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from functools import cache
from uuid import UUID

import pytest

from shared.contracts.message import Message, Woken
from shared.contracts.topics import SERVICES
from shared.runtime.arrival import FactCome
from shared.runtime.chance import seeded
from shared.runtime.changes import Before
from shared.runtime.fold import Fold
from shared.runtime.rebuild.past import Decided, derived, differing, past
from tests.golden.cities import Entries, Service, cities, service
from tests.rebuild.again import differences
from tests.simulation.run import Run
from tests.simulation.services import START

SEEDS = (5, 11, 16)
INTERLEAVINGS = 250
"""Of each service: a thousand in all."""
FEW = 60
"""Facts of a case that is read again and again."""


@cache
def stormed(seed: int) -> Run:
    run = Run(seed)
    assert run.go(400).violation is None
    return run


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("seed", SEEDS)
def test_after_a_storm_every_derived_row_is_as_facts_make_it(seed: int, name: str) -> None:
    city = stormed(seed).city

    assert differences(city.members[name], city.log) == []
    assert len(city.members[name].tables.subjects) > 2


def test_services_were_thrown_back_to_a_backup_in_these_storms() -> None:
    assert sum((Counter(stormed(seed).report.events) for seed in SEEDS), Counter())["restored"] > 1


def test_a_row_that_facts_have_not_made_is_found() -> None:
    city = stormed(SEEDS[0]).city
    tables = city.members["routing"].tables
    (kind, rows) = next((kind, rows) for kind, rows in tables.rows.items() if rows)
    key, row = next(iter(rows.items()))
    try:
        del rows[key]
        assert differences(city.members["routing"], city.log) == [f"missing {row[:2]}"]
    finally:
        tables.rows[kind][key] = row


def small_cases(name: str) -> Iterator[tuple[Service, UUID, Sequence[FactCome]]]:
    for city in range(len(cities())):
        at = service(name, city)
        of: dict[UUID, list[FactCome]] = defaultdict(list)
        for fact in at.facts:
            of[fact.subject].append(fact)
        yield from ((at, subject, facts) for subject, facts in of.items() if 8 < len(facts) <= FEW)


def interleaved(facts: Sequence[FactCome], chance: random.Random) -> Iterator[FactCome]:
    """Each partition in its order, and any order among them."""
    logs: dict[tuple[str, int], deque[FactCome]] = defaultdict(deque)
    for fact in sorted(facts, key=lambda fact: fact.record.offset):
        logs[fact.record.topic, fact.record.partition].append(fact)
    while logs:
        place = chance.choice([*logs])
        yield logs[place].popleft()
        if not logs[place]:
            del logs[place]


@pytest.mark.parametrize("name", SERVICES)
def test_in_whatever_order_partitions_are_read_a_case_becomes_the_same(name: str) -> None:
    chance, cases = random.Random(name), [*small_cases(name)]
    ends: dict[UUID, Entries] = {subject: at.fold(facts) for at, subject, facts in cases}
    orders = set()
    for _ in range(INTERLEAVINGS):
        at, subject, facts = chance.choice(cases)
        order = [*interleaved(facts, chance)]
        orders.add(tuple(fact.id for fact in order))

        (entry,) = at.fold(order).values()

        assert differing(entry, ends[subject][subject]) == []
        assert derived(at.wiring.domain, subject, entry) == derived(at.wiring.domain, subject, ends[subject][subject])
    assert len(orders) > INTERLEAVINGS * 0.9


def test_a_decision_in_the_past_is_an_error() -> None:
    fold = Fold(past(service("routing", 0).wiring), Before(now=START, entries={}), seeded(1))
    case = UUID(int=1)

    with pytest.raises(Decided):
        fold.decide(fold.entry(case), Message(body=Woken(), subject=case, time=START))
