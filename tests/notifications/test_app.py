"""Notifications as a program: its tables, its account by HTTP, and what it needs to start."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import ValidationError

from services.notifications import migrations
from services.notifications.app import create
from services.notifications.settings import Settings
from shared.contracts.message import Caller
from shared.runtime.service import CannotStart
from tests.conftest import MakeDatabase
from tests.harness import CASE
from tests.notifications.city import PARTIES, PROFILES, Post
from tests.office import COORDINATOR, Office, an_office, schema, settings_of

OPERATOR = Caller("dinkes", "operator", "uji-9")


@pytest.fixture
async def office(tmp_path: Path, database: MakeDatabase) -> AsyncIterator[Office]:
    service = create(settings_of(Settings, tmp_path, await database(schema(migrations))))
    async with an_office(service, tmp_path) as office:
        yield office


def a_case() -> Post:
    return Post().identified("polresta").owned().referred("kemenag").hearing().admitted()


async def test_the_account_of_a_case_tells_who_took_part_who_was_told_and_what_was_withheld_by_which_row(
    office: Office,
) -> None:
    city = a_case()
    await office.holds(city)

    shown = (await office.looks(f"/cases/{CASE}/account")).json()

    assert {(p["party"], p["way"]) for p in shown["participation"]} == {
        ("polresta", "reporter"), ("dinsos", "owner"), ("kemenag", "asked"), ("polresta", "forum"),
    }  # fmt: skip
    assert Counter(n["party"] for n in shown["notices"]) == {p: len(t) for p, t in city.mailboxes().items()}
    kemenag = next(account for account in shown["accounts"] if account["party"] == "kemenag")
    assert kemenag["reached"] == {"referred": 1, "in-protection": 1}
    row = PROFILES.rows["referred", "about_child.category"]
    assert {
        "type": "referred", "field": "about_child.category", "row": row.id, "rule": row.rule, "times": 1,
    } in kemenag["withheld"]  # fmt: skip


async def test_the_account_of_the_city_has_a_line_for_every_party_and_only_counts(office: Office) -> None:
    await office.holds(a_case())

    shown = (await office.looks("/account", OPERATOR)).json()

    assert [account["party"] for account in shown["accounts"]] == list(PARTIES)
    assert str(CASE) not in json.dumps(shown)
    assert next(a for a in shown["accounts"] if a["party"] == "dinsos")["withheld"] == []


@pytest.mark.parametrize(
    ("path", "caller", "status"),
    [
        (f"/cases/{CASE}/account", Caller("polresta", "coordinator", "uji-2"), 403),
        (f"/cases/{CASE}/account", OPERATOR, 403),
        (f"/cases/{CASE}/account", Caller("dinsos", "house", "uji-3"), 403),
        ("/account", Caller("polresta", "coordinator", "uji-2"), 403),
        (f"/cases/{uuid4()}/account", COORDINATOR, 404),
        ("/cases/kasus-1/account", COORDINATOR, 404),
    ],
)
async def test_who_does_not_answer_for_the_cases_is_shown_no_account(
    office: Office, path: str, caller: Caller, status: int
) -> None:
    await office.holds(a_case())

    assert (await office.looks(path, caller)).status_code == status


async def test_without_a_credential_nothing_is_shown(office: Office) -> None:
    assert (await office.client.get("/account")).status_code == 401


async def test_while_the_database_is_away_the_account_says_so(office: Office) -> None:
    await office.pool.close()

    answers = await asyncio.gather(office.looks("/account"), office.looks(f"/cases/{CASE}/account"))
    assert {answer.status_code for answer in answers} == {503}


def test_a_refusal_is_told_in_both_languages(tmp_path: Path) -> None:
    indonesian, english = create(settings_of(Settings, tmp_path)).wiring.sentence("unknown-notice")

    assert "kotak masuk" in indonesian
    assert "mailbox" in english


@pytest.mark.parametrize("agency", ["polresta", "dinkes", "nobody"])
def test_only_who_knows_cases_is_shown_them_in_an_outcome(agency: str, tmp_path: Path) -> None:
    effects = create(settings_of(Settings, tmp_path)).web.effects

    assert effects(Caller(agency, "officer", "uji-1")) is (agency == "polresta")


@pytest.mark.parametrize("name", ["profiles", "policy"])
def test_without_its_data_notifications_does_not_start_and_says_what_is_missing(name: str, tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="the file is missing"):
        create(settings_of(Settings, tmp_path, "postgresql:///none", **{name: tmp_path}))


def test_no_secret_has_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", {})
    with pytest.raises(ValidationError) as missing:
        Settings()

    assert {"postgres", "token_key_file", "jwks"} <= {str(error["loc"][0]) for error in missing.value.errors()}
