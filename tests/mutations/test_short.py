"""The quickest mutations, taken out anew in every run of the tests; all of them: `make mutations`."""

from pathlib import Path

import pytest

from tests.docs.places import ROOT
from tests.docs.test_guarantees import by_name
from tests.mutations.mutation import Mutation
from tests.mutations.table import SHORT
from tests.mutations.tree import Tree

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return Tree(Path(tmp_path_factory.mktemp("mutations")))


@pytest.fixture(scope="module")
def sound(tree: Tree) -> Tree:
    """The copy, in which every one of the quick tests is green."""
    reports = tree.run(sorted({mutation.test for mutation in SHORT}))
    assert all(report.green for report in reports.values()), reports
    return tree


@pytest.mark.parametrize("mutation", SHORT, ids=by_name)
def test_without_its_mechanism_a_guarantee_is_seen_to_be_broken(mutation: Mutation, sound: Tree) -> None:
    with sound.without(mutation):
        report = sound.run([mutation.test])[mutation.test]

    assert report.red, report
    assert (sound.root / mutation.file).read_text() == (ROOT / mutation.file).read_text()


def test_a_test_that_cannot_be_read_proves_nothing(sound: Tree) -> None:
    mutation = SHORT[0]._replace(new="(")

    with sound.without(mutation):
        report = sound.run([mutation.test])[mutation.test]

    assert not report.red
    assert not report.green
