"""What every mailbox holds after a story: exactly this, for a message too many is a failure."""

import pytest

from shared.contracts.directory.codes import PartyCode
from shared.contracts.model import Custodian
from tests.notifications.city import AT_THE_HOUSE, PARTIES, RAID, SIBLINGS, Post, with_agency

SATPOL, DINSOS, KOPPAJA = with_agency("satpol-pp"), with_agency("dinsos"), with_agency("koppaja")


def test_of_a_night_raid_the_public_order_unit_learns_only_of_the_handover_and_the_end() -> None:
    """R87: who took the child in, hands it over; a community and a health service are told what they need."""
    city = Post().identified("satpol-pp", secured=True, source="raid", raid=RAID, siblings=SIBLINGS).owned()
    city.secured("satpol-pp").offered(SATPOL, DINSOS).handed_over(SATPOL, DINSOS)
    city.referred("koppaja", "community-coaching").accepted("koppaja").referred("bnnk", "rehabilitation-napza")
    city.admitted().completed("koppaja").closed()

    assert city.mailboxes() == {
        "dinsos": [fact.type for fact in city.told],
        "satpol-pp": ["child-identified", "child-secured", "handover-offered", "handover-accepted", "case-closed"],
        "bnnk": ["referred", "in-protection"],
        "koppaja": ["referred", "referral-accepted", "in-protection", "referral-completed"],
    }


def test_of_a_hearing_police_learn_all_but_where_the_child_is() -> None:
    """R64, R69, R88: the body of the forum learns of the companion and the arrival, never of the house or the way."""
    city = Post().identified("polresta", source="police").owned().referred("advokat", "legal-aid")
    city.hearing("polresta").companion().admitted().departed().arrived().held().returned().closed()

    assert city.mailboxes() == {
        "dinsos": [fact.type for fact in city.told],
        "polresta": [
            "child-identified", "case-owned", "hearing-scheduled", "companion-assigned", "in-protection",
            "escorted-to-hearing", "hearing-held", "returned-from-hearing", "case-closed",
        ],
        "advokat": [
            "referred", "hearing-scheduled", "companion-assigned", "in-protection", "hearing-held", "case-closed",
        ],
    }  # fmt: skip


def test_a_court_hearing_concerns_the_court_whoever_tells_of_it() -> None:
    city = (
        Post()
        .identified()
        .hearing("kejari", "court")
        .companion("sakti-peksos")
        .departed()
        .arrived("court", "sakti-peksos")
        .held()
    )

    assert city.mailboxes() == {
        "dinsos": [fact.type for fact in city.told],
        "pn": ["hearing-scheduled", "companion-assigned", "escorted-to-hearing", "hearing-held"],
        "kejari": ["hearing-scheduled", "companion-assigned", "escorted-to-hearing", "hearing-held"],
        "sakti-peksos": [
            "companion-assigned", "escort-departed", "escort-arrived", "escorted-to-hearing", "hearing-held",
        ],
        "polresta": ["command-accepted"],
    }  # fmt: skip


def test_a_shared_case_is_told_in_full_but_for_where_the_child_is() -> None:
    """R88, R89: the victims' unit shares the case; the house it must not know."""
    city = Post().identified().referred("dp3akb", "protection").referred("bnnk", "rehabilitation-napza").admitted()
    city.discharged(Custodian(kind="family"))

    assert city.types("dp3akb") == ["referred", "referred", "in-protection", "discharged"]
    assert city.types("bnnk") == ["referred", "in-protection"]


def test_whose_referral_has_ended_hears_no_more() -> None:
    """R124: a refusal, an expiry, a withdrawal or the end of a service ends what a party may see."""
    city = Post().identified().referred("dinkes", "health").declined("dinkes").referred("dp3akb", "health")
    city.completed("dp3akb").hearing().admitted()

    assert city.types("dinkes") == ["referred", "referral-declined"]
    assert city.types("dp3akb") == ["referred", "referral-completed"]


def test_that_a_child_is_in_protection_is_said_once_and_not_at_each_of_its_ways() -> None:
    """R88: told at every movement it would tell when a child moves."""
    city = Post().identified().referred("dinkes", "health").secured("satpol-pp").handed_over(SATPOL, DINSOS).admitted()
    city.departed().arrived().returned()

    assert city.types("dinkes") == ["referred", "in-protection"]


def test_a_child_that_is_gone_is_looked_for_and_that_it_is_back_is_news() -> None:
    city = Post().identified().referred("dinkes", "health").admitted()
    city.missing().admitted()

    assert city.types("dinkes") == ["referred", "in-protection", "left-placement", "in-protection"]
    assert city.last_data("dinkes").keys() == {"occurred_at"}


@pytest.mark.parametrize("party", [p for p, profile in PARTIES.items() if profile not in {"D", "E", "B-parent"}])
def test_whoever_is_offered_a_child_learns_it(party: PartyCode) -> None:
    """R87a: both sides act, so both must know; also a party that was never asked for anything."""
    city = Post().identified().owned().clear().offered(AT_THE_HOUSE, with_agency(party))

    assert "handover-offered" in city.types(party)
    assert city.last_data(party)["receiver"]["party"] == party


def test_parties_that_do_not_take_part_are_told_nothing() -> None:
    city = Post().identified().owned().referred("dinkes", "health").admitted().hearing().held().closed()

    assert set(city.mailboxes()) == {"dinsos", "dinkes", "polresta"}
