"""How a referral is answered, begun and ended, and what silence means (R127, R145, R147)."""

from datetime import timedelta
from pathlib import Path
from shutil import copytree, ignore_patterns
from uuid import UUID

import pytest

from services.routing import policy
from services.routing.domain.answering import FAILURES
from services.routing.domain.delivery import Deliveries
from services.routing.domain.referral import AnswerBy
from services.routing.policy import Policies
from shared.contracts import commands
from shared.contracts.model import Command
from shared.contracts.outcomes import ReminderSent
from shared.contracts.referrals import (
    ReferralAccepted,
    ReferralCompleted,
    ReferralEscalated,
    ReferralExpired,
    ReferralFailed,
    ReferralReceived,
    ReferralWithdrawn,
    Referred,
    ServiceStarted,
)
from tests.harness import NIGHT
from tests.routing.city import DIRECTORY, NOBODY, TODDLER, Case, a_case, routing, told

DAY = timedelta(hours=24)


def asked() -> tuple[Case, UUID]:
    """A case in which dinkes is asked for health care within a day."""
    case = a_case()
    return case, case.referral("health")


def accepted() -> tuple[Case, UUID]:
    case, id_ = asked()
    case.takes(told(commands.AcceptReferral, referral=id_), "dinkes")
    return case, id_


def test_an_agency_says_that_it_has_seen_the_referral_and_its_answer_is_still_due() -> None:
    case, id_ = asked()

    case.takes(told(commands.AcknowledgeReferral, referral=id_), "dinkes", "officer")

    assert case.last(ReferralReceived).referral == id_
    assert AnswerBy(id_) in case.domain.deadlines(case.state)


def test_an_accepted_referral_waits_for_no_answer_any_more() -> None:
    case, id_ = accepted()

    assert case.last(ReferralAccepted).by == "agency"
    assert AnswerBy(id_) not in case.domain.deadlines(case.state)
    assert case.referrals()[id_].answered_at == NIGHT


def test_a_service_is_begun_and_ended_by_the_agency_that_accepted() -> None:
    case, id_ = accepted()

    case.takes(told(commands.StartService, referral=id_), "dinkes", "companion")
    case.takes(told(commands.CompleteReferral, referral=id_, outcome="service-given"), "dinkes")

    assert [type(say.body) for say in case.said[-2:]] == [ServiceStarted, ReferralCompleted]
    assert case.referrals()[id_].status == "completed"


@pytest.mark.parametrize("outcome", sorted(FAILURES))
def test_a_service_that_could_not_be_given_has_failed(outcome: str) -> None:
    case, id_ = accepted()

    case.takes(told(commands.CompleteReferral, referral=id_, outcome=outcome), "dinkes")

    assert case.last(ReferralFailed).outcome == outcome


def test_the_sender_takes_a_referral_back() -> None:
    case, id_ = asked()

    case.takes(told(commands.WithdrawReferral, referral=id_, reason="need-met"), "dinsos", "coordinator")

    assert case.last(ReferralWithdrawn).agency == "dinkes"
    assert case.referrals()[id_].status == "withdrawn"


ACT: dict[str, Command] = {
    "acknowledge": told(commands.AcknowledgeReferral, referral=NOBODY),
    "accept": told(commands.AcceptReferral, referral=NOBODY),
    "decline": told(commands.DeclineReferral, referral=NOBODY, reason="no-capacity"),
    "start": told(commands.StartService, referral=NOBODY),
    "complete": told(commands.CompleteReferral, referral=NOBODY, outcome="service-given"),
    "withdraw": told(commands.WithdrawReferral, referral=NOBODY, reason="need-met"),
}


def act(case: Case, name: str, id_: UUID, agency: str = "dinkes", role: str = "system") -> str | None:
    case.takes(ACT[name].model_copy(update={"referral": id_}), agency, role)
    return case.refused()


