"""Whatever the order and the lateness of the facts, the clocks at the end are those of the facts (R59)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from services.routing.domain import STEPS, clock, keeping
from services.routing.domain.given import Given
from services.routing.domain.mark import Mark, marked
from services.routing.domain.state import State
from services.routing.law import Law
from shared.contracts.message import Message
from shared.contracts.model import AboutChild, Fact
from shared.contracts.proceedings import (
    ChildArrested,
    ChildDetained,
    ChildReleased,
    DetentionExtended,
    DiversionAgreed,
    DiversionFailed,
    DiversionOpened,
    ReportDelivered,
    ReportRequested,
    StepTaken,
)
from tests.harness import CASE
from tests.routing.city import DIRECTORY, LAW, POLICIES
from tests.routing.court import wita

MATTER, OTHER = uuid5(CASE, "matter"), uuid5(CASE, "other matter")
BEGIN = wita("2026-02-20 00:00")
FIELDS: dict[str, Any] = {"by": "polresta", "of": "dinsos", "held_by": "lapas", "why": "not-agreed"}


class Desk:
    """The clocks of one case, told fact after fact, at whatever time."""

    def __init__(self, law: Law = LAW, begin: datetime = BEGIN) -> None:
        self.law, self.state, self.now, self.drawn = law, State(), begin, 0
        self.said: list[Fact] = []

    def _turn(self) -> Given:
        message = Message(body=clock.LookAt(MATTER, 1), subject=CASE, time=self.now, draw=self._draw)
        return Given(self.state, message, self.now, POLICIES, DIRECTORY, self.law)

    def _draw(self) -> UUID:
        self.drawn += 1
        return UUID(int=self.drawn)

    def learns(self, fact: Fact, at: datetime) -> None:
        """Somebody tells of a fact at a time; deadlines before it have fired."""
        self.waits_until(at)
        part = self.state.proceedings
        marks = marked(part.marks, fact, frozenset({"offender", "eligible"}))
        self.state = msgspec.structs.replace(self.state, proceedings=msgspec.structs.replace(part, marks=marks))
        self._say(list(keeping.in_step(self._turn(), self.state, self.law.going_by(fact.type))))

    def waits_until(self, at: datetime) -> None:
        while (due := self._next()) and due[1] <= at:
            self.now = max(self.now, due[1])
            self._say(keeping.look(self._turn(), due[0]))
        self.now = max(self.now, at)

    def _next(self) -> tuple[Any, datetime] | None:
        dues = clock.deadlines(self.state.clocks).items()
        return min(dues, key=lambda each: each[1], default=None)

    def _say(self, facts: Sequence[Any]) -> None:
        for fact in facts:
            was = self.state.clocks.by_id.get(fact.clock)
            assert ((was.status if was else ""), type(fact)) in clock.TABLE, "nothing is said that does not fit"
            clocks = STEPS[type(fact)](self.state.clocks, fact, AboutChild())
            self.state = msgspec.structs.replace(self.state, clocks=clocks)
            self.said.append(fact)

    def ends(self) -> set[tuple[object, ...]]:
        """What each clock is, without when that was learnt."""
        return {(c.rule, c.version, c.thing, c.started_at, c.due, c.extended, c.status, c.ended_at, c.late)
                for c in self.state.clocks.by_id.values()}  # fmt: skip


def told(type_: type[Fact], minutes: int, **fields: Any) -> Fact:
    needed = {name: value for name, value in {**FIELDS, **fields}.items() if name in type_.model_fields}
    return type_.model_validate({"occurred_at": BEGIN + timedelta(minutes=minutes), **needed})


MINUTES = st.integers(0, 60 * 24 * 60)
MATTERS = st.sampled_from([MATTER, OTHER])
FACTS = st.one_of(
    st.builds(lambda m, i: told(ChildArrested, m, matter=i), MINUTES, MATTERS),
    st.builds(lambda m, s, i: told(ChildDetained, m, matter=i, detention=uuid5(i, s), stage=s), MINUTES,
              st.sampled_from(["investigation", "prosecution", "trial", "appeal", "cassation"]), MATTERS),
    st.builds(lambda m, d, s, i: told(DetentionExtended, m, matter=i, detention=uuid5(i, s), days=d), MINUTES,
              st.integers(1, 20), st.sampled_from(["investigation", "prosecution", "trial"]), MATTERS),
    st.builds(lambda m, s, i: told(ChildReleased, m, matter=i, detention=uuid5(i, s)), MINUTES,
              st.sampled_from(["investigation", "prosecution", "trial"]), MATTERS),
    st.builds(lambda m, k, i: told(ReportRequested, m, matter=i, report=uuid5(i, k), kind=k), MINUTES,
              st.sampled_from(["litmas", "social-report"]), MATTERS),
    st.builds(lambda m, k, i: told(ReportDelivered, m, matter=i, report=uuid5(i, k)), MINUTES,
              st.sampled_from(["litmas", "social-report"]), MATTERS),
    st.builds(lambda m, s, i: told(DiversionOpened, m, matter=i, diversion=uuid5(i, s), stage=s), MINUTES,
              st.sampled_from(["investigation", "prosecution", "trial"]), MATTERS),
    st.builds(lambda t, m, i: told(t, m, matter=i, diversion=i), st.sampled_from([DiversionAgreed, DiversionFailed]),
              MINUTES, MATTERS),
    st.builds(lambda m, s, i: told(StepTaken, m, matter=i, step=s), MINUTES,
              st.sampled_from(["file-at-court", "judge-appointed", "agreement-submitted", "agreement-ruled-on",
                               "verdict-read", "verdict-copy-given"]), MATTERS),
)  # fmt: skip


def act(fact: Fact) -> tuple[object, ...]:
    """By what a fact is the same as one that was told before."""
    return tuple(mark.what if mark.act else (mark.what, mark.at) for mark in marked((), fact, frozenset()))


HISTORIES = st.lists(FACTS, min_size=1, max_size=8, unique_by=act)
LATENESS = st.lists(st.integers(0, 60 * 24 * 40), min_size=12, max_size=12)


def lived(facts: Sequence[Fact], lateness: Sequence[int]) -> Desk:
    """Each fact is told so many minutes after it happened, in the order of the telling."""
    desk = Desk()
    tellings = sorted((fact.occurred_at + timedelta(minutes=late), at) for at, (fact, late)
                      in enumerate(zip(facts, lateness, strict=False)))  # fmt: skip
    for moment, at in tellings:
        desk.learns(facts[at], moment)
    desk.waits_until(BEGIN + timedelta(days=400))
    return desk


@settings(max_examples=60)
@given(HISTORIES, LATENESS)
@example([told(ReportRequested, 0, matter=MATTER, report=MATTER, kind="litmas"),
          told(ReportDelivered, 100, matter=MATTER, report=MATTER)], [5000, 0])  # fmt: skip
def test_any_lateness_of_the_same_facts_ends_in_the_same_clocks(facts: list[Fact], lateness: list[int]) -> None:
    assert lived(facts, lateness).ends() == lived(facts, [0] * 12).ends()


@settings(max_examples=40)
@given(HISTORIES.flatmap(lambda facts: st.tuples(st.just(facts), st.permutations(facts))))
def test_any_order_of_the_same_facts_ends_in_the_same_clocks(told: tuple[list[Fact], list[Fact]]) -> None:
    """All of them on one day, long after they happened."""
    ends = []
    for facts in told:
        desk = Desk()
        for fact in facts:
            desk.learns(fact, BEGIN + timedelta(days=61))
        desk.waits_until(BEGIN + timedelta(days=400))
        ends.append(desk.ends())

    assert ends[0] == ends[1]


@settings(max_examples=40)
@given(HISTORIES, LATENESS)
def test_clocks_are_those_that_the_said_facts_make(facts: list[Fact], lateness: list[int]) -> None:
    """A clock never moves without an event, and what was stored is the same when it is read."""
    desk = lived(facts, lateness)
    again = clock.Clocks()
    for fact in desk.said:
        again = STEPS[type(fact)](again, fact, AboutChild())

    assert again == desk.state.clocks
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(again), type=clock.Clocks) == again


@settings(max_examples=40)
@given(HISTORIES, LATENESS)
def test_in_the_end_each_clock_has_ended_or_its_time_was_told(facts: list[Fact], lateness: list[int]) -> None:
    for each in lived(facts, lateness).state.clocks.by_id.values():
        assert each.status != "running" or (each.warns_only and each.percent == clock.ALL)


@settings(max_examples=40)
@given(HISTORIES, LATENESS)
def test_no_detention_runs_longer_than_its_stage_allows(facts: list[Fact], lateness: list[int]) -> None:
    """R47-R51, R60: with its whole extension at the most, and the first day counted."""
    longest = {"r47": 15, "r48": 10, "r49": 25, "r50": 25, "r51": 35}
    for each in lived(facts, lateness).state.clocks.by_id.values():
        if each.rule in longest:
            days = each.due.date() - each.started_at.astimezone(each.due.tzinfo).date()
            assert days.days + 1 <= longest[each.rule]


@settings(max_examples=40)
@given(HISTORIES, st.integers(0, 11), MINUTES)
def test_what_is_told_anew_counts_as_if_it_had_been_told_so_at_first(facts: list[Fact], at: int, minutes: int) -> None:
    """Of whatever a limit started by: the moment is put right, and clocks that it had moved are put right with it."""
    wrong = facts[at % len(facts)]
    assume(all(mark.act for mark in marked((), wrong, frozenset())))
    right = wrong.model_copy(update={"occurred_at": BEGIN + timedelta(minutes=minutes)})
    desk = Desk()
    for fact in [*facts, right]:
        desk.learns(fact, BEGIN + timedelta(days=61))
    desk.waits_until(BEGIN + timedelta(days=400))
    truth = lived([right if fact is wrong else fact for fact in facts], [0] * 12)

    ground = {each for each in desk.ends() if each[6] != "stopped"}
    assert ground >= {each for each in truth.ends() if each[6] != "stopped"}


def test_a_mark_fits_the_words_that_a_row_asks_for() -> None:
    mark = Mark("step-taken", "matter", MATTER, BEGIN, ("eligible", "file-at-court", "offender"))
    rule = LAW.rule("r37", BEGIN)

    assert rule is not None
    assert not any(mark.fits(token) for token in rule.starts), "it asks for the file at the prosecutor"
