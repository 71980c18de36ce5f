"""The simulation bites: without any one mechanism of the engine, some invariant breaks within a few runs."""

from collections.abc import Iterator

import pytest

from tests.simulation.mutations import MUTATIONS, Mutation, without
from tests.simulation.run import Report, run

WITHIN = 60
"""Runs until each must have been noticed."""

pytestmark = pytest.mark.slow


def red(mutation: Mutation) -> Iterator[Report]:
    with without(mutation):
        yield from (report for report in map(run, range(WITHIN)) if report.violation)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.without.replace(" ", "-"))
def test_without_it_an_invariant_breaks(mutation: Mutation) -> None:
    report = next(red(mutation), None)

    assert report is not None, f"nothing was noticed in {WITHIN} runs without {mutation.without}"
    assert report.violation is not None
    assert report.violation.invariant in mutation.breaks, str(report.violation)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.without.replace(" ", "-"))
def test_with_it_the_same_run_holds(mutation: Mutation) -> None:
    report = next(red(mutation))

    assert run(report.seed).violation is None
