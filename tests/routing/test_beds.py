"""A referral for a bed: answered by the house, by nobody's hand (R74, R76, R80)."""

from datetime import timedelta

import pytest

from shared.contracts import commands, placements
from shared.contracts.model import Custodian
from shared.contracts.referrals import (
    ReferralAccepted,
    ReferralCompleted,
    ReferralEscalated,
    ReferralExpired,
    ReferralFailed,
    ReferralReceived,
    ReferralWithdrawn,
    ServiceStarted,
)
from tests.harness import NIGHT
from tests.routing.city import NOBODY, Case, a_street_dweller, told

DAY = timedelta(hours=24)


def admitted() -> Case:
    case = a_street_dweller()
    id_ = case.referral("shelter-rpsa")
    return case.bed_held(id_).shelter_says(placements.AdmittedToRpsa, stay=NOBODY, house="rpsa-1", referral=id_)


def test_a_held_bed_accepts_the_referral() -> None:
    case = a_street_dweller()

    case.bed_held(case.referral("shelter-rpsa"))

    accepted = case.last(ReferralAccepted)
    assert (accepted.by, accepted.agency, accepted.occurred_at) == ("bed-held", "dinsos", NIGHT)
    assert case.domain.deadlines(case.state) == {}


@pytest.mark.parametrize(
    "command",
    [
        told(commands.AcceptReferral, referral=NOBODY),
        told(commands.StartService, referral=NOBODY),
        told(commands.CompleteReferral, referral=NOBODY, outcome="service-given"),
    ],
)
def test_nobody_s_hand_accepts_begins_or_ends_it(command: commands.AcceptReferral) -> None:
    case = a_street_dweller()

    case.takes(command.model_copy(update={"referral": case.referral("shelter-rpsa")}), "dinsos")

    assert (case.refused(), case.who_could()) == ("not-permitted", ("house-staff",))


def test_a_second_bed_for_the_same_referral_accepts_nothing_again() -> None:
    case = a_street_dweller()
    id_ = case.referral("shelter-rpsa")

    case.bed_held(id_).bed_held(id_)

    assert len(case.all(ReferralAccepted)) == 1


def test_a_bed_held_for_a_referral_that_was_withdrawn_accepts_nothing() -> None:
    case = a_street_dweller()
    id_ = case.referral("shelter-rpsa")
    case.takes(told(commands.WithdrawReferral, referral=id_, reason="need-met"), "dinsos")

    case.bed_held(id_)

    assert case.all(ReferralAccepted) == []


def test_a_child_on_the_waiting_list_is_received_and_its_answer_still_due() -> None:
    case = a_street_dweller()
    id_ = case.referral("shelter-rpsa")

    case.shelter_says(placements.Waitlisted, referral=id_, house_kind="rpsa")

    assert case.last(ReferralReceived).referral == id_
    assert len(case.domain.deadlines(case.state)) == 1


def test_a_child_without_a_bed_in_time_keeps_its_place_and_the_coordinator_is_told() -> None:
    case = a_street_dweller()
    id_ = case.referral("shelter-rpsa")
    case.shelter_says(placements.Waitlisted, referral=id_, house_kind="rpsa").waits(DAY)

    assert case.last(ReferralEscalated).cause == "no-bed"
    assert case.all(ReferralExpired) == []
    assert case.bed_held(id_).last(ReferralAccepted).referral == id_


def test_admission_begins_the_service_and_discharge_ends_it() -> None:
    case = admitted()
    assert case.last(ServiceStarted).referral == case.referral("shelter-rpsa")

    case.discharged()

    assert case.last(ReferralCompleted).outcome == "service-given"


def test_a_bed_that_answers_two_referrals_begins_and_ends_both() -> None:
    case = a_street_dweller()
    first = case.referral("shelter-rpsa")
    case.bed_held(first).owner_refers("dinsos", "shelter-rpsa")
    assert case.refused() == "already-referred"

    case.owner_refers("dinsos", "child-care", "rpsa")
    second = case.referral("child-care")
    case.bed_held(second).shelter_says(placements.AdmittedToRpsa, stay=NOBODY, house="rpsa-1", referral=first)
    case.discharged()

    assert {each.referral for each in case.all(ServiceStarted)} == {first, second}
    assert {each.referral for each in case.all(ReferralCompleted)} == {first, second}


def test_who_left_without_telling_was_not_served_to_the_end() -> None:
    case = admitted().discharged("left-on-own")

    assert case.last(ReferralFailed).outcome == "child-or-caregiver-stopped"


def test_a_child_that_disappears_from_its_bed_is_the_coordinator_s_to_look_for() -> None:
    case = admitted().shelter_says(placements.LeftPlacement, stay=NOBODY, last=Custodian(kind="house", house="rpsa-1"))

    assert case.last(ReferralFailed).outcome == "child-or-caregiver-stopped"
    assert case.last(ReferralEscalated).cause == "left-placement"


def test_a_discharge_without_a_stay_ends_no_referral() -> None:
    case = a_street_dweller()

    case.shelter_says(placements.Discharged, stay=None, to=Custodian(kind="family"), outcome="returned-to-family")

    assert case.all(ReferralCompleted) == []


def test_a_hold_that_lapsed_is_escalated() -> None:
    case = a_street_dweller()
    id_ = case.referral("shelter-rpsa")

    case.bed_held(id_).shelter_says(placements.HoldExpired, stay=NOBODY, referral=id_)

    assert case.last(ReferralFailed).outcome == "child-did-not-come"
    assert case.last(ReferralEscalated).cause == "hold-expired"
    assert case.referrals()[id_].status == "escalated"


@pytest.mark.parametrize(
    ("fact", "fields"), [(placements.HoldReleased, {"stay": NOBODY}), (placements.LeftWaitingList, {})]
)
def test_a_bed_that_is_no_longer_needed_withdraws_the_referral(
    fact: type[placements.HoldReleased], fields: dict[str, object]
) -> None:
    case = a_street_dweller()

    case.shelter_says(fact, referral=case.referral("shelter-rpsa"), **fields)

    assert case.last(ReferralWithdrawn).reason == "situation-changed"


def test_what_shelter_says_of_a_referral_never_said_changes_nothing() -> None:
    case = a_street_dweller()
    said = len(case.said)

    case.bed_held(NOBODY).shelter_says(placements.HoldExpired, stay=NOBODY, referral=NOBODY)
    case.shelter_says(placements.Waitlisted, referral=NOBODY, house_kind="rpsa")
    case.shelter_says(placements.LeftWaitingList, referral=NOBODY)

    assert len(case.said) == said
