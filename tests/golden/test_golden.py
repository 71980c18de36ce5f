"""Whoever changes how facts are folded is told that stored tables must be rebuilt."""

from dataclasses import replace
from typing import Any

import pytest

from shared.contracts.message import Evolve, Message
from shared.contracts.model import Fact
from shared.contracts.referrals import ReferralAccepted
from shared.contracts.topics import FACTS, SERVICES
from tests.golden import cities, releases
from tests.golden.releases import not_continued, verdict


@pytest.mark.parametrize("name", SERVICES)
def test_rows_that_the_last_release_stored_can_be_folded_on(name: str) -> None:
    assert verdict(name) == ""


def test_nearly_all_that_can_be_said_is_said_in_the_golden_streams() -> None:
    types = {record.header("ce_type").split(".")[1] for city in cities.cities() for record in city.records}

    assert len({fact.type for fact in FACTS} & types) > 60


@pytest.fixture
def another(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes another release: services of which one was changed."""

    def release(name: str, **change: Any) -> None:
        made = dict(cities.domains())
        made[name] = replace(made[name], **change)
        for module in (cities, releases):
            monkeypatch.setattr(module, "domains", lambda: made)
        cities.service.cache_clear()

    yield release
    monkeypatch.undo()
    cities.service.cache_clear()


def forgetful(part: Any, _: Message) -> Any:
    return part


def test_a_changed_fold_says_what_changed_and_that_a_rebuild_is_needed(another: Any) -> None:
    evolves: dict[type[Fact], Evolve] = dict(cities.domains()["routing"].evolves)

    another("routing", evolves=evolves | {ReferralAccepted: forgetful})

    assert verdict("routing").startswith("a rebuild is needed: the fold of routing changed (")
    assert "state.referrals" in verdict("routing")
    assert "state.referrals" in not_continued("routing")
    assert verdict("shelter") == ""


def test_changed_rows_alone_say_so_too(another: Any) -> None:
    another("shelter", rows=lambda *_: ())

    assert "the fold of shelter changed (rows)" in verdict("shelter")


def test_a_new_number_asks_to_be_recorded(another: Any) -> None:
    another("intake", fold=cities.domains()["intake"].fold + 1)

    assert verdict("intake").endswith("record it, by python -m tests.golden")
