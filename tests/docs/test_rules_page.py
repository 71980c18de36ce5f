"""Every rule that the city is held to has data or code, and a test, or a reason why not."""

import re

from tests.docs.rules_page import LEFT_OUT, PAGE, RANGE, cited, lines

Cells = tuple[set[str], ...]
NOW = {rule: where for rule, *where in lines()}


def shown() -> dict[str, Cells]:
    """Which files the page names for each rule, as data, code and tests."""
    rows = [line.strip("|").split("|") for line in PAGE.read_text().splitlines() if line.startswith("| R")]
    return {rule.strip(): tuple(map(files, where)) for rule, *where in rows}


def files(cell: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", cell))


def test_whatever_the_page_says_is_so() -> None:
    """A file that cites a rule since is not missed; one that cites it no more is. `python -m tests.docs.rules_page`."""
    for rule, cells in shown().items():
        now = tuple(map(files, NOW[rule]))
        assert all(named <= there for named, there in zip(cells, now, strict=True)), rule
        assert [bool(named) for named in cells] == [bool(there) for there in now] or rule not in RANGE, rule


def test_every_rule_of_the_range_stands_on_the_page_with_data_or_code_and_a_test_or_a_reason() -> None:
    there = shown()
    without = [rule for rule in RANGE if not (any(there[rule][:2]) and there[rule][2]) and rule not in LEFT_OUT]

    assert without == []


def test_every_rule_that_a_limit_rests_on_has_a_test() -> None:
    untested = {rule for rule, (data, _, tests) in NOW.items() if "r" + rule[1:] in data and not tests}

    assert untested == set()


def test_nothing_is_left_out_that_is_there() -> None:
    there = {rule for rule, (data, code, _) in NOW.items() if code or not data.startswith("left out")}

    assert set(LEFT_OUT) & there == set()


def test_a_range_cites_each_of_its_rules() -> None:
    assert cited("(R47-R49, R87a; R0.2)") == {"R47", "R48", "R49", "R87a"}
