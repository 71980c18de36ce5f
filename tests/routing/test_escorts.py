"""The child's way to a hearing and back, with its companion (R69)."""

from uuid import uuid5

from shared.contracts import placements
from shared.contracts.model import Custodian
from shared.contracts.proceedings import (
    EscortedToHearing,
    ReturnedFromHearing,
)
from tests.harness import CASE, NIGHT
from tests.routing.city import Case, a_boy, companion

ESCORT = uuid5(CASE, "escort")


def arrives(case: Case, hearing: object) -> Case:
    return case.shelter_says(placements.EscortArrived, escort=ESCORT, hearing=hearing)


def returns(case: Case, hearing: object) -> Case:
    back = Custodian(kind="house", house="rpsa-1")
    return case.shelter_says(placements.EscortReturned, escort=ESCORT, hearing=hearing, custodian=back)


def test_the_child_is_escorted_to_the_hearing_and_back() -> None:
    case = a_boy()
    hearing = case.schedules()
    companion(case, hearing)

    arrives(case, hearing)
    escorted = case.last(EscortedToHearing)
    assert (escorted.forum, escorted.companion, escorted.officer) == ("diversion", "dinsos", "peksos-1")  # R69
    assert escorted.arrived_at == NIGHT

    returns(case, hearing)
    assert case.last(ReturnedFromHearing).hearing == hearing
    assert (case.hearing().arrived_at, case.hearing().returned_at) == (NIGHT, NIGHT)


def test_a_child_that_came_without_companion_is_escorted_once_one_is_named() -> None:
    case = a_boy()
    hearing = case.schedules()

    arrives(case, hearing)
    assert case.all(EscortedToHearing) == []

    companion(case, hearing)
    assert case.last(EscortedToHearing).companion == "dinsos"


def test_a_companion_named_when_the_child_is_back_did_not_escort_it() -> None:
    case = a_boy()
    hearing = case.schedules()

    companion(returns(arrives(case, hearing), hearing), hearing)

    assert case.all(EscortedToHearing) == []
    assert len(case.all(ReturnedFromHearing)) == 1


def test_an_escort_that_turned_round_was_at_no_hearing() -> None:
    case = a_boy()
    hearing = case.schedules()

    returns(case, hearing)

    assert case.all(ReturnedFromHearing) == []


def test_another_companion_while_the_child_is_there_escorts_it_no_second_time() -> None:
    case = a_boy()
    hearing = case.schedules()
    arrives(companion(case, hearing), hearing)

    companion(case, hearing, officer="peksos-2")

    assert len(case.all(EscortedToHearing)) == 1
