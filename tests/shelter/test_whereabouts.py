"""Where a child is, is told to Dinsos and to the two parties of an open leg, and to nobody else (R88)."""

from typing import get_args

import pytest

from shared.contracts.cases import CaseClosed, CaseReopened
from shared.contracts.commands import AcceptHandover, AdmitChild, AskWhereabouts, DepartEscort, OfferHandover
from shared.contracts.directory.codes import PartyCode
from shared.contracts.placements import HandoverOffered
from tests.harness import Desk
from tests.shelter.city import HEARING, a_case, a_held_bed, hearing, told

ASK = told(AskWhereabouts)
OTHERS = [party for party in get_args(PartyCode) if party != "dinsos"]


def sheltered() -> Desk:
    desk = hearing(a_case("dinsos"))
    return desk.takes(told(AdmitChild, stay=a_held_bed(desk).stay), "dinsos")


@pytest.mark.parametrize("party", OTHERS)
def test_no_other_party_learns_where_a_child_sleeps(party: str) -> None:
    refusal = sheltered().takes(ASK, party).refusal

    assert refusal is not None
    assert (refusal.code, refusal.who_could) == ("where-a-child-sleeps", ("dinsos",))


@pytest.mark.parametrize("role", ["system", "officer", "intake", "coordinator", "house", "companion"])
def test_dinsos_may_ask_at_any_time(role: str) -> None:
    desk = sheltered()

    assert desk.takes(ASK, "dinsos", role).refusal is None
    assert len(desk.said) == 3


def test_the_two_parties_of_a_handover_may_ask_while_it_is_open() -> None:
    desk = a_case("satpol-pp").takes(told(OfferHandover, to="polresta"), "satpol-pp")

    assert [desk.takes(ASK, party).refusal for party in ("satpol-pp", "polresta")] == [None, None]
    assert desk.takes(ASK, "kejari").refusal
    desk.takes(told(AcceptHandover, handover=desk.last(HandoverOffered).handover), "polresta")
    assert desk.takes(ASK, "satpol-pp").refusal


def test_the_court_learns_nothing_from_an_escort_on_its_way() -> None:
    desk = sheltered().takes(told(DepartEscort, hearing=HEARING), "dinsos")

    assert desk.takes(ASK, "pn").refusal
    assert desk.takes(ASK, "polresta").refusal


def test_a_closed_case_is_moved_no_more_but_may_be_asked_about() -> None:
    desk = sheltered().hears(told(CaseClosed, closing=HEARING, outcome="returned-to-family"), "cases")

    refused = desk.takes(told(OfferHandover, to="polresta"), "dinsos").refusal
    assert refused is not None
    assert refused.code == "case-closed"
    assert desk.takes(ASK, "dinsos").refusal is None
    desk.hears(told(CaseReopened, cause="x", cause_type="referred"), "cases")
    assert desk.takes(told(OfferHandover, to="polresta"), "dinsos").refusal is None
