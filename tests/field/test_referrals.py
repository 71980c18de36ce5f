"""The field's bugs in the life of a referral, at the desk of routing."""

from itertools import product
from uuid import UUID, uuid4

from shared.contracts import commands
from shared.contracts.model import Command
from shared.contracts.referrals import ReferralAccepted, ReferralCompleted
from tests.routing.city import Case, a_case, told


def asked() -> tuple[Case, UUID]:
    """A case in which dinkes is asked for health care."""
    case = a_case()
    return case, case.referral("health")


def act(name: str, referral: UUID) -> tuple[Command, str, str]:
    """A command about a referral, and who may give it."""
    of = {"referral": referral}
    return {
        "acknowledge": (told(commands.AcknowledgeReferral, **of), "dinkes", "officer"),
        "accept": (told(commands.AcceptReferral, **of), "dinkes", "officer"),
        "decline": (told(commands.DeclineReferral, **of, reason="no-capacity"), "dinkes", "officer"),
        "start": (told(commands.StartService, **of), "dinkes", "officer"),
        "complete": (told(commands.CompleteReferral, **of, outcome="service-given"), "dinkes", "officer"),
        "withdraw": (told(commands.WithdrawReferral, **of, reason="need-met"), "dinsos", "coordinator"),
    }[name]


def test_double_accept_is_told_that_the_referral_was_accepted_and_nothing_more_is_said() -> None:
    case, id_ = asked()
    case.takes(*act("accept", id_))

    case.takes(*act("accept", id_))

    assert case.refused() == "already-accepted"
    assert len(case.all(ReferralAccepted)) == 1


def test_accept_after_revoke_is_refused_and_the_referral_stays_withdrawn() -> None:
    case, id_ = asked()
    case.takes(*act("withdraw", id_))

    case.takes(*act("accept", id_))

    assert case.refused() == "referral-not-open"
    assert case.all(ReferralAccepted) == []
    assert case.referrals()[id_].status == "withdrawn"


def test_done_before_accept_is_refused_and_the_referral_is_still_to_be_answered() -> None:
    case, id_ = asked()

    case.takes(*act("complete", id_))

    assert case.refused() == "referral-not-accepted"
    assert case.all(ReferralCompleted) == []
    assert case.referrals()[id_].status == "referred"


def test_event_for_ineligible_transition_is_never_said() -> None:
    """Any three acts in any order: one that is refused leaves neither a fact nor another state."""
    names, outcomes = ("acknowledge", "accept", "decline", "start", "complete", "withdraw"), set()
    for acts in product(names, repeat=3):
        case, id_ = asked()
        for name in acts:
            said, state = len(case.said), case.state
            case.takes(*act(name, id_))
            outcomes.add(case.refused())
            assert case.refused() is None or (len(case.said), case.state) == (said, state), (acts, name)

    assert outcomes == {None, "already-accepted", "referral-not-open", "referral-not-accepted"}


def test_referral_changed_through_another_case_s_id_is_unknown_there_and_changes_nothing() -> None:
    one, id_ = asked()
    other = Case(one.domain, subject=uuid4())
    other.is_identified().is_at_risk("high")
    said = len(other.said)

    for name in ("acknowledge", "accept", "decline", "start", "complete", "withdraw"):
        other.takes(*act(name, id_))
        assert other.refused() == "unknown-referral"

    assert len(other.said) == said
    assert one.referrals()[id_].status == "referred"
