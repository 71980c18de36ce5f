"""Reports: what opens a case, and what a raid may never make of a child."""

import pytest

from services.intake.domain.report import ReportRow
from shared.contracts.cases import ChildIdentified, RiskAssessed
from shared.contracts.commands import AssessRisk, ReportedChild
from shared.contracts.message import Caller
from shared.contracts.model import AboutChild
from tests.harness import CASE
from tests.intake.city import RAPAK, a_case, a_report, an_empty_desk, children_of, intake, told

YOUNGER, OLDER = (ReportedChild(siblings=1, about_child=AboutChild(age_years=age)) for age in (7, 12))
ALONE = ReportedChild(about_child=AboutChild(age_years=14))


def test_a_report_of_one_child_opens_one_case_and_needs_no_name() -> None:
    """R79, R100."""
    city = a_case(by="koppaja")

    said = city.last(ChildIdentified)
    assert (said.source, said.reported_by, said.secured_by) == ("community", "koppaja", None)
    assert (said.raid, said.siblings) == (None, None)
    assert city.said[0].about is not None
    assert city.said[0].about.category == "AT"
    assert not city.all(RiskAssessed)


def test_a_risk_told_with_the_report_is_assessed_at_once() -> None:
    """R122."""
    assert a_case(risk="emergency").last(RiskAssessed).risk == "emergency"


def test_a_report_opens_a_case_for_each_child_and_no_other_command_opens_any() -> None:
    """R87a, R118."""
    opens = intake().opens

    assert opens(a_report(YOUNGER, OLDER, ALONE)) == 3
    assert opens(told(AssessRisk, risk="low")) == 0


def test_the_children_of_a_raid_are_secured_by_who_found_them_and_share_report_and_raid() -> None:
    """R87a: one report, several children, one case each."""
    raid = children_of(a_report(YOUNGER, OLDER, ALONE, source="raid", secured=True), "satpol-pp")
    said = [child.last(ChildIdentified) for child in raid]

    assert {fact.secured_by for fact in said} == {"satpol-pp"}
    assert len({fact.report for fact in said}) == 1
    assert len({fact.raid for fact in said}) == 1
    assert [fact.raid.size for fact in said if fact.raid] == [3, 3, 3]


@pytest.mark.parametrize(("source", "children", "is_raid"), [
    ("raid", (YOUNGER, OLDER), True),
    ("punk", (YOUNGER, OLDER), True),
    ("raid", (ALONE,), False),
    ("teacher", (YOUNGER, OLDER), False),
])  # fmt: skip
def test_only_several_children_of_a_raid_make_a_raid_group(
    source: str, children: tuple[ReportedChild, ...], *, is_raid: bool
) -> None:
    """R11: punk children are found in raids too."""
    for child in children_of(a_report(*children, source=source), "satpol-pp"):
        assert (child.last(ChildIdentified).raid is not None) is is_raid


def test_children_with_the_same_number_are_siblings_and_others_are_not() -> None:
    """R84: siblings go together, so each must know the group and its size."""
    younger, alone, older = children_of(a_report(YOUNGER, ALONE, OLDER), "dinsos")

    group = younger.last(ChildIdentified).siblings
    assert group is not None
    assert group.size == 2
    assert older.last(ChildIdentified).siblings == group
    assert alone.last(ChildIdentified).siblings is None


def test_a_number_that_one_child_alone_carries_makes_no_group() -> None:
    assert a_case(children=(YOUNGER,)).last(ChildIdentified).siblings is None


def test_two_groups_of_siblings_in_one_raid_are_told_apart() -> None:
    twins = [ReportedChild(siblings=number) for number in (1, 2, 2, 1)]

    groups = [child.last(ChildIdentified).siblings for child in children_of(a_report(*twins, source="raid"), "dinsos")]

    assert groups[0] == groups[3] != groups[1] == groups[2]


def test_no_id_of_a_report_or_group_is_the_id_of_a_case() -> None:
    """A group's id is seen by others than a case's."""
    raid = children_of(a_report(YOUNGER, OLDER, source="raid"), "satpol-pp")
    cases = {child.subject for child in raid}

    for fact in (child.last(ChildIdentified) for child in raid):
        assert fact.raid is not None
        assert fact.siblings is not None
        assert not {fact.report, fact.raid.id, fact.siblings.id} & cases


@pytest.mark.parametrize("source", ["raid", "punk"])
def test_a_raid_never_makes_an_offender(source: str) -> None:
    """R87b."""
    offender = ReportedChild(about_child=AboutChild(role="offender"))

    city = an_empty_desk().takes(a_report(offender, source=source), "satpol-pp")

    assert city.refusal is not None
    assert city.refusal.code == "no-offender-by-raid"
    assert not city.said


def test_police_may_report_a_suspect() -> None:
    """R15: what a raid may not, the investigator may."""
    suspect = ReportedChild(about_child=AboutChild(age_years=15, role="offender", category="ABH"))

    assert a_case(by="polresta", children=(suspect,), source="police").rows(ReportRow)[0].role == "offender"


def test_an_area_that_the_directory_does_not_have_is_refused() -> None:
    """R103."""
    nowhere = ReportedChild(about_child=AboutChild(found_area="64.71.03.1099"))

    city = an_empty_desk().takes(a_report(nowhere), "dinsos")

    assert city.refusal is not None
    assert city.refusal.code == "not-in-directory"


def test_a_child_may_come_from_anywhere() -> None:
    """R87c: a child from Samarinda, or from a city that the directory does not list."""
    away = ReportedChild(about_child=AboutChild(home_area="73.71"))

    assert a_case(children=(away,)).rows(ReportRow)[0].home_area == "73.71"


def test_a_report_that_names_a_case_changes_nothing_in_it() -> None:
    city = a_case().takes(a_report(source="teacher"), "dinsos")

    assert city.refusal is not None
    assert city.refusal.code == "malformed"
    assert len(city.all(ChildIdentified)) == 1


def test_the_row_of_a_report_tells_all_but_the_identity() -> None:
    row = a_case(by="dp3akb", source="uptd-ppa", secured=True).rows(ReportRow)[0]

    assert (row.subject, row.reported_by, row.secured_by) == (CASE, "dp3akb", "dp3akb")
    assert (row.age_years, row.sex, row.found_area, row.home_area, row.role) == (11, "male", RAPAK, None, "none")


def test_nothing_is_read_of_a_case_that_nobody_reported() -> None:
    city = an_empty_desk()

    assert list(city.domain.rows(CASE, city.state)) == []
    assert Caller("dinsos", "system", "x").agency in city.state.parties()
