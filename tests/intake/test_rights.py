"""Who may do what in intake."""

from uuid import uuid5

import pytest

from services.intake.domain import MAY
from services.intake.domain.category import reported
from shared.contracts.commands import (
    AddIdentity,
    AssessRisk,
    AssignWorker,
    ConfirmCategory,
    LinkSameChild,
    ProposeCategory,
    RequestClosing,
    UnlinkSameChild,
    WithdrawCategory,
)
from shared.contracts.model import AboutChild, Command, Custodian, Fact, Sealed
from shared.contracts.placements import HandoverOffered
from shared.contracts.referrals import ReferralDeclined
from tests.harness import CASE, Desk
from tests.intake.city import (
    REFERRAL,
    a_case,
    an_empty_desk,
    intake,
    owned,
    referred,
    scheduled,
    secured,
    told,
)

OTHER = uuid5(CASE, "other")
ABT = AboutChild(category="ABT")
COMMANDS = {
    "add": told(AddIdentity, identity=Sealed(kid="k", box="AA")),
    "propose": told(ProposeCategory, about_child=ABT),
    "confirm": told(ConfirmCategory, about_child=ABT),
    "withdraw": told(WithdrawCategory, assertion=reported(CASE)),
    "assess": told(AssessRisk, risk="high"),
    "link": told(LinkSameChild, primary=OTHER),
    "close": told(RequestClosing, outcome="no-need-found"),
    "take": told(AssignWorker),
}


def code(city: Desk, command: Command, agency: str, role: str = "system") -> str:
    refusal = city.takes(command, agency, role).refusal
    return refusal.code if refusal else ""


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(("role", "what"), [
    ("system", {"add", "propose", "confirm", "withdraw", "assess", "link", "close", "take"}),
    ("coordinator", {"add", "propose", "confirm", "withdraw", "assess", "link", "close", "take"}),
    ("intake", {"add", "propose", "confirm", "withdraw", "assess", "link", "close", "take"}),
    ("officer", {"add", "propose", "confirm", "withdraw", "assess", "close", "take"}),
    ("house", {"add", "propose"}),
    ("companion", {"add", "propose"}),
    ("stranger", set()),
])  # fmt: skip
def test_at_dinsos_the_role_decides(name: str, role: str, what: set[str]) -> None:
    assert code(a_case(), COMMANDS[name], "dinsos", role) == ("" if name in what else "not-permitted")


@pytest.mark.parametrize("name", COMMANDS)
def test_another_party_of_the_case_may_propose_and_tell_an_identity_and_nothing_else(name: str) -> None:
    city = a_case(by="koppaja")

    assert code(city, COMMANDS[name], "koppaja") == ("" if name in {"add", "propose"} else "not-permitted")
    assert city.refusal is None or city.refusal.who_could == ("dinsos",)


@pytest.mark.parametrize("name", COMMANDS)
def test_who_takes_no_part_in_the_case_may_nothing(name: str) -> None:
    assert code(a_case(by="koppaja"), COMMANDS[name], "papb") == "not-permitted"


@pytest.mark.parametrize(("agency", "fact", "stream"), [
    ("dp3akb", owned("dp3akb"), "referrals"),
    ("dinkes", referred("dinkes"), "referrals"),
    ("pn", scheduled(), "proceedings"),
    ("satpol-pp", secured("satpol-pp"), "placements"),
    ("polresta", told(HandoverOffered, handover=REFERRAL, giver=Custodian(kind="agency", party="satpol-pp"),
                      receiver=Custodian(kind="agency", party="polresta")), "placements"),
])  # fmt: skip
def test_whoever_owns_is_asked_hears_or_has_the_child_takes_part(agency: str, fact: Fact, stream: str) -> None:
    city = a_case()
    assert code(city, COMMANDS["propose"], agency) == "not-permitted"

    city.hears(fact, stream)

    assert code(city, COMMANDS["propose"], agency) == ""


def test_who_knows_the_case_by_its_referral_alone_may_name_it_so() -> None:
    """R120: profiles that see a referral's id never see the case's."""
    city = a_case().hears(referred("dinkes"), "referrals")

    assert list(city.domain.aliases(city.state)) == [REFERRAL]


def test_who_declined_a_referral_takes_part_no_more() -> None:
    declined = told(ReferralDeclined, referral=REFERRAL, agency="dinkes", reason="no-capacity")
    city = a_case().hears(referred("dinkes"), "referrals").hears(declined, "referrals")

    assert code(city, COMMANDS["propose"], "dinkes") == "not-permitted"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_case_that_nobody_reported_is_unknown(name: str) -> None:
    assert code(an_empty_desk(), COMMANDS[name], "dinsos") == "unknown-case"


def test_every_command_that_intake_decides_has_a_row_of_rights() -> None:
    assert {command.type for command in MAY} == intake().commands
    assert UnlinkSameChild in MAY
