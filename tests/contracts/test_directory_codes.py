"""The directory's codes as types: they equal the data, and cost nothing to import."""

import re
from datetime import date
from importlib.resources import files
from typing import get_args

import pytest

from shared.contracts.directory import Directory, codes
from shared.contracts.directory.entries import Entry
from shared.contracts.directory.history import History


@pytest.fixture(scope="module")
def city() -> Directory:
    return Directory.load(date(2026, 11, 2))


CODES_OF_FILES = [
    ("parties", codes.PartyCode),
    ("categories", codes.Category),
    ("national_codes", codes.NationalCode),
    ("risks", codes.Risk),
    ("sources", codes.Source),
    ("reasons", codes.ReasonCode),
    ("outcomes", codes.Outcome),
    ("services", codes.Service),
    ("custodian_kinds", codes.CustodianKind),
    ("house_kinds", codes.HouseKind),
    ("who", codes.Who),
]


@pytest.mark.parametrize(("table", "literal"), CODES_OF_FILES, ids=[table for table, _ in CODES_OF_FILES])
def test_the_types_equal_the_data(city: Directory, table: str, literal: object) -> None:
    history: History[Entry] = getattr(city.tables, table)
    assert set(history.by_code) == set(get_args(literal))


@pytest.mark.parametrize(
    ("kind", "literal"),
    [
        ("decline", codes.DeclineReason),
        ("withdrawal", codes.WithdrawalReason),
        ("discard", codes.DiscardReason),
        ("refusal", codes.RefusalCode),
    ],
)
def test_the_types_of_reasons_equal_the_data_kind_by_kind(
    city: Directory, kind: codes.ReasonKind, literal: object
) -> None:
    assert {reason.code for reason in city.tables.reasons.ever() if kind in reason.kinds} == set(get_args(literal))


@pytest.mark.parametrize(
    ("of", "literal"),
    [
        ("referral", codes.ReferralOutcome),
        ("discharge", codes.DischargeOutcome),
        ("closing", codes.ClosingOutcome),
    ],
)
def test_the_types_of_outcomes_equal_the_data_end_by_end(city: Directory, of: codes.OutcomeOf, literal: object) -> None:
    assert {outcome.code for outcome in city.outcomes(of)} == set(get_args(literal))


def test_agencies_and_communities_are_typed_apart(city: Directory) -> None:
    assert {party.code for party in city.agencies} == set(get_args(codes.AgencyCode))
    assert {party.code for party in city.communities} == set(get_args(codes.CommunityCode))


def test_area_codes_have_the_form_that_contracts_demand(city: Directory) -> None:
    assert all(re.fullmatch(codes.AREA_CODE_PATTERN, area.code) for area in city.areas)


def test_codes_can_be_imported_without_any_library() -> None:
    source = (files("shared.contracts.directory") / "codes.py").read_text(encoding="utf-8")
    imported = set(re.findall(r"^(?:from|import) (\S+)", source, re.MULTILINE))
    assert imported == {"typing", "shared.contracts.directory.reason_codes"}
