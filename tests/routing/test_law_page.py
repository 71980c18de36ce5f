"""The page of the law says what the tables say."""

from tests.routing.law_page import PAGE, page


def test_the_page_is_what_the_tables_make_it() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.routing.law_page"
