"""The page of states says what the tables say that the code runs from."""

from tests.docs.states_page import MACHINES, ORDER, PAGE, page


def test_the_page_is_what_the_tables_make_it() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.docs.states_page"


def test_every_noun_with_statuses_stands_on_the_page() -> None:
    assert set(ORDER) == MACHINES.keys()
