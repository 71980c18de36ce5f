"""Routing as a program: its tables, what it shows by HTTP, and what it needs to start."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from pydantic import ValidationError

from services.routing import migrations, store
from services.routing.app import create
from services.routing.domain.referral import ReferralRow
from services.routing.settings import Settings
from shared.contracts import commands
from shared.contracts.message import Caller
from shared.runtime.service import CannotStart
from tests.conftest import MakeDatabase
from tests.harness import CASE
from tests.office import COORDINATOR, Office, an_office, schema, settings_of
from tests.routing.city import OFFENDER, STREET_WORKER, a_case, told

COMMUNITY = Caller("papb", "officer", "uji-3")
POLICE = Caller("polresta", "officer", "uji-2")


@pytest.fixture
async def office(tmp_path: Path, database: MakeDatabase) -> AsyncIterator[Office]:
    service = create(settings_of(Settings, tmp_path, await database(schema(migrations))))
    async with an_office(service, tmp_path) as office:
        yield office


async def test_dinsos_is_shown_which_answer_is_due_when_the_soonest_first(office: Office) -> None:
    case = a_case(OFFENDER.model_copy(update={"role": "victim"}), source="police")  # a report in 3 days, others in 1
    await office.holds(case)

    due = (await office.looks("/answers-due")).json()

    assert [(each["agency"], each["answer_by"]) for each in due][-1] == ("dinsos", "2026-11-05T14:00:00Z")
    assert [each["answer_by"] for each in due] == sorted(each["answer_by"] for each in due)
    assert due[-1]["rule"] == "2026-1/referrals/law-report"
    assert {each["case"] for each in due} == {str(CASE)}


async def test_an_answer_that_was_given_is_not_due(office: Office) -> None:
    case = a_case(STREET_WORKER)
    case.takes(told(commands.AcceptReferral, referral=case.referral("community-coaching")), "papb")
    await office.holds(case)

    assert (await office.looks("/answers-due")).json() == []


async def test_a_community_is_shown_its_own_answers_by_referral_and_never_the_case(office: Office) -> None:
    case = a_case(STREET_WORKER)
    await office.holds(case)

    (due,) = (await office.looks("/answers-due", COMMUNITY)).json()

    assert (due["referral"], due["case"]) == (str(case.referral("community-coaching")), None)
    assert (await office.looks("/answers-due", POLICE)).json() == []


async def test_who_works_on_cases_is_shown_all_that_was_asked_in_one(office: Office) -> None:
    case = a_case(OFFENDER, source="police")
    case.schedules()
    case.takes(told(commands.DeclineReferral, referral=case.referral("accompaniment"), reason="no-capacity"), "dinsos")
    await office.holds(case)

    shown = (await office.looks(f"/cases/{CASE}/referrals")).json()

    assert (shown["owner"], shown["closed"]) == ("dinsos", False)
    assert sorted((each["agency"], each["service"], each["status"]) for each in shown["referrals"]) == [
        ("dinsos", "accompaniment", "declined"),
        ("dinsos", "shelter-rpsa", "referred"),
        ("sakti-peksos", "accompaniment", "referred"),
    ]
    assert [(each["forum"], each["status"]) for each in shown["hearings"]] == [("diversion", "scheduled")]


async def test_a_case_is_found_by_the_id_of_its_referral_too(office: Office) -> None:
    case = a_case(STREET_WORKER)
    await office.holds(case)

    assert (await office.looks(f"/cases/{case.referral('community-coaching')}/referrals")).json()["owner"] == "dinsos"


@pytest.mark.parametrize(
    ("path", "caller", "status"),
    [
        (f"/cases/{CASE}/referrals", POLICE, 403),
        (f"/cases/{CASE}/referrals", Caller("dinsos", "companion", "uji-2"), 403),
        (f"/cases/{uuid4()}/referrals", COORDINATOR, 404),
        ("/cases/kasus-1/referrals", COORDINATOR, 404),
    ],
)
async def test_others_are_shown_no_case(office: Office, path: str, caller: Caller, status: int) -> None:
    await office.holds(a_case())

    assert (await office.looks(path, caller)).status_code == status


async def test_while_the_database_is_away_it_says_so(office: Office) -> None:
    await office.pool.close()

    for path in ("/answers-due", f"/cases/{CASE}/referrals"):
        assert (await office.looks(path)).status_code == 503


async def test_the_database_itself_lets_nobody_be_asked_twice_for_the_same(office: Office) -> None:
    case = a_case(STREET_WORKER)
    await office.holds(case)
    (row,) = case.rows(ReferralRow)

    again = row._replace(referral=uuid4())
    with pytest.raises(asyncpg.UniqueViolationError):
        await office.pool.copy_records_to_table("referrals", records=[again], columns=ReferralRow._fields)
    ended = again._replace(status="declined")
    await office.pool.copy_records_to_table("referrals", records=[ended], columns=ReferralRow._fields)


async def test_which_answer_is_due_when_is_read_from_an_index_already_in_order(office: Office) -> None:
    async with office.pool.acquire() as sql, sql.transaction():
        await sql.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")  # as if there were many
        plan = "\n".join([row[0] for row in await sql.fetch(f"EXPLAIN {store._DUE}", None, store.AT_ONCE)])

    assert "Index Scan using referrals_due" in plan
    assert "Sort" not in plan


def test_a_refusal_is_told_in_both_languages(tmp_path: Path) -> None:
    indonesian, english = create(settings_of(Settings, tmp_path)).wiring.sentence("no-diversion-under-12")

    assert "diversi" in indonesian
    assert "diversion" in english


@pytest.mark.parametrize("agency", ["polresta", "dinkes", "papb"])
def test_only_who_knows_cases_is_shown_them_in_an_outcome(agency: str, tmp_path: Path) -> None:
    assert create(settings_of(Settings, tmp_path)).web.effects(Caller(agency, "officer", "uji-1")) is (
        agency == "polresta"
    )


def test_a_policy_that_is_not_there_keeps_routing_from_starting_and_says_which_there_are(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="choose one of: 2026-1 demo"):
        create(settings_of(Settings, tmp_path, policy="2025-9"))


def test_a_policy_of_a_deployment_takes_the_place_of_the_packaged_one(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"versions\.csv: the file is missing"):
        create(settings_of(Settings, tmp_path, policy_folder=tmp_path))


def test_no_secret_has_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", {})
    with pytest.raises(ValidationError) as missing:
        Settings()

    assert {"postgres", "token_key_file", "jwks"} <= {str(error["loc"][0]) for error in missing.value.errors()}
