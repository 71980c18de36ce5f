"""How a stay or the care ends: home, elsewhere, to another party, or with a child nobody can find (R80)."""

import pytest

from services.shelter.domain.line import StayRow
from shared.contracts.commands import (
    AcceptHandover,
    AdmitChild,
    DischargeChild,
    ReportMissing,
)
from shared.contracts.directory.codes import DischargeOutcome, PartyCode, RefusalCode
from shared.contracts.model import Custodian
from shared.contracts.placements import (
    Discharged,
    LeftPlacement,
)
from tests.shelter.city import a_case, a_held_bed, code, told, unit
from tests.shelter.movements import DINSOS, FAMILY, RPSA, UNKNOWN, history, offered, sheltered


def test_a_handover_out_of_a_house_ends_the_stay() -> None:
    desk = sheltered()
    offer = offered(desk, "lapas", "dinsos")

    desk.takes(told(AcceptHandover, handover=offer.handover), "lapas")

    assert desk.last(Discharged).outcome == "handed-to-agency"
    assert desk.last(Discharged).to == Custodian(kind="agency", party="lapas")
    assert not desk.rows(StayRow)
    assert history(desk) == [("agency", "dinsos"), ("house", "rpsa"), ("agency", "lapas")]


@pytest.mark.parametrize(
    ("to", "outcome"),
    [
        (FAMILY, "returned-to-family"),
        (FAMILY, "returned-to-origin"),
        (FAMILY, "kinship-care"),
        (Custodian(kind="house", house="panti"), "moved-to-institution"),
        (DINSOS, "handed-to-agency"),
        (Custodian(kind="hospital"), "moved-to-hospital"),
        (UNKNOWN, "left-on-own"),
        (Custodian(kind="hospital"), "died"),
    ],
)
def test_a_discharge_ends_the_stay_and_says_where_the_child_went(to: Custodian, outcome: DischargeOutcome) -> None:
    desk = a_case("dinsos", units=(unit(), unit("panti", range(0), kind="other")))
    desk.takes(told(AdmitChild, stay=a_held_bed(desk).stay), "dinsos")

    desk.takes(told(DischargeChild, to=to, outcome=outcome), "dinsos")

    assert desk.last(Discharged).to == to
    assert not desk.rows(StayRow)
    assert history(desk)[-1] == (to.kind, to.house or to.party)


@pytest.mark.parametrize(
    ("to", "outcome", "expected"),
    [
        (Custodian(kind="house", house="nowhere"), "moved-to-institution", "unknown-house"),
        (Custodian(kind="house", house="dewasa"), "moved-to-institution", "with-adults"),
        (Custodian(kind="house", house="aman"), "moved-to-institution", "no-hold"),
        (Custodian(kind="agency", party="polresta"), "handed-to-agency", "handover-needed"),
        (Custodian(kind="community", party="papb"), "handed-to-agency", "handover-needed"),
        (Custodian(kind="agency"), "handed-to-agency", "malformed"),
        (FAMILY, "moved-to-hospital", "malformed"),
        (Custodian(kind="family", party="polresta"), "returned-to-family", "malformed"),
        (Custodian(kind="family", house="rpsa"), "returned-to-family", "malformed"),
        (Custodian(kind="house"), "moved-to-institution", "malformed"),
    ],
)
def test_a_child_is_not_discharged_to_where_it_cannot_go(
    to: Custodian, outcome: DischargeOutcome, expected: RefusalCode
) -> None:
    adults = unit("dewasa", range(1, 9), kind="other", child_only=False, ages=(0, 99))
    desk = a_case("dinsos", units=(unit(), adults, unit("aman", kind="other")))

    assert code(desk.takes(told(DischargeChild, to=to, outcome=outcome), "dinsos")) == expected


def test_care_without_a_bed_ends_by_a_discharge_too() -> None:
    desk = a_case("dinsos")

    desk.takes(told(DischargeChild, to=FAMILY, outcome="returned-to-origin"), "dinsos", "officer")

    assert desk.last(Discharged).stay is None
    assert history(desk)[-1] == ("family", None)
    again = told(DischargeChild, to=FAMILY, outcome="returned-to-family")
    assert code(desk.takes(again, "dinsos")) == "stay-not-open"


def test_nobody_is_discharged_from_another_partys_care() -> None:
    command = told(DischargeChild, to=FAMILY, outcome="returned-to-family")

    assert code(a_case("polresta").takes(command, "dinsos")) == "not-the-custodian"
    assert code(a_case("polresta").takes(command, "polresta")) == "not-permitted"


def test_a_missing_child_is_with_nobody_known_and_its_bed_is_free() -> None:
    desk = sheltered()

    desk.takes(told(ReportMissing), "dinsos", "house")

    assert desk.last(LeftPlacement).last == RPSA
    assert not desk.rows(StayRow)
    assert history(desk)[-1] == ("unknown", None)
    assert code(desk.takes(told(ReportMissing), "dinsos")) == "not-the-custodian"


@pytest.mark.parametrize(("by", "expected"), [("satpol-pp", None), ("dinsos", None), ("polresta", "not-the-custodian")])
def test_a_child_is_reported_missing_by_who_had_it_or_by_dinsos(by: PartyCode, expected: RefusalCode | None) -> None:
    assert code(a_case("satpol-pp").takes(told(ReportMissing), by)) == expected


def test_a_missing_child_that_is_found_can_be_admitted_given_or_go_home() -> None:
    for act in range(3):
        desk = a_case("dinsos").takes(told(ReportMissing), "dinsos")
        if act == 0:
            desk.takes(told(AdmitChild, stay=a_held_bed(desk).stay), "dinsos")
        elif act == 1:
            offer = offered(desk, "polresta", "dinsos")
            desk.takes(told(AcceptHandover, handover=offer.handover), "polresta")
        else:
            desk.takes(told(DischargeChild, to=FAMILY, outcome="returned-to-family"), "dinsos")

        assert history(desk)[-1] == [("house", "rpsa"), ("agency", "polresta"), ("family", None)][act]
