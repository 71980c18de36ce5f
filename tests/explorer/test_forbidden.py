"""No sequence of acts puts on record what the law forbids: all short ones, and many long ones (R19, R20, R60, R71)."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.commands import OpenMatter
from shared.contracts.message import Say
from shared.contracts.model import AboutChild
from shared.contracts.proceedings import ChildDetained, DiversionOpened, MatterOpened
from tests.explorer.forbidden import Ledger, noted, wrongs
from tests.explorer.routing import a_case, accused, as_accused, takes, told_of_closing
from tests.explorer.walk import FURTHER, Case, Node, walk


def forbidden(case: Case, before: Sequence[Say]) -> list[str]:
    """By which rules something that was said since `before` may not be on record."""
    ledger: Ledger = {}
    found: list[str] = []
    for number, say in enumerate(case.said):
        if number >= len(before):
            age, closed = case.state.cases.age_years, case.state.cases.closed
            found += wrongs(ledger, say.body, age, closed=closed)
        ledger = noted(ledger, say.body, say.about or AboutChild())
    return found


def test_no_short_sequence_of_acts_makes_a_record_that_is_forbidden() -> None:
    said: set[type] = set()

    def law(case: Case, node: Node, label: str) -> None:
        assert forbidden(case, node.said) == [], (*node.path, label)
        said.update(type(say.body) for say in case.said)

    found = walk(a_case(AboutChild()), accused, as_accused, most=300, law=law)

    assert found.nodes >= 300
    assert {DiversionOpened, ChildDetained} <= said


@settings(max_examples=30 * FURTHER, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(choices=st.lists(st.integers(0, 1000), min_size=1, max_size=40))
def test_no_long_sequence_does_either(choices: list[int]) -> None:
    """Two matters of one child, ages learnt in between, a case that closes and opens again."""
    case, path = a_case(AboutChild()), []
    for choice in choices:
        acts = [*accused(case), *told_of_closing(case)]
        label, act = acts[choice % len(acts)]
        path.append(label)
        before = tuple(case.said)
        act(case)
        assert forbidden(case, before) == [], path


@pytest.mark.parametrize(
    ("about", "threat", "fact", "rule"),
    [
        (AboutChild(role="offender", age_years=11), "unknown", "diversion", "R19"),
        (AboutChild(role="victim", age_years=15), "unknown", "diversion", "R71"),
        (AboutChild(role="offender", age_years=13), "7-or-more", "detention", "R60"),
        (AboutChild(role="offender", age_years=16), "under-7", "detention", "R60"),
    ],
)
def test_what_is_forbidden_would_be_seen(about: AboutChild, threat: str, fact: str, rule: str) -> None:
    case = a_case(AboutChild())
    _, opens = takes("polresta", OpenMatter, threat=threat, about_child=about)
    opens(case)
    matter = case.last(MatterOpened)
    ledger = noted({}, matter, about)

    common = {"matter": matter.matter, "stage": "trial", "by": "pn", "occurred_at": case.now}
    said = (
        DiversionOpened.model_validate({**common, "diversion": matter.matter})
        if fact == "diversion"
        else ChildDetained.model_validate({**common, "detention": matter.matter, "held_by": "lapas"})
    )
    assert any(wrong.startswith(rule) for wrong in wrongs(ledger, said, None, closed=False))
