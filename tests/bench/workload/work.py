"""The work of one run, and what must come of it: every fact once, in its order, with its data."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from tests.bench.workload.facts import CASES, Incoming, incoming
from tests.bench.workload.step import Case, stored_case, subject_of, take

Fact = tuple[bytes, int, str, bytes]
"""Whose, its number, its type, and its data."""
TWICE_EACH: Final = 4
"""A limit writes every fourth record of a partition twice: as many as the answers of those who decide."""


class Work:
    """Records that come in, and what must come of them. With `stored` the cases lie in a database already."""

    def __init__(self, count: int, *, cases: int = CASES, stored: bool = False) -> None:
        self.records: list[Incoming] = list(incoming(count, cases=cases, heard=int(stored)))
        self.cases, self.stored = cases, stored

    def length(self, *, answers: bool) -> int:
        """How many records must be written: answers, or copies."""
        return len(self.facts) if answers else sum(self.copies.values())

    @cached_property
    def outcome(self) -> tuple[Mapping[UUID, Case], list[Fact]]:
        """The last state of each case that was touched, and every fact that must be said."""
        cases: dict[UUID, Case] = defaultdict(stored_case if self.stored else Case)
        facts = [
            fact_of(said.key, said.headers, said.value)
            for record in self.records
            for said in take(cases[subject_of(record.headers)], record.headers, record.value)
        ]
        return cases, sorted(facts)

    @property
    def facts(self) -> list[Fact]:
        """Every fact that must be said, in order."""
        return self.outcome[1]

    @cached_property
    def copies(self) -> Counter[bytes]:
        """Every value that a limit must write, with how often."""
        offsets: Counter[int] = Counter()
        copies: Counter[bytes] = Counter()
        for record in self.records:
            copies[record.value] += copies_of(offsets[record.partition])
            offsets[record.partition] += 1
        return copies


def copies_of(offset: int) -> int:
    """How often a limit writes the record at an offset."""
    return 2 if offset % TWICE_EACH == 0 else 1


def fact_of(key: bytes, headers: Iterable[tuple[str, bytes]], value: bytes) -> Fact:
    """What must be the same in every variant: ids and traces are drawn anew by each."""
    texts = dict(headers)
    return key, int(texts["ce_sequence"]), texts["ce_type"].decode(), value


def differences(work: Work, written: Iterable[Any], *, answers: bool) -> int:
    """How many records are too many, too few or wrong; 0 is right. `written` are a client library's records."""
    if answers:
        want, have = Counter(work.facts), Counter(fact_of(r.key, r.headers, r.value) for r in written)
        return (want - have).total() + (have - want).total()
    copies = Counter(record.value for record in written)
    return (work.copies - copies).total() + (copies - work.copies).total()
