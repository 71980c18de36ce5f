"""Every rule that the city is held to has data or code, and a test, or a reason why not."""

from tests.docs.rules_page import LEFT_OUT, PAGE, RANGE, cited, lines, page


def test_the_page_is_what_tables_code_and_tests_make_it() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.docs.rules_page"


def test_every_rule_of_the_range_has_data_or_code_and_a_test_or_a_reason() -> None:
    found = {rule: (data, code, tests) for rule, data, code, tests in lines()}
    without = [rule for rule in RANGE if not (any(found[rule][:2]) and found[rule][2]) and rule not in LEFT_OUT]

    assert without == []


def test_every_rule_that_a_limit_rests_on_has_a_test() -> None:
    untested = {rule for rule, data, _, tests in lines() if "r" + rule[1:] in data and not tests}

    assert untested == set()


def test_nothing_is_left_out_that_is_there() -> None:
    there = {rule for rule, data, code, _ in lines() if code or not data.startswith("left out")}

    assert set(LEFT_OUT) & there == set()


def test_a_range_cites_each_of_its_rules() -> None:
    assert cited("(R47-R49, R87a; R0.2)") == {"R47", "R48", "R49", "R87a"}
