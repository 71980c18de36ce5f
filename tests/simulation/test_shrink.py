"""A failure is told in the fewest steps that show it, and those replay exactly."""

import pytest

from tests.simulation.hunt import story
from tests.simulation.mutations import MUTATIONS, without
from tests.simulation.plan import Plan, read, written
from tests.simulation.run import Report, run
from tests.simulation.shrink import shortest
from tests.simulation.violation import Violation

NEEDED = {3, 250, 251}


def fails_with(needed: set[int]) -> Report:
    return Report(seed=1, steps=400, violation=Violation("needs", str(needed)))


def test_what_a_failure_does_not_need_is_left_out() -> None:
    def again(_: int, plan: Plan) -> Report:
        shows = all(plan.takes(number) for number in NEEDED) and plan.storms(250)
        return Report(seed=1, violation=Violation("needs", "") if shows else Violation("another", ""))

    assert shortest(fails_with(NEEDED), again=again) == Plan(frozenset(NEEDED), frozenset({250}))


def test_numbers_of_steps_are_written_shortly_and_read_back() -> None:
    assert written([9, 3, 7, 8]) == "3,7-9"
    assert read("3,7-9") == {3, 7, 8, 9}
    assert read(written([])) == frozenset()


@pytest.mark.slow
def test_a_shortened_run_breaks_the_same_invariant_in_a_quarter_of_the_steps_each_time_it_is_run() -> None:
    mutation = next(each for each in MUTATIONS if each.without == "deduplication")
    with without(mutation):
        failed = next(report for report in map(run, range(40)) if report.violation)
        plan = shortest(failed, tries=60)
        once, again = story(failed.seed, 0, plan), story(failed.seed, 0, plan)

    assert plan.steps is not None
    assert failed.violation is not None
    assert len(plan.steps) * 4 < failed.steps
    assert once == again
    assert failed.violation.invariant in once
