"""Which fields of a fact a party's own system reads, by its profile."""

import pytest

from shared.contracts.codec import decode_fact, encode
from shared.contracts.directory.codes import PartyCode
from shared.contracts.model import AboutChild, Custodian
from shared.contracts.notices import NOTICE
from tests.notifications.city import BOY, PARTIES, RAID, SIBLINGS, Post, id_of

FULL = BOY.model_dump(exclude_none=True)
ASKED = {"occurred_at", "referral", "agency", "service", "answer_by"}
CHILD: dict[str, set[str]] = {
    "A": set(FULL),
    "A-shared": set(FULL),
    "A-assigned": set(FULL),
    "B": {"age_years", "sex", "home_area", "category"},
    "B-min": {"age_years", "sex"},
    "B-parent": set(),
    "C": {"age_years", "sex", "role"},
    "C-plan": {"age_years", "sex", "role"},
    "C-client": {"age_years", "sex", "role"},
    "E": set(),
    "K": {"age_years", "sex", "found_area"},
}
MORE = {"reason", "attempt", "previous", "siblings"}
"""Of the referral itself, for those who see the whole case."""


@pytest.mark.parametrize("party", [party for party, profile in PARTIES.items() if profile in CHILD])
def test_the_party_asked_reads_of_the_child_what_its_profile_allows_and_nothing_more(party: PartyCode) -> None:
    profile = PARTIES[party]
    data = Post().referred(party, previous=id_of("earlier"), siblings=SIBLINGS).last_data(party)

    about = data.pop("about_child", {})
    assert about == {name: FULL[name] for name in CHILD[profile]}
    more = MORE if profile.startswith("A") else {"siblings"} if profile.startswith("C") else set()
    assert data.keys() == ASKED | more


@pytest.mark.parametrize("party", [party for party, profile in PARTIES.items() if profile not in CHILD])
def test_a_party_that_gives_no_service_is_told_of_no_referral(party: PartyCode) -> None:
    assert Post().referred(party).types(party) == []


def test_what_is_not_known_of_a_child_is_not_there_and_not_made_up() -> None:
    data = Post().tells_referred("dinkes", AboutChild(sex="female")).last_data("dinkes")

    assert data["about_child"] == {"sex": "female"}


def test_a_notice_holds_the_opened_words_and_never_a_seal() -> None:
    city = Post().identified("satpol-pp", secured=True, source="raid", raid=RAID, siblings=SIBLINGS)

    assert city.last_data("satpol-pp") == {
        "occurred_at": "2026-11-02T14:00:00Z",
        "report": str(id_of("report")),
        "source": "raid",
        "reported_by": "satpol-pp",
        "secured_by": "satpol-pp",
        "about_child": {"age_years": 15, "sex": "male", "found_area": "64.71.03.1004"},
    }
    assert city.last_data("dinsos")["about_child"] == FULL


def test_a_part_of_an_object_may_be_shown_without_the_rest() -> None:
    """A child goes to its family: where that is, is not the shelter's partners' business; how it ended is."""
    city = Post().referred("dp3akb").discharged(Custodian(kind="family"))

    assert city.last_data("dp3akb") == {"occurred_at": "2026-11-02T14:00:00Z", "outcome": "returned-to-family"}


@pytest.mark.parametrize("party", PARTIES)
def test_every_notice_is_readable_by_its_published_type(party: PartyCode) -> None:
    city = busy_city(party)

    assert city.mail(party)
    for say in city.mail(party):
        body = say.body
        read = decode_fact(body.type, body.version, encode(body), body.variant)
        assert encode(read) == encode(body)
        assert (body.variant == NOTICE) == (body.type not in {"command-accepted", "command-refused", "in-protection"})


def test_who_acted_is_told_to_the_coordinator_alone() -> None:
    city = busy_city("polresta")

    assert {say.actor for say in city.mail("dinsos")} > {"polresta/officer/uji-7"}
    assert {say.actor for party in PARTIES if party != "dinsos" for say in city.mail(party)} == {""}


def busy_city(party: PartyCode) -> Post:
    """Much happens, and `party` has a hand in all of it."""
    city = Post().identified(party, secured=True, raid=RAID, siblings=SIBLINGS).owned().secured(party).referred(party)
    city.hearing(party).companion(party).admitted().departed().arrived(companion=party).held(party).returned()
    return city.missing().discharged(Custodian(kind="agency", party=party)).closed()
