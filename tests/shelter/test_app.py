"""Shelter as a program: its tables, and what it needs to start."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from pydantic import ValidationError

from services.shelter.app import create
from services.shelter.domain.line import StayRow
from services.shelter.settings import Settings
from shared.contracts.cases import CaseClosed
from shared.contracts.commands import AdmitChild
from shared.contracts.message import Caller
from shared.runtime.service import CannotStart
from tests.harness import CASE, NIGHT, Desk
from tests.office import Office, settings_of
from tests.shelter.city import HOUR, a_case, a_held_bed, found, hearing, told


def sheltered() -> Desk:
    """A child in the RPSA since an hour after it was found."""
    desk = hearing(a_case("dinsos"))
    return desk.takes(told(AdmitChild, NIGHT + HOUR, stay=a_held_bed(desk).stay), "dinsos")


async def test_the_database_itself_gives_no_bed_twice_and_a_child_no_two_custodians(office: Office) -> None:
    desk = sheltered()
    await office.holds(desk)
    (stay,) = desk.rows(StayRow)

    for wrong in (
        stay._replace(subject=uuid4()),
        stay._replace(stay=uuid4(), bed=2),
        stay._replace(stay=uuid4(), bed=2, house_kind="other"),
        stay._replace(stay=uuid4(), subject=uuid4(), bed=0),
    ):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await office.pool.copy_records_to_table("stays", records=[wrong], columns=StayRow._fields)
    with pytest.raises(asyncpg.UniqueViolationError):
        await office.pool.execute(
            "INSERT INTO custody VALUES ($1, 9, $2, NULL, 'family', NULL, NULL, 'discharged', 'R80')",
            CASE, datetime.now(UTC),
        )  # fmt: skip


def test_a_refusal_is_told_in_both_languages(tmp_path: Path) -> None:
    indonesian, english = create(settings_of(Settings, tmp_path)).wiring.sentence("where-a-child-sleeps")

    assert "dirahasiakan" in indonesian
    assert "confidential" in english


@pytest.mark.parametrize("agency", ["polresta", "dinkes", "koppaja"])
def test_only_who_knows_cases_is_shown_them_in_an_outcome(agency: str, tmp_path: Path) -> None:
    assert create(settings_of(Settings, tmp_path)).web.effects(Caller(agency, "officer", "uji-1")) is (
        agency == "polresta"
    )


async def test_a_child_whom_nobody_has_is_listed_until_somebody_does_or_the_case_is_closed(office: Office) -> None:
    lost, closed, kept = (Desk(sheltered().domain, subject=uuid4()) for _ in range(3))
    for desk in (lost, closed):
        desk.hears(found(), "cases")
    kept.hears(found("dinsos"), "cases")
    closed.hears(told(CaseClosed, closing=uuid4(), outcome="independent"), "cases")
    await office.holds(lost, closed, kept)

    listed = (await office.looks("/adrift")).json()

    assert [(each["case"], each["since"]) for each in listed] == [(str(lost.subject), "2026-11-02T14:00:00Z")]


async def test_whom_nobody_has_is_the_business_of_dinsos_alone(office: Office) -> None:
    assert (await office.looks("/adrift", Caller("polresta", "officer", "uji-2"))).status_code == 403


@pytest.mark.parametrize("name", ["houses", "limits"])
def test_without_its_data_shelter_does_not_start_and_says_what_is_missing(name: str, tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="the file is missing"):
        create(settings_of(Settings, tmp_path, "postgresql:///none", **{name: tmp_path / "none.csv"}))


def test_no_secret_has_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", {})
    with pytest.raises(ValidationError) as missing:
        Settings()

    assert {"postgres", "token_key_file", "jwks"} <= {str(error["loc"][0]) for error in missing.value.errors()}
