"""Escorts: out to a hearing that is set, there, and back to whom the child was with; its bed stays its own (R69)."""

import pytest

from services.shelter.domain.custody import CustodyRow
from services.shelter.domain.escort import EscortRow
from services.shelter.domain.line import StayRow
from shared.contracts.commands import (
    AcceptHandover,
    AdmitChild,
    ArriveEscort,
    DepartEscort,
    DischargeChild,
    OfferHandover,
    ReportMissing,
    ReturnEscort,
)
from shared.contracts.model import Custodian
from shared.contracts.placements import (
    CustodyDisputed,
    Discharged,
    EscortArrived,
    EscortDeparted,
    EscortReturned,
    HandoverOffered,
)
from shared.contracts.proceedings import HearingCancelled, HearingHeld
from tests.harness import NIGHT, Desk
from tests.shelter.city import HEARING, HOUR, MINUTE, a_case, a_held_bed, code, hearing, told

RPSA = Custodian(kind="house", house="rpsa")
ESCORT = Custodian(kind="escort", party="dinsos")
FAMILY = Custodian(kind="family")


def sheltered() -> Desk:
    """A boy in the RPSA whose hearing is set."""
    desk = hearing(a_case("dinsos"))
    return desk.takes(told(AdmitChild, stay=a_held_bed(desk).stay), "dinsos")


def on_the_way() -> tuple[Desk, EscortDeparted]:
    """And on the way to it."""
    desk = sheltered().takes(told(DepartEscort, hearing=HEARING), "dinsos", "companion")
    return desk, desk.last(EscortDeparted)


def custodian(desk: Desk) -> tuple[str, str | None]:
    (row,) = (row for row in desk.rows(CustodyRow) if row.until is None)
    return row.kind, row.house or row.party


def test_the_child_goes_to_its_hearing_and_comes_back_to_its_own_bed() -> None:
    desk, departed = on_the_way()
    assert (departed.origin, departed.by) == (RPSA, "dinsos")
    assert custodian(desk) == ("escort", "dinsos")

    desk.takes(told(ArriveEscort, NIGHT + HOUR, escort=departed.escort), "dinsos", "companion")
    assert desk.last(EscortArrived).hearing == HEARING
    assert custodian(desk) == ("escort", "dinsos")

    desk.takes(told(ReturnEscort, NIGHT + 2 * HOUR, escort=departed.escort), "dinsos", "house")
    assert desk.last(EscortReturned).custodian == RPSA
    assert custodian(desk) == ("house", "rpsa")
    assert [row.status for row in desk.rows(StayRow)] == ["admitted"]
    assert [(row.status, row.arrived, row.ended) for row in desk.rows(EscortRow)] == [
        ("returned", NIGHT + HOUR, NIGHT + 2 * HOUR)
    ]


def test_an_escort_that_turns_round_brings_the_child_back() -> None:
    desk, departed = on_the_way()

    desk.takes(told(ReturnEscort, NIGHT + HOUR, escort=departed.escort), "dinsos")

    assert custodian(desk) == ("house", "rpsa")


def test_nobody_leaves_for_a_hearing_that_is_not_set() -> None:
    desk = sheltered()

    assert code(desk.takes(told(DepartEscort, hearing=desk.draw()), "dinsos")) == "unknown-hearing"
    for ends in (
        told(HearingCancelled, hearing=HEARING, by="pn"),
        told(HearingHeld, hearing=HEARING, forum="court", outcome="decided", companion_present=True),
    ):
        desk = sheltered().hears(ends, "proceedings")
        assert code(desk.takes(told(DepartEscort, hearing=HEARING), "dinsos")) == "hearing-not-open"


def test_only_who_has_the_child_takes_it_to_a_hearing() -> None:
    assert code(sheltered().takes(told(DepartEscort, hearing=HEARING), "polresta")) == "not-the-custodian"
    desk = hearing(a_case("polresta"))
    assert code(desk.takes(told(DepartEscort, hearing=HEARING), "polresta")) is None
    assert custodian(desk) == ("escort", "polresta")


