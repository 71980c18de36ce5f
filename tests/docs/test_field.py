"""Every bug of the field has a test that is there, or the feature with which it can come; the page says which."""

from tests.docs.places import ROOT, line_of
from tests.field.bugs import BUGS
from tests.field.page import PAGE, page


def test_the_page_is_what_the_table_makes_it() -> None:
    """Else: `python -m tests.field`."""
    assert PAGE.read_text() == page()


def test_every_bug_has_a_source_and_either_a_test_or_the_feature_that_can_bring_it() -> None:
    assert len({bug.name for bug in BUGS}) == len(BUGS) == 24
    assert [bug.name for bug in BUGS if not bug.seen or bool(bug.test) == bool(bug.comes_with)] == []
    for file, _, name in (bug.test.partition("::") for bug in BUGS if bug.test):
        assert line_of(ROOT / file, name) > 0


def test_a_test_of_this_folder_is_named_for_the_bug_that_it_shows() -> None:
    for bug in BUGS:
        named = bug.name.lower().replace("-", "_").replace("'", "_").replace(" ", "_")
        assert not bug.test.startswith("tests/field/") or bug.test.partition("::test_")[2].startswith(named), bug.name
