"""Custody: exactly one custodian at any instant, moved by both sides' acts (R87a); what does not fit is disputed."""

from datetime import timedelta

import pytest

from services.shelter.domain.custody import CustodyRow, DisputeRow
from services.shelter.domain.handover import HandoverRow
from services.shelter.domain.line import StayRow
from shared.contracts.commands import (
    AcceptHandover,
    AdmitChild,
    DeclineHandover,
    DischargeChild,
    OfferHandover,
    ReportMissing,
)
from shared.contracts.directory.codes import PartyCode, RefusalCode
from shared.contracts.model import Custodian
from shared.contracts.placements import (
    AdmittedToRpsa,
    ChildSecured,
    CustodyDisputed,
    HandoverAccepted,
    HandoverDeclined,
)
from tests.harness import NIGHT, Desk
from tests.shelter.city import HEARING, HOLD, HOUR, MINUTE, a_case, a_held_bed, code, shelter, told
from tests.shelter.movements import DINSOS, FAMILY, RPSA, SATPOL, history, offered, sheltered


def test_who_secures_a_child_has_it_from_that_moment() -> None:
    desk = a_case("satpol-pp")

    assert desk.last(ChildSecured) == told(ChildSecured, custodian=SATPOL)
    assert history(desk) == [("agency", "satpol-pp")]


def test_a_child_nobody_secured_is_with_nobody_known() -> None:
    desk = a_case(None)

    assert not desk.all(ChildSecured)
    assert [(row.kind, row.since, row.until, row.rule) for row in desk.rows(CustodyRow)] == [
        ("unknown", NIGHT, None, "R118")
    ]


def test_custody_moves_only_when_both_sides_have_acted() -> None:
    desk = a_case("satpol-pp")

    offer = offered(desk)
    assert history(desk) == [("agency", "satpol-pp")]
    desk.now += HOUR
    desk.takes(told(AcceptHandover, desk.now, handover=offer.handover), "dinsos")

    assert desk.last(HandoverAccepted).giver == SATPOL
    assert history(desk) == [("agency", "satpol-pp"), ("agency", "dinsos")]
    rows = {row.number: row for row in desk.rows(CustodyRow)}
    assert (rows[0].until, rows[1].since, rows[1].until) == (desk.now, desk.now, None)
    assert rows[1].rule == "R87a"
    assert [row.status for row in desk.rows(HandoverRow)] == ["accepted"]


def test_who_declines_leaves_the_child_with_the_giver() -> None:
    desk = a_case("satpol-pp")
    offer = offered(desk)

    desk.takes(told(DeclineHandover, handover=offer.handover), "dinsos")

    assert desk.all(HandoverDeclined)
    assert history(desk) == [("agency", "satpol-pp")]
    assert code(desk.takes(told(AcceptHandover, handover=offer.handover), "dinsos")) == "handover-not-open"


def test_a_community_can_be_given_a_child() -> None:
    desk = a_case("dinsos")
    offer = offered(desk, "koppaja", "dinsos")

    desk.takes(told(AcceptHandover, handover=offer.handover), "koppaja")

    assert history(desk)[-1] == ("community", "koppaja")


@pytest.mark.parametrize("by", ["dinsos", "polresta", "koppaja"])
def test_only_the_custodian_offers_a_child(by: PartyCode) -> None:
    assert code(a_case("satpol-pp").takes(told(OfferHandover, to="dinsos"), by)) == "not-the-custodian"


def test_the_custodian_does_not_offer_a_child_to_itself() -> None:
    assert code(a_case("dinsos").takes(told(OfferHandover, to="dinsos"), "dinsos")) == "not-the-custodian"


def test_an_offer_to_the_same_receiver_is_made_once() -> None:
    desk = a_case("satpol-pp")
    offered(desk)

    assert code(desk.takes(told(OfferHandover, to="dinsos"), "satpol-pp")) == "already-offered"


@pytest.mark.parametrize("answer", [AcceptHandover, DeclineHandover])
def test_only_the_receiver_answers_an_offer(answer: type[AcceptHandover | DeclineHandover]) -> None:
    desk = a_case("satpol-pp")
    offer = offered(desk)

    assert code(desk.takes(told(answer, handover=offer.handover), "satpol-pp")) == "not-the-receiver"
    assert code(desk.takes(told(answer, handover=desk.draw()), "dinsos")) == "unknown-handover"


def test_an_acceptance_twice_is_refused_and_moves_nothing() -> None:
    desk = a_case("satpol-pp")
    accept = told(AcceptHandover, handover=offered(desk).handover)
    desk.takes(accept, "dinsos")

    assert code(desk.takes(accept, "dinsos")) == "handover-not-open"
    assert len(desk.all(HandoverAccepted)) == 1