@pytest.mark.parametrize(
    ("before", "then", "code"),
    [
        ([], "start", "referral-not-accepted"),
        ([], "complete", "referral-not-accepted"),
        (["acknowledge"], "complete", "referral-not-accepted"),
        (["accept"], "accept", "already-accepted"),
        (["accept"], "decline", "already-accepted"),
        (["accept"], "acknowledge", "already-accepted"),
        (["accept", "start"], "accept", "already-accepted"),
        (["decline"], "accept", "referral-not-open"),
        (["decline"], "decline", "referral-not-open"),
        (["withdraw"], "accept", "referral-not-open"),
        (["withdraw"], "withdraw", "referral-not-open"),
        (["withdraw"], "complete", "referral-not-open"),
        (["accept", "complete"], "complete", "referral-not-open"),
        (["accept", "complete"], "start", "referral-not-open"),
        (["accept", "complete"], "withdraw", "referral-not-open"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_own_code(before: list[str], then: str, code: str) -> None:
    case, id_ = asked()
    for name in before:
        assert act(case, name, id_, "dinsos" if name == "withdraw" else "dinkes") is None
    said = len(case.said)

    assert act(case, then, id_, "dinsos" if then == "withdraw" else "dinkes") == code
    assert len(case.said) == said


@pytest.mark.parametrize(("first", "again"), [(["acknowledge"], "acknowledge"), (["accept", "start"], "start")])
def test_to_say_again_what_was_said_changes_nothing(first: list[str], again: str) -> None:
    case, id_ = asked()
    for name in first:
        act(case, name, id_)
    said = len(case.said)

    assert act(case, again, id_) is None
    assert len(case.said) == said


@pytest.mark.parametrize("name", ["acknowledge", "accept", "decline", "start", "complete"])
def test_only_the_agency_asked_answers(name: str) -> None:
    case, id_ = asked()

    assert act(case, name, id_, "dp3akb") == "not-the-agency-asked"
    assert case.who_could() == ("agency-asked",)  # a role: who was asked is not for strangers


def test_only_the_owner_of_the_case_withdraws() -> None:
    case, id_ = asked()

    assert act(case, "withdraw", id_, "dinkes") == "not-the-sender"
    assert case.who_could() == ("case-owner",)


@pytest.mark.parametrize("name", ["accept", "decline", "withdraw"])
def test_a_companion_answers_for_nobody(name: str) -> None:
    case, id_ = asked()

    assert act(case, name, id_, "dinsos" if name == "withdraw" else "dinkes", "companion") == "not-permitted"


@pytest.mark.parametrize("name", sorted(ACT))
def test_of_a_referral_that_is_not_there_everybody_is_told_so(name: str) -> None:
    case, _ = asked()

    assert act(case, name, NOBODY, "dinsos") == "unknown-referral"


def test_a_silent_agency_s_referral_expires_and_the_coordinator_is_told() -> None:
    case, id_ = asked()

    case.waits(DAY)

    assert next(each for each in case.all(ReferralExpired) if each.referral == id_).answer_by == NIGHT + DAY  # R127
    escalated = next(each for each in case.all(ReferralEscalated) if each.referral == id_)
    assert (escalated.to, escalated.cause) == ("dinsos", "no-answer")
    assert case.referrals()[id_].status == "escalated"


def test_silence_asks_the_next_agency_where_the_row_says_so() -> None:
    case = a_case()
    first = case.referral("child-care")

    case.waits(DAY)

    assert case.last(Referred).agency == "dp3akb"
    assert case.last(Referred).previous == first
    assert case.referrals()[first].escalated_to == "dinsos"
    assert [row.agency for row in case.referrals().values() if row.service == "health"] == ["dinkes"]


def test_silence_is_left_to_the_coordinator_where_the_row_says_nothing_of_it(tmp_path: Path) -> None:
    data = copytree(Path(policy.__file__).parent, tmp_path / "policy", ignore=ignore_patterns("*.py", "__pycache__"))
    table, order = data / "2026-1" / "referrals.csv", "sakti-peksos>dp3akb>dinsos,,"
    table.write_text(table.read_text().replace(f"{order}next", order))
    case = Case(routing(Policies.load(DIRECTORY, data=data))).is_identified(TODDLER).is_at_risk("high")
    case.is_confirmed(TODDLER)

    case.waits(4 * DAY)

    assert [row.agency for row in case.referrals().values() if row.service == "child-care"] == ["sakti-peksos"]
    assert {row.status for row in case.referrals().values()} == {"escalated"}


def test_silence_of_all_ends_with_the_coordinator() -> None:
    case = a_case()

    case.waits(4 * DAY)

    assert case.domain.deadlines(case.state) == {}
    assert {row.status for row in case.referrals().values()} == {"escalated"}
    assert [row.agency for row in case.referrals().values() if row.service == "child-care"] == [
        "sakti-peksos",
        "dp3akb",
        "dinsos",
    ]


def test_an_acceptance_just_before_the_time_has_passed_counts() -> None:
    case, id_ = asked()
    case.waits(DAY - timedelta(seconds=1))

    assert act(case, "accept", id_) is None
    case.waits(DAY)
    assert id_ not in {each.referral for each in case.all(ReferralExpired)}


def test_an_acceptance_after_the_time_has_passed_is_refused_and_points_to_the_coordinator() -> None:
    case, id_ = asked()
    case.waits(DAY)

    assert act(case, "accept", id_) == "referral-not-open"
    assert case.who_could() == ("coordinator",)


def test_reminders_are_counted_beside_the_referral() -> None:
    case, id_ = asked()

    for _ in range(2):
        case.hears(told(ReminderSent, agency="dinkes", referral=id_, answer_by=NIGHT + DAY), "deliveries")

    assert case.referrals()[id_].reminded == 2
    assert case.state.deliveries == Deliveries(reminded={id_: 2})


def test_which_answer_is_due_when_is_read_from_the_rows() -> None:
    case = a_case()
    act(case, "accept", case.referral("health"))

    due = {row.agency: row.answer_by for row in case.referrals().values() if row.status in {"referred", "received"}}

    assert due == {"sakti-peksos": NIGHT + DAY}


def test_agencies_name_the_case_by_their_referral() -> None:
    case, id_ = asked()

    assert id_ in set(case.domain.aliases(case.state))
