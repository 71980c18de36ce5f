"""Closing: shelter tells intake what is open with it, or that nothing is (R150)."""

from shared.contracts.cases import ClosingRequested
from shared.contracts.commands import (
    AcceptHandover,
    AdmitChild,
    DepartEscort,
    DischargeChild,
    OfferHandover,
)
from shared.contracts.model import Custodian
from shared.contracts.placements import BedHeld, HandoverOffered, NothingOpenInShelter, StillOpenInShelter
from tests.harness import NIGHT, Desk
from tests.shelter.city import HEARING, HOUR, MINUTE, a_case, a_held_bed, child, hearing, refer, told

CLOSING = HEARING


def closing(desk: Desk) -> Desk:
    asked = told(ClosingRequested, closing=CLOSING, outcome="returned-to-family", answer_by=NIGHT + HOUR)
    return desk.hears(asked, "cases")


def kinds(desk: Desk) -> list[str]:
    return [thing.kind for thing in closing(desk).last(StillOpenInShelter).open]


def test_nothing_is_open_where_nothing_was_begun() -> None:
    desk = closing(a_case())

    assert desk.last(NothingOpenInShelter).closing == CLOSING
    assert not desk.all(StillOpenInShelter)


def test_each_thing_that_is_open_is_named_with_its_id() -> None:
    desk = hearing(a_case("dinsos"))
    held = a_held_bed(desk)
    assert kinds(desk) == ["hold"]
    assert desk.last(StillOpenInShelter).open[0].id == held.stay

    desk.takes(told(AdmitChild, stay=held.stay), "dinsos")
    assert kinds(desk) == ["stay"]

    desk.takes(told(DepartEscort, hearing=HEARING), "dinsos")
    desk.takes(told(OfferHandover, to="lapas"), "dinsos")
    assert kinds(desk) == ["stay", "handover", "escort"]

    desk.takes(told(AcceptHandover, NIGHT - MINUTE, handover=desk.last(HandoverOffered).handover), "lapas")
    assert kinds(desk) == ["stay", "handover", "escort", "custody-dispute"]

    desk.takes(told(AcceptHandover, handover=desk.last(HandoverOffered).handover), "lapas")
    assert closing(desk).all(NothingOpenInShelter)


def test_what_has_ended_is_not_open() -> None:
    desk = a_case("dinsos")
    desk.takes(told(AdmitChild, stay=a_held_bed(desk).stay), "dinsos")
    desk.takes(told(DischargeChild, to=Custodian(kind="family"), outcome="returned-to-family"), "dinsos")

    assert closing(desk).all(NothingOpenInShelter)


def test_a_place_in_the_line_keeps_no_case_open() -> None:
    desk = a_case()
    refer(desk, child(age=18))
    assert not desk.all(BedHeld)

    assert closing(desk).all(NothingOpenInShelter)
