"""Where a child sleeps and moves: for Dinsos and the two parties of a leg, and for nobody else (R88)."""

import pytest

from shared.contracts.directory.codes import PartyCode
from shared.contracts.model import Custodian
from tests.notifications.city import AT_THE_HOUSE, HOUSE, PARTIES, Post, with_agency

OTHERS = [party for party in PARTIES if party != "dinsos"]


def read_by(city: Post, party: str) -> str:
    return str(city.data(party))


@pytest.mark.parametrize("party", OTHERS)
def test_nobody_but_dinsos_learns_the_house_however_much_it_takes_part(party: PartyCode) -> None:
    city = Post().identified(party, secured=True).owned().secured(party).referred(party).hearing(party).bed_held()
    city.offered(with_agency(party), with_agency("dinsos")).handed_over(with_agency(party), with_agency("dinsos"))
    city.admitted().arrived_at_court().missing().discharged(Custodian(kind="family")).closed()

    assert HOUSE not in read_by(city, party)
    assert HOUSE in read_by(city, "dinsos")


@pytest.mark.parametrize("party", OTHERS)
def test_of_a_way_that_is_not_its_own_nobody_learns_departure_return_or_route(party: PartyCode) -> None:
    city = Post().identified(party).owned().referred(party).hearing(party).clear().departed().returned()

    assert not {"escort-departed", "escort-arrived", "escort-returned"} & set(city.types(party))
    assert "escort-departed" in city.types("dinsos")


def test_the_companion_is_of_the_way_and_learns_it() -> None:
    city = Post().identified().hearing().companion("sakti-peksos").departed()

    assert city.last_data("sakti-peksos")["origin"] == {"kind": "house", "house": HOUSE}


def test_a_companion_who_was_replaced_is_of_that_way_no_more() -> None:
    city = Post().identified().hearing().companion("sakti-peksos").companion("bapas").clear().departed().held()

    assert city.types("sakti-peksos") == []
    assert city.types("bapas") == ["hearing-held"]


def test_both_parties_of_a_handover_learn_who_gives_and_who_receives() -> None:
    city = Post().identified().referred("koppaja").handed_over(AT_THE_HOUSE, with_agency("koppaja"))

    assert city.last_data("koppaja")["giver"] == {"kind": "house", "house": HOUSE}
    assert city.last_data("koppaja")["receiver"] == {"kind": "community", "party": "koppaja"}


def test_who_takes_part_in_the_case_but_not_in_the_handover_learns_only_that_the_child_is_safe() -> None:
    city = Post().identified("polresta").referred("bnnk").clear()
    city.handed_over(with_agency("satpol-pp"), with_agency("dp3akb"))

    assert city.mailboxes() == {
        "dinsos": ["handover-accepted"],
        "dp3akb": ["handover-accepted"],
        "satpol-pp": ["handover-accepted"],
        "bnnk": ["in-protection"],
        "polresta": ["in-protection"],
    }
    assert city.last_data("bnnk").keys() == city.last_data("polresta").keys() == {"occurred_at"}


def test_the_time_of_that_notice_is_when_it_was_said_and_not_when_the_child_moved() -> None:
    city = Post().identified().referred("bnnk").admitted()

    assert city.last_data("bnnk")["occurred_at"] != city.last_data("dinsos")["occurred_at"]
    assert city.mail("bnnk")[-1].body.occurred_at == city.now


def test_who_had_a_child_before_it_went_into_the_house_is_no_party_of_its_later_ways() -> None:
    city = Post().identified().referred("koppaja").secured("koppaja").admitted().completed("koppaja").clear()
    city.discharged(Custodian(kind="family"))

    assert city.mailboxes() == {"dinsos": ["discharged"]}


def test_who_brings_a_child_home_learns_that_it_is_home() -> None:
    """Its last custodian is the giver of that leg."""
    city = Post().identified().referred("koppaja").secured("koppaja").clear()
    city.discharged(Custodian(kind="family"), by="koppaja")

    assert city.last_data("koppaja")["to"] == {"kind": "family"}
