"""Under which id a party knows a case: one that two agencies cannot join by, where that is what its profile says."""

from collections.abc import Iterator

import pytest

from shared.contracts.codec import encode
from shared.contracts.directory.codes import PartyCode
from shared.contracts.message import Say
from shared.contracts.referrals import ReferralDeclined
from tests.harness import CASE
from tests.notifications.city import PARTIES, PROFILES, RAID, SIBLINGS, Post, id_of
from tests.notifications.test_fields import busy_city

BLIND = [party for party, profile in PARTIES.items() if PROFILES.subject(profile) != "case"]
KNOWING = [party for party in PARTIES if party not in BLIND]


def ids(say: Say) -> Iterator[str]:
    """All by which a reader could join: subject, who acted, what caused it, and the data."""
    yield str(say.alias or CASE)
    yield from (say.actor, say.causation, encode(say.body).decode())


@pytest.mark.parametrize("party", BLIND)
def test_a_party_that_must_not_join_never_gets_the_case_id_anywhere(party: PartyCode) -> None:
    for say in busy_city(party).mail(party):
        for text in ids(say):
            assert str(CASE) not in text


@pytest.mark.parametrize("party", BLIND)
def test_two_parties_that_must_not_join_share_no_id_at_all(party: PartyCode) -> None:
    other: PartyCode = "dinkes" if party != "dinkes" else "disdikbud"
    city = Post().identified(siblings=SIBLINGS, raid=RAID).referred(party, siblings=SIBLINGS)
    city.referred(other, siblings=SIBLINGS, previous=id_of(party)).admitted()

    known = {str(id_of(name)) for name in ("dinsos", "report", "stay", party, other)} | {
        str(CASE), str(RAID.id), str(SIBLINGS.id), *(city.ids_of_facts()),
    }  # fmt: skip
    told: dict[str, set[str]] = {party: set(), other: set()}
    for reader in told:
        text = " ".join(part for say in city.mail(reader) for part in ids(say))
        told[reader] = {name for name in known if name in text}
    assert told[other] == {str(id_of(other))}
    assert told[party] <= {str(id_of(party))}


@pytest.mark.parametrize("party", [p for p in BLIND if PARTIES[p] != "D"])
def test_a_party_that_was_asked_knows_the_case_by_its_referral(party: PartyCode) -> None:
    city = Post().identified().referred(party).admitted()

    assert {say.alias for say in city.mail(party)} == {id_of(party)}


@pytest.mark.parametrize("party", KNOWING)
def test_a_party_that_may_know_the_case_knows_it_by_its_own_id(party: PartyCode) -> None:
    city = Post().identified(party, secured=True).secured(party)

    assert {say.alias for say in city.mail(party)} == {None}


def test_a_party_asked_twice_is_told_of_each_referral_under_its_own_id_and_of_the_rest_under_the_last_open_one() -> (
    None
):
    first, second = id_of("dinkes"), id_of("dinkes again")
    city = Post().referred("dinkes", "health").referred("dinkes", "mental-health", referral=second)
    city.accepted("dinkes").admitted()

    assert [say.alias for say in city.mail("dinkes")] == [first, second, first, second]


def test_a_party_that_was_never_asked_gets_an_id_that_says_nothing_and_another_each_time() -> None:
    """It took a child in: what it does next finds the case by the opaque `ce_after`."""
    city = Post().identified("koppaja", secured=True).secured("koppaja")
    aliases = [say.alias for say in city.mail("koppaja")]

    assert city.types("koppaja") == ["command-accepted", "child-secured"]
    assert len(set(aliases)) == 2
    assert not {str(CASE), "None", *city.ids_of_facts()} & set(map(str, aliases))


def test_of_a_child_whom_a_party_cannot_name_it_is_told_nothing() -> None:
    """Who only reported, is no party of what follows."""
    city = Post().identified("koppaja").clear().admitted()

    assert city.types("koppaja") == []


def test_referrals_are_names_under_which_commands_may_come() -> None:
    city = Post().identified().referred("dinkes").referred("koppaja").completed("koppaja")

    assert set(city.domain.aliases(city.state)) == {id_of("dinkes"), id_of("koppaja")}


def test_a_party_of_whose_referrals_the_last_has_ended_is_told_of_the_rest_under_the_one_that_is_open() -> None:
    first, second = id_of("dinkes"), id_of("dinkes again")
    city = Post().referred("dinkes", "health").referred("dinkes", "mental-health", referral=second)
    ended = ReferralDeclined(occurred_at=city.now, referral=second, agency="dinkes", reason="no-capacity")
    city.tells(ended, by="dinkes").admitted()

    assert [say.alias for say in city.mail("dinkes")] == [first, second, second, first]
