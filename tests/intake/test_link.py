"""Links between cases of one child, and how soon somebody must act."""

from datetime import timedelta
from uuid import uuid5

from services.intake.domain.link import LinkRow
from services.intake.domain.risk import RiskRow
from shared.contracts.cases import RiskAssessed, SameChildLinked, SameChildUnlinked
from shared.contracts.commands import AssessRisk, LinkSameChild, UnlinkSameChild
from tests.harness import CASE, NIGHT, Desk
from tests.intake.city import a_case, told

PRIMARY, ANOTHER = uuid5(CASE, "primary"), uuid5(CASE, "another")


def linked(city: Desk, primary: object = PRIMARY) -> Desk:
    return city.takes(told(LinkSameChild, primary=primary), "dinsos", "intake")


def code(city: Desk) -> str:
    return city.refusal.code if city.refusal else ""


def test_two_cases_of_one_child_are_linked_and_both_stay() -> None:
    said = linked(a_case()).last(SameChildLinked)

    assert said.primary == PRIMARY


def test_a_link_can_be_undone_and_is_remembered() -> None:
    city = linked(a_case())
    link = city.last(SameChildLinked).link

    city.takes(told(UnlinkSameChild, link=link), "dinsos", "coordinator")

    assert city.last(SameChildUnlinked).link == link
    assert city.rows(LinkRow) == [LinkRow(CASE, link, PRIMARY, "unlinked")]


def test_a_link_that_was_undone_can_be_made_anew() -> None:
    city = linked(a_case())
    city.takes(told(UnlinkSameChild, link=city.last(SameChildLinked).link), "dinsos")

    assert [row.status for row in linked(city).rows(LinkRow)] == ["unlinked", "linked"]


def test_a_case_may_be_linked_to_several() -> None:
    assert len(linked(linked(a_case()), ANOTHER).rows(LinkRow)) == 2


def test_what_makes_no_sense_is_refused() -> None:
    city = linked(a_case())

    assert code(linked(city)) == "already-linked"
    assert code(linked(city, CASE)) == "not-a-possible-duplicate"
    assert code(city.takes(told(UnlinkSameChild, link=ANOTHER), "dinsos")) == "unknown-link"

    link = city.last(SameChildLinked).link
    city.takes(told(UnlinkSameChild, link=link), "dinsos")
    assert code(city.takes(told(UnlinkSameChild, link=link), "dinsos")) == "unknown-link"


def test_risk_is_assessed_as_often_as_it_changes_and_the_latest_assessment_counts() -> None:
    """R122."""
    city = a_case(risk="high")
    for risk, hours in (("emergency", 2), ("low", -1)):
        city.takes(told(AssessRisk, risk=risk, occurred_at=NIGHT + timedelta(hours=hours)), "dinsos")

    assert [fact.risk for fact in city.all(RiskAssessed)] == ["high", "emergency", "low"]
    assert city.rows(RiskRow) == [RiskRow(CASE, "emergency", NIGHT + timedelta(hours=2))]