def test_of_two_offers_the_first_accepted_counts_and_the_other_is_disputed() -> None:
    desk = a_case("satpol-pp")
    first, second = offered(desk, "dinsos"), offered(desk, "dp3akb")
    desk.takes(told(AcceptHandover, handover=first.handover), "dinsos")

    desk.takes(told(AcceptHandover, handover=second.handover), "dp3akb")

    dispute = desk.last(CustodyDisputed)
    assert (dispute.held, dispute.claimed) == (DINSOS, Custodian(kind="agency", party="dp3akb"))
    assert (dispute.act, dispute.by) == ("accept-handover", "dp3akb")
    assert history(desk)[-1] == ("agency", "dinsos")


def test_a_movement_told_too_late_is_disputed_and_not_lost() -> None:
    desk = a_case("satpol-pp")
    offer = offered(desk)

    desk.takes(told(AcceptHandover, NIGHT - MINUTE, handover=offer.handover), "dinsos")

    assert desk.last(CustodyDisputed).claimed == DINSOS
    assert history(desk) == [("agency", "satpol-pp")]


def test_a_dispute_is_settled_by_the_next_movement_that_fits() -> None:
    desk = a_case("satpol-pp")
    offer = offered(desk)
    desk.takes(told(AcceptHandover, NIGHT - MINUTE, handover=offer.handover), "dinsos")
    assert [row.settled for row in desk.rows(DisputeRow)] == [None]

    desk.takes(told(AcceptHandover, NIGHT + MINUTE, handover=offer.handover), "dinsos")

    assert [row.settled for row in desk.rows(DisputeRow)] == [NIGHT + MINUTE]
    assert history(desk)[-1] == ("agency", "dinsos")


def test_a_child_whom_another_party_has_not_handed_over_is_not_admitted_but_disputed() -> None:
    desk = a_case("satpol-pp")
    held = a_held_bed(desk)

    desk.takes(told(AdmitChild, stay=held.stay), "dinsos", "house")

    assert not desk.all(AdmittedToRpsa)
    assert (desk.last(CustodyDisputed).held, desk.last(CustodyDisputed).claimed) == (SATPOL, RPSA)
    assert [row.status for row in desk.rows(StayRow)] == ["held"]


def test_an_admission_told_after_its_hold_expired_is_disputed_and_not_lost() -> None:
    desk = a_case("dinsos")
    held = a_held_bed(desk)
    desk.waits(HOLD + HOUR)

    desk.takes(told(AdmitChild, NIGHT + HOUR, stay=held.stay), "dinsos", "house")

    assert desk.last(CustodyDisputed).claimed == RPSA


def test_an_admitted_child_is_with_the_house() -> None:
    assert history(sheltered()) == [("agency", "dinsos"), ("house", "rpsa")]


@pytest.mark.parametrize(
    ("agency", "role", "expected"),
    [
        ("polresta", "system", "not-permitted"),
        ("satpol-pp", "officer", "not-permitted"),
        ("dinsos", "intake", "not-permitted"),
        ("dinsos", "companion", "not-permitted"),
        ("dinsos", "house", None),
        ("dinsos", "coordinator", None),
        ("dinsos", "system", None),
    ],
)
def test_only_the_house_admits(agency: str, role: str, expected: RefusalCode | None) -> None:
    desk = a_case("dinsos")
    held = a_held_bed(desk)

    assert code(desk.takes(told(AdmitChild, stay=held.stay), agency, role)) == expected


def test_a_child_is_admitted_once() -> None:
    desk = sheltered()

    again = told(AdmitChild, stay=desk.rows(StayRow)[0].stay)

    assert code(desk.takes(again, "dinsos")) == "already-admitted"


def test_an_offer_lapses_when_the_child_is_moved_otherwise() -> None:
    desk = a_case("dinsos")
    offer = offered(desk, "dp3akb", "dinsos")
    desk.takes(told(DischargeChild, to=FAMILY, outcome="returned-to-family"), "dinsos")

    assert [row.status for row in desk.rows(HandoverRow)] == ["lapsed"]
    assert code(desk.takes(told(DeclineHandover, handover=offer.handover), "dp3akb")) == "handover-not-open"
    desk.takes(told(AcceptHandover, handover=offer.handover), "dp3akb")
    assert desk.last(CustodyDisputed).claimed.party == "dp3akb"


@pytest.mark.parametrize(
    "command",
    [
        told(OfferHandover, to="dinsos"),
        told(AdmitChild, stay=HEARING),
        told(ReportMissing),
    ],
)
def test_a_case_nobody_has_heard_of_is_unknown(command: OfferHandover) -> None:
    assert code(Desk(shelter()).takes(command, "dinsos")) == "unknown-case"


def test_who_had_this_child_when_is_one_query() -> None:
    desk = a_case("satpol-pp")
    desk.now += HOUR
    accept = told(AcceptHandover, desk.now, handover=offered(desk).handover)
    desk.takes(accept, "dinsos")
    held = a_held_bed(desk)
    desk.now += HOUR
    desk.takes(told(AdmitChild, desk.now, stay=held.stay), "dinsos")

    at = NIGHT + timedelta(minutes=90)
    had = [r for r in desk.rows(CustodyRow) if r.since <= at and (r.until is None or at < r.until)]

    assert [(row.party, row.act, row.rule) for row in had] == [("dinsos", "handover-accepted", "R87a")]
