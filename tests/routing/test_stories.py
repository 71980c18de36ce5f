"""What routing says in the stories that the demonstration tells, under the demonstration's policy."""

from dataclasses import replace
from datetime import timedelta

from shared.contracts import commands, placements
from shared.contracts.model import AboutChild
from shared.contracts.proceedings import EscortedToHearing, ReturnedFromHearing
from shared.contracts.referrals import (
    ReferralAccepted,
    ReferralEscalated,
    ReferralExpired,
    Referred,
)
from tests.harness import NIGHT
from tests.routing.city import (
    NOBODY,
    OFFENDER,
    POLICIES,
    SAMARINDA,
    STREET_DWELLER,
    STREET_WORKER,
    TODDLER,
    Case,
    routing,
    siblings,
    told,
)

DEMO = routing(replace(POLICIES, chosen="demo"))
SECONDS = timedelta(seconds=15)


def raided(about: AboutChild, **more: object) -> Case:
    """One of the children whom the public order unit secured in the night."""
    reported = about.model_copy(update={"category": None, "national_code": None})
    case = Case(DEMO).is_identified(reported, source="raid", reported_by="satpol-pp", secured_by="satpol-pp", **more)
    return case.is_at_risk("medium").is_confirmed(about)


def test_of_the_four_children_of_the_raid_each_goes_its_own_way() -> None:
    elder, younger = (raided(STREET_DWELLER, siblings=siblings()) for _ in range(2))
    girl = raided(STREET_WORKER)
    guest = raided(STREET_WORKER.model_copy(update={"home_area": SAMARINDA}))

    assert elder.asked() == younger.asked() == [("dinsos", "shelter-rpsa")]
    assert elder.last(Referred).siblings == younger.last(Referred).siblings == siblings()  # R84
    assert girl.asked() == [("papb", "community-coaching")]
    assert guest.asked() == [("dinsos", "return-to-origin")]
    assert {case.owner() for case in (elder, younger, girl, guest)} == {"dinsos"}


def test_the_boy_is_sheltered_and_accompanied_to_both_hearings_and_back() -> None:
    case = Case(DEMO).is_identified(OFFENDER, source="police", reported_by="polresta").is_at_risk("high")
    case.is_confirmed(OFFENDER)
    assert case.asked() == [("dinsos", "shelter-rpsa"), ("dinsos", "accompaniment")]
    case.bed_held(case.referral("shelter-rpsa"))
    case.takes(told(commands.AcceptReferral, referral=case.referral("accompaniment")), "dinsos")

    for forum, by in (("diversion", "polresta"), ("court", "pn")):
        hearing = case.schedules("diversion" if forum == "diversion" else "court", by, timedelta(hours=1))
        case.takes(told(commands.AssignCompanion, hearing=hearing, officer="peksos-1"), "dinsos")
        case.shelter_says(placements.EscortArrived, escort=NOBODY, hearing=hearing)
        case.takes(told(commands.RecordHearing, hearing=hearing, outcome="not-agreed"), by)
        case.shelter_says(
            placements.EscortReturned, escort=NOBODY, hearing=hearing, custodian={"kind": "house", "house": "rpsa"}
        )

    assert [each.forum for each in case.all(EscortedToHearing)] == ["diversion", "court"]
    assert len(case.all(ReturnedFromHearing)) == 2


def test_the_toddler_is_taken_by_the_second_agency_and_a_silent_one_is_escalated() -> None:
    case = Case(DEMO).is_identified(TODDLER, source="community").is_at_risk("high").is_confirmed(TODDLER)
    assert case.last(Referred).answer_by == NIGHT + SECONDS
    assert case.last(Referred).reason.version == "demo"

    case.takes(
        told(commands.DeclineReferral, referral=case.referral("child-care"), reason="no-capacity"), "sakti-peksos"
    )
    case.takes(told(commands.AcceptReferral, referral=case.referral("child-care")), "dp3akb")
    case.waits(SECONDS)

    assert case.last(ReferralAccepted).agency == "dp3akb"
    assert [each.agency for each in case.all(ReferralExpired)] == ["dinkes"]
    assert [(each.agency, each.to) for each in case.all(ReferralEscalated)] == [("dinkes", "dinsos")]