@pytest.mark.parametrize("role", ["intake", "nobody"])
def test_a_role_that_goes_with_no_children_takes_none(role: str) -> None:
    assert code(sheltered().takes(told(DepartEscort, hearing=HEARING), "dinsos", role)) == "not-permitted"


def test_a_child_is_on_one_way_at_a_time() -> None:
    desk, _ = on_the_way()

    assert code(desk.takes(told(DepartEscort, hearing=HEARING), "dinsos")) == "escort-under-way"


def test_only_the_escort_tells_of_its_way() -> None:
    desk, departed = on_the_way()

    for command in (ArriveEscort, ReturnEscort):
        assert code(desk.takes(told(command, escort=departed.escort), "polresta")) == "not-the-custodian"
        assert code(desk.takes(told(command, escort=desk.draw()), "dinsos")) == "escort-not-open"


def test_an_arrival_or_return_twice_is_refused() -> None:
    desk, departed = on_the_way()
    arrive, back = (told(command, escort=departed.escort) for command in (ArriveEscort, ReturnEscort))

    assert [code(desk.takes(arrive, "dinsos")) for _ in range(2)] == [None, "escort-not-open"]
    assert [code(desk.takes(back, "dinsos")) for _ in range(2)] == [None, "escort-not-open"]
    assert (len(desk.all(EscortArrived)), len(desk.all(EscortReturned))) == (1, 1)


def test_an_arrival_before_the_departure_is_disputed() -> None:
    desk, departed = on_the_way()

    desk.takes(told(ArriveEscort, NIGHT - MINUTE, escort=departed.escort), "dinsos")

    assert not desk.all(EscortArrived)
    assert (desk.last(CustodyDisputed).held, desk.last(CustodyDisputed).claimed) == (ESCORT, ESCORT)
    assert desk.last(CustodyDisputed).act == "arrive-escort"


def test_a_return_before_the_arrival_is_disputed() -> None:
    desk, departed = on_the_way()
    desk.takes(told(ArriveEscort, NIGHT + HOUR, escort=departed.escort), "dinsos")

    desk.takes(told(ReturnEscort, NIGHT + MINUTE, escort=departed.escort), "dinsos")

    assert desk.last(CustodyDisputed).claimed == RPSA
    assert custodian(desk) == ("escort", "dinsos")


def test_an_arrival_told_after_the_return_is_disputed_and_not_lost() -> None:
    desk, departed = on_the_way()
    desk.takes(told(ReturnEscort, NIGHT + HOUR, escort=departed.escort), "dinsos")

    desk.takes(told(ArriveEscort, NIGHT + MINUTE, escort=departed.escort), "dinsos")

    assert desk.last(CustodyDisputed).claimed == ESCORT


def test_a_missing_child_departs_to_no_hearing() -> None:
    desk = sheltered().takes(told(ReportMissing), "dinsos")

    desk.takes(told(DepartEscort, hearing=HEARING), "dinsos")

    assert desk.last(CustodyDisputed).held == Custodian(kind="unknown")
    assert not desk.all(EscortDeparted)


def test_from_the_hearing_a_child_may_go_home_and_its_stay_ends() -> None:
    desk, departed = on_the_way()
    desk.takes(told(ArriveEscort, escort=departed.escort), "dinsos")

    desk.takes(told(DischargeChild, to=FAMILY, outcome="returned-to-family"), "dinsos")

    assert custodian(desk) == ("family", None)
    assert not desk.rows(StayRow)
    assert [row.status for row in desk.rows(EscortRow)] == ["ended"]
    desk.takes(told(ReturnEscort, escort=departed.escort), "dinsos")
    assert desk.last(CustodyDisputed).claimed == RPSA


def test_at_the_hearing_a_child_may_be_handed_to_those_who_detain_it() -> None:
    desk, departed = on_the_way()
    desk.takes(told(ArriveEscort, escort=departed.escort), "dinsos")
    desk.takes(told(OfferHandover, to="lapas"), "dinsos")

    desk.takes(told(AcceptHandover, handover=desk.last(HandoverOffered).handover), "lapas")

    assert custodian(desk) == ("agency", "lapas")
    assert desk.last(Discharged).outcome == "handed-to-agency"
    assert [row.status for row in desk.rows(EscortRow)] == ["ended"]
