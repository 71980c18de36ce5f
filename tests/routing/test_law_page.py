"""The page of the law says what the tables, the code and the tests say."""

from tests.routing.law_page import LEFT_OUT, PAGE, page


def test_the_page_is_what_the_tables_and_the_tests_make_it() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.routing.law_page"


def test_nothing_is_left_out_that_is_there() -> None:
    text = page()

    assert {rule for rule in LEFT_OUT if f"| {rule} | left out:" not in text} == set()
