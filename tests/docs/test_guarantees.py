"""The README, the table of mutations and the page of guarantees say the same of every guarantee."""

import pytest

import tests.simulation.mutations as simulation
from tests.docs.places import ROOT, line_of
from tests.mutations.mutation import Mutation
from tests.mutations.page import PAGE, Guarantee, guarantees, page, record
from tests.mutations.table import MUTATIONS, SIMULATED

GUARANTEES = guarantees()


def by_name(mutation: Mutation) -> str:
    return f"{mutation.guarantee}-{mutation.what}".replace(" ", "-")


@pytest.mark.parametrize("mutation", MUTATIONS, ids=by_name)
def test_what_is_taken_out_stands_there_once_and_the_test_that_notices_is_there(mutation: Mutation) -> None:
    text = (ROOT / mutation.file).read_text()
    file, _, name = mutation.test.partition("::")

    assert mutation.taken_out_of(text) != text
    assert line_of(ROOT / file, name) > 0


def test_every_row_of_the_readme_leads_to_its_own_mutations_and_every_mutation_belongs_to_a_row() -> None:
    told = (ROOT / "README.md").read_text().split("## What is guaranteed\n")[1].split("\n## ")[0]
    anchors = [guarantee.anchor for guarantee in GUARANTEES]

    assert len(GUARANTEES) == sum(line.startswith("| ") for line in told.splitlines()) - 2
    assert len(set(anchors)) == len(anchors)
    assert {m.guarantee for m in MUTATIONS} | SIMULATED.keys() == set(anchors)


@pytest.mark.parametrize("guarantee", GUARANTEES, ids=lambda guarantee: guarantee.anchor)
def test_every_test_that_the_readme_names_notices_something_taken_out(guarantee: Guarantee) -> None:
    noticing = {mutation.test for mutation in MUTATIONS if mutation.guarantee == guarantee.anchor}
    unproven = set(guarantee.tests) - noticing

    assert guarantee.tests
    assert [
        test for test in unproven if not (test.startswith("tests/simulation/") and guarantee.anchor in SIMULATED)
    ] == []


def test_the_page_is_what_the_readme_the_table_and_the_last_run_make_it() -> None:
    """Else: `make mutations`."""
    said = record()

    assert said.keys() == {mutation.key for mutation in MUTATIONS}
    assert all(said.values())
    assert PAGE.read_text() == page(said)


def test_what_the_simulation_takes_out_is_named_as_it_is_there() -> None:
    names = {mutation.without for mutation in simulation.MUTATIONS}

    assert {name for named in SIMULATED.values() for name in named} <= names


def test_a_text_that_is_not_there_or_twice_takes_nothing_out() -> None:
    mutation = MUTATIONS[0]

    for text in ("", mutation.old * 2):
        with pytest.raises(LookupError):
            mutation.taken_out_of(text)
