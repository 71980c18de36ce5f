"""Shelter as a program: its tables, where a child is by HTTP, and what it needs to start."""

import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from prometheus_client import CollectorRegistry
from pydantic import ValidationError

import shared.runtime.migrations as engine
from services.shelter import migrations
from services.shelter.app import create
from services.shelter.domain.line import StayRow
from services.shelter.settings import Settings
from shared.contracts.commands import (
    AcceptHandover,
    AdmitChild,
    DepartEscort,
    OfferHandover,
)
from shared.contracts.message import Caller
from shared.contracts.placements import HandoverOffered
from shared.runtime.http.keys import generate_keys
from shared.runtime.http.ports import Ports
from shared.runtime.http.tokens import issue
from shared.runtime.service import CannotStart
from shared.runtime.web import app_of
from tests.conftest import MakeDatabase
from tests.harness import CASE, NIGHT, Desk
from tests.runtime.http.fakes import FakeHealth, FakeOperations, FakeSubmissions
from tests.shelter.city import HEARING, HOUR, MINUTE, a_case, a_held_bed, child, found, hearing, refer, told

FILES = [path for package in (engine, migrations) for path in sorted(Path(package.__path__[0]).glob("*.sql"))]
COORDINATOR = Caller("dinsos", "coordinator", "uji-1")
COMMUNITY = Caller("koppaja", "officer", "uji-3")


def settings(folder: Path, dsn: str = "postgresql:///none", **more: Any) -> Settings:
    """Settings of a new city, with keys of its own in `folder`."""
    (folder / "token.key").write_text("ab" * 32)
    if not (folder / "officers.json").exists():
        generate_keys(folder / "officers.json")
    fields = {"postgres": dsn, "kafka": "127.0.0.1:9", "token_key_file": folder / "token.key", "http_port": 1, **more}
    return Settings(jwks=str(folder / "officers.json"), **fields)


@dataclass
class Office:
    """The service's HTTP side on its database."""

    client: httpx.AsyncClient
    pool: asyncpg.Pool
    keys: Path

    async def looks(self, path: str, caller: Caller = COORDINATOR) -> httpx.Response:
        private = json.loads((self.keys / "officers.private.json").read_text())
        token = issue(private, caller, issuer="senandung", now=time.time())
        return await self.client.get(path, headers={"authorization": f"Bearer {token}"})

    async def holds(self, *desks: Desk) -> None:
        """Write the read rows of cases as the engine does."""
        for desk in desks:
            for kind, table in desk.domain.tables.items():
                records = desk.rows(kind)
                await self.pool.copy_records_to_table(table.name, records=records, columns=kind._fields)  # type: ignore[attr-defined]  # a NamedTuple
            for alias in desk.domain.aliases(desk.state):
                await self.pool.execute("INSERT INTO aliases VALUES ($1, $2)", alias, desk.subject)


@pytest.fixture
async def office(tmp_path: Path, database: MakeDatabase) -> AsyncIterator[Office]:
    service = create(settings(tmp_path, await database(FILES)))
    async with asyncpg.create_pool(service.settings.postgres, min_size=1, max_size=2) as pool:
        ports = Ports(
            submissions=FakeSubmissions(), health=FakeHealth(), operations=FakeOperations(),
            sentence=service.wiring.sentence, registry=CollectorRegistry(),
        )  # fmt: skip
        app = app_of(service.settings, service.wiring, service.web, ports, pool)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://senandung") as client:
            yield Office(client, pool, tmp_path)


def sheltered() -> Desk:
    """A child in the RPSA since an hour after it was found."""
    desk = hearing(a_case("dinsos"))
    return desk.takes(told(AdmitChild, NIGHT + HOUR, stay=a_held_bed(desk).stay), "dinsos")


def disputed() -> Desk:
    """A child whose hand-over was reported as before it was found."""
    desk = a_case("satpol-pp").takes(told(OfferHandover, to="dinsos"), "satpol-pp")
    late = told(AcceptHandover, NIGHT - MINUTE, handover=desk.last(HandoverOffered).handover)
    return desk.takes(late, "dinsos")


async def test_dinsos_is_told_where_a_child_is(office: Office) -> None:
    await office.holds(sheltered())

    assert (await office.looks(f"/cases/{CASE}/whereabouts")).json() == {
        "kind": "house", "party": None, "house": "rpsa", "since": "2026-11-02T15:00:00Z", "disputed": False,
    }  # fmt: skip


@pytest.mark.parametrize("agency", ["polresta", "kejari", "pn", "satpol-pp", "koppaja"])
async def test_others_get_a_courteous_and_cited_no(office: Office, agency: str) -> None:
    await office.holds(sheltered())

    answer = await office.looks(f"/cases/{CASE}/whereabouts", Caller(agency, "officer", "uji-2"))

    assert answer.status_code == 403
    problem = answer.json()
    assert problem["type"].endswith("where-a-child-sleeps")
    assert "Mohon maaf" in problem["title"]
    assert problem["who_could"] == ["dinsos"]
    assert "rpsa" not in answer.text


async def test_of_a_case_that_is_not_there_others_get_the_same_no(office: Office) -> None:
    police = Caller("polresta", "officer", "uji-2")

    for name in (str(uuid4()), "kasus-1"):
        assert (await office.looks(f"/cases/{name}/whereabouts", police)).status_code == 403
        assert (await office.looks(f"/cases/{name}/whereabouts")).status_code == 404


async def test_the_two_parties_of_an_open_handover_are_told_until_it_ends(office: Office) -> None:
    desk = sheltered().takes(told(OfferHandover, NIGHT + HOUR, to="koppaja"), "dinsos")
    await office.holds(desk)

    assert (await office.looks(f"/cases/{CASE}/whereabouts", COMMUNITY)).json()["house"] == "rpsa"
    await office.pool.execute("UPDATE handovers SET status = 'declined'")
    assert (await office.looks(f"/cases/{CASE}/whereabouts", COMMUNITY)).status_code == 403


