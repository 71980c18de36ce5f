"""The policy tables as they stand: nobody is left out, and the demonstration differs by its times alone."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest

from services.routing.policy import WITA, Policies, PolicyError
from services.routing.policy.conditions import Child, Where, Words, Years
from services.routing.policy.reading import CATEGORIES, NATIONAL_CODES, RISKS, ROLES, SOURCES
from tests.harness import NIGHT
from tests.routing.city import BARU_ULU, DIRECTORY, POLICIES, SAMARINDA

DEMO = replace(POLICIES, chosen="demo").at(NIGHT)
POLICY = POLICIES.at(NIGHT)


def a_child(**more: object) -> Child:
    usual = Child("AT", "AJ", "none", 11, "high", "raid", BARU_ULU, None)
    return replace(usual, **more)  # type: ignore[arg-type]  # fields of a child


def test_no_child_is_without_a_referral_whatever_its_category_age_risk_and_source() -> None:
    for category, years, risk, source in product((*CATEGORIES, None), (*range(26), None), RISKS, SOURCES):
        child = Child(category, None, "none", years, risk, source)
        assert POLICY.wanted([child], DIRECTORY), child  # R148


def test_every_child_with_a_finer_code_a_role_or_a_home_elsewhere_reaches_a_row_too() -> None:
    for code, role, home in product(NATIONAL_CODES, ROLES, ("64", "64.71", SAMARINDA, "31.73", None)):
        category = DIRECTORY.national(code).categories[0]
        assert POLICY.wanted([a_child(category=category, national_code=code, role=role, home=home)], DIRECTORY)


def test_a_child_found_where_no_community_is_goes_to_the_agency_for_everybody() -> None:
    wanted = POLICY.wanted([a_child(found=SAMARINDA)], DIRECTORY)

    assert [(each.rule.id, each.agencies) for each in wanted] == [("everybody", ("dinsos", "sakti-peksos"))]


def test_every_kelurahan_of_the_city_has_its_community_to_ask() -> None:
    for kelurahan in DIRECTORY.kelurahan_of("64.71"):
        (wanted,) = POLICY.wanted([a_child(found=kelurahan.code)], DIRECTORY)
        assert wanted.agencies == (DIRECTORY.community_for(kelurahan.code),)  # R105


def test_every_row_says_on_what_it_rests() -> None:
    assert all(rule.cites for rule in POLICY.rules)


def test_the_demonstration_has_the_same_rows_and_asks_for_answers_within_a_minute() -> None:
    assert [rule.id for rule in DEMO.rules] == [rule.id for rule in POLICY.rules]
    assert all(answer.within <= timedelta(minutes=1) for answer in DEMO.answers.values())
    assert all(each.before <= timedelta(minutes=1) for each in DEMO.hearings.values())


def test_the_demonstration_changes_no_age_that_the_law_sets() -> None:
    assert {f: p.min_years for f, p in DEMO.hearings.items()} == {f: p.min_years for f, p in POLICY.hearings.items()}


def test_the_demonstration_is_in_force_on_no_day() -> None:
    assert "demo" not in [name for _, name in POLICIES.days]
    assert POLICIES.at(NIGHT).version == "2026-1"


def test_a_version_holds_from_midnight_in_the_city() -> None:
    days = ((datetime(2026, 1, 1, tzinfo=WITA).date(), "2026-1"), (datetime(2027, 1, 1, tzinfo=WITA).date(), "demo"))
    policies = replace(POLICIES, days=days)

    assert policies.at(datetime(2026, 12, 31, 23, 59, tzinfo=WITA)).version == "2026-1"
    assert policies.at(datetime(2027, 1, 1, 0, 0, tzinfo=WITA)).version == "demo"
    assert policies.at(datetime(2025, 1, 1, tzinfo=WITA)).version == "2026-1"


def test_a_version_that_is_not_there_cannot_be_chosen() -> None:
    with pytest.raises(PolicyError, match=r"No policy is called 'dmeo'; choose one of: 2026-1 demo\."):
        Policies.load(DIRECTORY, "dmeo")


@pytest.mark.parametrize(
    ("risk", "within"),
    [(None, timedelta(hours=24)), ("high", timedelta(hours=24)), ("low", timedelta(days=7))],
)
def test_a_risk_nobody_assessed_is_taken_for_high(risk: None, within: timedelta) -> None:
    assert POLICY.answer_within(risk) == within


@pytest.mark.parametrize(
    ("home", "outside"),
    [(None, False), ("64.71", False), (BARU_ULU, False), ("64", False), (SAMARINDA, True), ("31.73.01", True)],
)
def test_only_a_home_known_to_be_elsewhere_is_outside(home: str | None, outside: bool) -> None:
    assert Where("outside", "64.71").fit((None, home)) is outside
    assert Where("inside", "64.71").fit((None, home)) is not outside


@pytest.mark.parametrize(
    ("named", "found", "fits"),
    [
        ("64.71.02", BARU_ULU, True),
        (BARU_ULU, BARU_ULU, True),
        ("64.7", BARU_ULU, False),
        ("64.71.02", None, False),
        ("", None, True),
    ],
)
def test_an_area_is_where_the_child_was_found(named: str, found: str | None, fits: bool) -> None:
    assert Where(named, "64.71").fit((found, None)) is fits


def test_an_unknown_age_fits_where_no_age_is_named() -> None:
    assert Years(0, 17).fit(None)
    assert not Years(12, 17, unknown=False).fit(None)


def test_an_unknown_code_fits_where_none_is_named_or_by_exclusion() -> None:
    assert Words().fit(None)
    assert Words(frozenset({"AJ"}), excluded=True).fit(None)
    assert not Words(frozenset({"AJ"})).fit(None)
