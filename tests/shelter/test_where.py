"""Where a child is, by HTTP: told to whom it concerns, and a courteous no to all others (R88)."""

import json
from uuid import UUID, uuid4

import pytest

from shared.contracts.commands import (
    AcceptHandover,
    AdmitChild,
    DepartEscort,
    OfferHandover,
)
from shared.contracts.message import Caller
from shared.contracts.placements import HandoverOffered
from tests.harness import CASE, NIGHT, Desk
from tests.office import COORDINATOR, Office
from tests.shelter.city import HEARING, HOUR, MINUTE, a_case, a_held_bed, child, found, hearing, refer, told

COMMUNITY = Caller("koppaja", "officer", "uji-3")


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
