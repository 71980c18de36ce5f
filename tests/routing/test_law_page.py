"""The page of the law says what the tables, the code and the tests say."""

from tests.routing.law_page import LEFT_OUT, PAGE, RANGE, page


def test_the_page_is_what_the_tables_and_the_tests_make_it() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.routing.law_page"


def test_every_rule_of_the_range_has_data_or_code_and_a_test_or_a_reason() -> None:
    lines = {
        line.split("|")[1].strip(): line for line in page().split("## Rule by rule")[1].splitlines() if "|" in line
    }
    for rule in RANGE:
        _, _, data, code, test, _ = lines[rule].split("|")
        assert "left out:" in data or ((data.strip() or code.strip()) and test.strip()), f"{rule} has no test"


def test_nothing_is_left_out_that_is_there() -> None:
    text = page()

    assert {rule for rule in LEFT_OUT if f"| {rule} | left out:" not in text} == set()
