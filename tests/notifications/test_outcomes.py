"""What an agency hears of its own commands: exactly one outcome each."""

from typing import Any

import pytest

from services.notifications.domain.outcome import COMMAND_OF
from shared.contracts import commands as ask
from shared.contracts.cases import CategoryProposed, RiskAssessed, report_id
from shared.contracts.directory.codes import PartyCode
from shared.contracts.model import UNSEALED, Command
from shared.contracts.outcomes import CommandAccepted, CommandRefused
from shared.contracts.placements import CustodyDisputed
from shared.contracts.topics import COMMAND_TYPES, FACTS
from tests.harness import CASE, NIGHT
from tests.notifications.city import PARTIES, PROFILES, Post, id_of, with_agency


def refused(to: PartyCode | None, **more: Any) -> CommandRefused:
    fields = {"command": "perintah-1", "command_type": "accept-referral", "code": "already-accepted", **more}
    sentences = {"sentence_id": "Rujukan ini sudah diterima.", "sentence_en": "This referral is already accepted."}
    return CommandRefused(**{"occurred_at": NIGHT, "to": to, **sentences, **fields})


def proposed(by: PartyCode) -> CategoryProposed:
    return CategoryProposed(occurred_at=NIGHT, assertion=id_of("assertion"), by=by, about_child=UNSEALED)


@pytest.mark.parametrize("party", PARTIES)
def test_a_refusal_goes_to_whoever_sent_the_command_with_code_and_both_sentences(party: PartyCode) -> None:
    city = Post().answers(refused(party, who_could=("agency-asked",)))

    assert city.mailboxes() == {party: ["command-refused"]}
    assert city.last_data(party) == {
        "occurred_at": "2026-11-02T14:00:00Z",
        "command": "perintah-1",
        "command_type": "accept-referral",
        "to": party,
        "code": "already-accepted",
        "sentence_id": "Rujukan ini sudah diterima.",
        "sentence_en": "This referral is already accepted.",
        "who_could": ["agency-asked"],
    }
    assert city.mail(party)[0].causation == "perintah-1"


def test_the_outcome_of_a_command_that_no_agency_sent_goes_to_nobody() -> None:
    assert Post().answers(refused(None)).said == []


def test_a_command_that_came_twice_is_answered_twice() -> None:
    accepted = CommandAccepted(
        occurred_at=NIGHT, command="perintah-1", command_type="accept-referral", to="dinkes", repeated=True
    )

    assert Post().answers(accepted, "routing").last_data("dinkes")["repeated"] is True


@pytest.mark.parametrize("party", PARTIES)
def test_who_asks_about_a_case_that_is_not_its_own_learns_nothing_by_the_subject_of_the_answer(
    party: PartyCode,
) -> None:
    city = Post().identified("satpol-pp" if party != "satpol-pp" else "kejari").answers(refused(party))

    knows = party == "dinsos"
    assert (city.mail(party)[-1].alias is None) is knows


def test_the_answer_to_a_party_of_the_case_has_the_name_by_which_it_knows_the_case() -> None:
    city = Post().identified("polresta").referred("dinkes").answers(refused("polresta")).answers(refused("dinkes"))

    assert city.mail("polresta")[-1].alias is None
    assert city.mail("dinkes")[-1].alias == id_of("dinkes")


def test_the_answer_to_a_party_with_two_referrals_names_neither() -> None:
    """Which of them it asked about the answer does not say; a guess might be wrong."""
    city = Post().referred("dinkes").referred("dinkes", referral=id_of("dinkes again")).answers(refused("dinkes"))

    assert city.mail("dinkes")[-1].alias not in {None, CASE, id_of("dinkes"), id_of("dinkes again")}


def test_a_sender_that_may_see_the_effect_gets_the_effect_and_no_more() -> None:
    city = Post().referred("dinkes").clear().accepted("dinkes")

    assert city.types("dinkes") == ["referral-accepted"]
    assert city.mail("dinkes")[0].causation == "perintah-1"


def test_a_sender_that_may_not_see_the_effect_hears_that_its_command_took_effect() -> None:
    city = Post().identified("polresta").clear().tells(proposed("polresta"), by="polresta", command="usul-1")

    assert city.types("polresta") == ["command-accepted"]
    assert city.last_data("polresta") == {
        "occurred_at": city.mail("polresta")[0].body.occurred_at.isoformat().replace("+00:00", "Z"),
        "command": "usul-1",
        "command_type": "propose-category",
        "to": "polresta",
        "repeated": False,
    }


def test_a_sender_of_several_hidden_effects_hears_it_once() -> None:
    risk = RiskAssessed(occurred_at=NIGHT, risk="high")
    city = Post().identified("polresta").clear()
    city.tells(proposed("polresta"), by="polresta", command="usul-1").tells(risk, by="polresta", command="usul-1")

    assert city.types("polresta") == ["command-accepted"]


def test_a_sender_of_a_report_of_three_children_that_it_may_not_see_hears_it_once() -> None:
    """Each child has a case of its own; the command is one, and has one outcome."""
    children = [CASE, id_of("second child"), id_of("third child")]
    cities = [Post(subject=child) for child in children]
    for city in cities:
        city.identified("bappeda", report=report_id(CASE), command="lapor-3")
        city.tells(RiskAssessed(occurred_at=NIGHT, risk="high"), by="bappeda", command="lapor-3")

    assert [city.types("bappeda") for city in cities] == [["command-accepted"], [], []]


def test_a_sender_that_saw_the_first_effect_is_not_told_again_for_a_later_one() -> None:
    risk = RiskAssessed(occurred_at=NIGHT, risk="high")
    city = Post().identified("polresta", command="lapor-1").tells(risk, by="polresta", command="lapor-1")

    assert city.types("polresta") == ["child-identified"]


def test_what_a_sender_sees_only_as_less_is_not_the_effect_of_its_command() -> None:
    """A health office places a child by an act of its own: it may know that the child is safe, and that it acted."""
    city = Post().referred("dinkes").clear()
    city.handed_over(with_agency("satpol-pp"), with_agency("dinsos"), by="dinkes")

    assert city.types("dinkes") == ["in-protection", "command-accepted"]


def test_others_do_not_learn_whose_command_it_was() -> None:
    city = Post().identified("polresta").referred("dinkes").accepted("dinkes")

    assert {say.causation for say in city.mail("dinsos")} == {""}


def test_an_act_that_does_not_fit_is_answered_by_its_own_name() -> None:
    held, claimed = with_agency("dinsos"), with_agency("koppaja")
    fact = CustodyDisputed(occurred_at=NIGHT, held=held, claimed=claimed, act="report-missing", by="koppaja")
    city = Post().referred("koppaja").clear().tells(fact, by="koppaja")

    assert city.last_data("koppaja")["command_type"] == "report-missing"


def test_every_command_whose_effects_are_said_is_known_by_its_first_effect() -> None:
    silent: set[type[Command]] = {ask.AddIdentity, ask.AskWhereabouts, ask.ConfirmProcessed}

    assert set(COMMAND_OF.values()) == COMMAND_TYPES.keys() - {command.type for command in silent}
    assert set(COMMAND_OF) <= set(FACTS)


def test_every_profile_may_hear_of_its_own_commands() -> None:
    for profile in set(PARTIES.values()):
        for type_ in (CommandAccepted.type, CommandRefused.type):
            assert PROFILES.see(profile, "own", type_)