async def test_a_party_that_knows_only_its_referral_asks_by_its_id(office: Office) -> None:
    desk = sheltered().takes(told(OfferHandover, NIGHT + HOUR, to="koppaja"), "dinsos")
    await office.holds(desk)
    (referral,) = desk.domain.aliases(desk.state)

    assert (await office.looks(f"/cases/{referral}/whereabouts", COMMUNITY)).json()["kind"] == "house"


async def test_an_escort_tells_the_court_nothing(office: Office) -> None:
    await office.holds(sheltered().takes(told(DepartEscort, NIGHT + HOUR, hearing=HEARING), "dinsos"))

    assert (await office.looks(f"/cases/{CASE}/whereabouts")).json()["kind"] == "escort"
    assert (await office.looks(f"/cases/{CASE}/whereabouts", Caller("pn", "officer", "uji-4"))).status_code == 403


async def test_who_had_this_child_when_is_shown_with_act_and_rule(office: Office) -> None:
    await office.holds(sheltered())

    spells = (await office.looks(f"/cases/{CASE}/custody")).json()["spells"]

    assert [(s["kind"], s["party"], s["act"], s["rule"]) for s in spells] == [
        ("agency", "dinsos", "child-secured", "R87a"),
        ("house", None, "admitted-to-rpsa", "R74"),
    ]
    assert spells[0]["until"] == spells[1]["since"]
    assert spells[1]["until"] is None


async def test_a_dispute_is_shown_with_who_claimed_what(office: Office) -> None:
    await office.holds(disputed())

    shown = (await office.looks(f"/cases/{CASE}/custody")).json()["disputes"]

    assert [(d["held"], d["claimed"], d["act"], d["by"], d["settled"]) for d in shown] == [
        ("satpol-pp", "dinsos", "accept-handover", "dinsos", None)
    ]
    assert (await office.looks(f"/cases/{CASE}/whereabouts")).json()["disputed"] is True


async def test_how_full_the_houses_are_is_shown_without_a_child(office: Office) -> None:
    waiting = Desk(sheltered().domain, subject=UUID(int=7, version=4)).hears(found(), "cases")
    refer(waiting, child(age=18))
    await office.holds(sheltered(), waiting)

    shown = (await office.looks("/houses")).json()

    houses = {house["code"]: house for house in shown["houses"]}
    assert (houses["rpsa"]["beds"], houses["rpsa"]["admitted"], houses["rpsa"]["held"]) == (16, 1, 0)
    assert houses["rumah-singgah"]["takes_children"] is False
    assert "panti-provinsi" not in houses
    assert shown["waiting"] == {"rpsa": 1}
    assert str(CASE) not in json.dumps(shown)


@pytest.mark.parametrize(
    ("path", "caller", "status"),
    [
        (f"/cases/{CASE}/custody", Caller("polresta", "coordinator", "uji-2"), 403),
        (f"/cases/{CASE}/custody", Caller("dinsos", "companion", "uji-2"), 403),
        ("/houses", Caller("polresta", "coordinator", "uji-2"), 403),
        (f"/cases/{uuid4()}/custody", COORDINATOR, 404),
        ("/cases/kasus-1/custody", COORDINATOR, 404),
    ],
)
async def test_who_does_not_work_on_cases_is_shown_nothing(
    office: Office, path: str, caller: Caller, status: int
) -> None:
    await office.holds(sheltered())

    assert (await office.looks(path, caller)).status_code == status


async def test_while_the_database_is_away_it_says_so(office: Office) -> None:
    await office.pool.close()

    for path in (f"/cases/{CASE}/whereabouts", f"/cases/{CASE}/custody", "/houses"):
        assert (await office.looks(path)).status_code == 503


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


async def test_every_table_says_whether_it_is_derived_and_who_cleans_it(office: Office) -> None:
    tables = {table.name for table in sheltered().domain.tables.values()}

    rows = await office.pool.fetch("SELECT relname, obj_description(oid) FROM pg_class WHERE relname = ANY($1)", tables)

    assert {row[0] for row in rows} == tables
    assert all(row[1].startswith("derived: ") for row in rows)


async def test_the_columns_are_those_of_the_rows_in_their_order(office: Office) -> None:
    for kind, table in sheltered().domain.tables.items():
        query = "SELECT column_name FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position"
        columns = [row[0] for row in await office.pool.fetch(query, table.name)]
        assert columns == list(kind._fields)  # type: ignore[attr-defined]  # a NamedTuple


def test_a_refusal_is_told_in_both_languages(tmp_path: Path) -> None:
    indonesian, english = create(settings(tmp_path)).wiring.sentence("where-a-child-sleeps")

    assert "dirahasiakan" in indonesian
    assert "confidential" in english


@pytest.mark.parametrize("agency", ["polresta", "dinkes", "koppaja"])
def test_only_who_knows_cases_is_shown_them_in_an_outcome(agency: str, tmp_path: Path) -> None:
    assert create(settings(tmp_path)).web.effects(Caller(agency, "officer", "uji-1")) is (agency == "polresta")


@pytest.mark.parametrize("name", ["houses", "limits"])
def test_without_its_data_shelter_does_not_start_and_says_what_is_missing(name: str, tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="the file is missing"):
        create(settings(tmp_path, "postgresql:///none", **{name: tmp_path / "none.csv"}))


def test_no_secret_has_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", {})
    with pytest.raises(ValidationError) as missing:
        Settings()

    assert {"postgres", "token_key_file", "jwks"} <= {str(error["loc"][0]) for error in missing.value.errors()}
