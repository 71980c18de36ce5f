"""Categories: one case, many assertions (R10)."""

from uuid import UUID, uuid4

import pytest

from services.intake.domain.category import CategoryRow, reported
from services.intake.domain.report import ReportRow
from shared.contracts.cases import CategoryConfirmed, CategoryProposed, CategoryWithdrawn
from shared.contracts.commands import ConfirmCategory, ProposeCategory, ReportedChild, WithdrawCategory
from shared.contracts.model import AboutChild, Command
from tests.harness import CASE, Desk
from tests.intake.city import RAPAK, a_case, told

AMPK = AboutChild(category="AMPK", national_code="AMPK-4")


def proposed(city: Desk, about: AboutChild = AMPK, by: str = "koppaja") -> UUID:
    return city.takes(told(ProposeCategory, about_child=about), by).last(CategoryProposed).assertion


def confirm(city: Desk, **fields: object) -> Desk:
    return city.takes(told(ConfirmCategory, **fields), "dinsos", "intake")


def status(city: Desk) -> dict[str, str]:
    return {row.category: row.status for row in city.rows(CategoryRow)}


def code(city: Desk) -> str:
    return city.refusal.code if city.refusal else ""


def test_the_category_in_a_report_is_a_proposal() -> None:
    row = a_case(by="koppaja").rows(CategoryRow)[0]

    assert (row.assertion, row.category, row.asserted_by, row.status) == (reported(CASE), "AT", "koppaja", "proposed")


def test_a_report_without_a_category_proposes_none() -> None:
    assert a_case(children=(ReportedChild(),)).rows(CategoryRow) == []


def test_a_case_can_have_several_categories_at_once() -> None:
    city = a_case()
    proposed(city)
    confirm(city)

    assert status(city) == {"AT": "confirmed", "AMPK": "proposed"}


def test_confirming_without_naming_anything_confirms_what_the_report_proposed() -> None:
    said = confirm(a_case())

    assert said.last(CategoryConfirmed).assertion == reported(CASE)
    assert said.said[-1].about is not None
    assert said.said[-1].about.category == "AT"


def test_a_confirmation_carries_all_that_is_known_of_the_child_by_then() -> None:
    city = a_case()
    confirm(city, assertion=proposed(city), about_child=AboutChild(age_years=13, home_area="64.72"))

    about = city.said[-1].about
    assert about == AboutChild(
        age_years=13, sex="male", found_area=RAPAK, home_area="64.72", category="AMPK", national_code="AMPK-4"
    )
    assert city.rows(ReportRow)[0].age_years == 13


def test_dinsos_may_state_a_category_that_nobody_proposed() -> None:
    city = confirm(a_case(), about_child=AboutChild(category="NAPZA"))

    assert status(city) == {"AT": "proposed", "NAPZA": "confirmed"}
    assert city.rows(CategoryRow)[1].asserted_by == "dinsos"


def test_stating_a_category_that_somebody_proposed_confirms_that_proposal() -> None:
    city = a_case()
    assertion = proposed(city)

    assert confirm(city, about_child=AboutChild(category="AMPK")).last(CategoryConfirmed).assertion == assertion


@pytest.mark.parametrize("withdraw_first", [False, True])
def test_a_category_withdrawn_can_be_proposed_and_confirmed_anew(*, withdraw_first: bool) -> None:
    city = a_case()
    first = proposed(city)
    if not withdraw_first:
        confirm(city, assertion=first)
    city.takes(told(WithdrawCategory, assertion=first), "dinsos")
    second = proposed(city)
    confirm(city, assertion=second)

    assert second != first
    assert [(r.assertion, r.status) for r in city.rows(CategoryRow)[1:]] == [
        (first, "withdrawn"),
        (second, "confirmed"),
    ]
    assert city.last(CategoryWithdrawn).assertion == first


@pytest.mark.parametrize(("command", "refused"), [
    (told(ProposeCategory, about_child=AboutChild(age_years=9)), "malformed"),
    (told(ProposeCategory, about_child=AboutChild(category="AT")), "already-proposed"),
    (told(ConfirmCategory, assertion=CASE), "unknown-category"),
    (told(ConfirmCategory, assertion=reported(CASE),
                     about_child=AboutChild(category="ABT")), "unknown-category"),
    (told(ConfirmCategory, about_child=AboutChild(found_area="64.99")),
     "not-in-directory"),
    (told(WithdrawCategory, assertion=CASE), "unknown-category"),
])  # fmt: skip
def test_what_cannot_be_done_is_refused_with_its_reason(command: Command, refused: str) -> None:
    city = a_case(by="dinsos").takes(command, "dinsos")

    assert code(city) == refused


def test_what_is_decided_is_not_decided_again() -> None:
    city = confirm(a_case())
    assert code(confirm(city)) == "category-not-proposed"
    assert code(confirm(city, about_child=AboutChild(category="AT"))) == "category-not-proposed"

    city.takes(told(WithdrawCategory, assertion=reported(CASE)), "dinsos")
    assert code(city.takes(told(WithdrawCategory, assertion=reported(CASE)), "dinsos")) == "category-not-proposed"


def test_two_parties_may_think_the_same() -> None:
    city = a_case(by="koppaja")

    assert proposed(city, AboutChild(category="AT"), by="dinsos") != reported(CASE)


def test_a_child_of_a_raid_becomes_no_offender_later_either() -> None:
    """R87b: such a matter is reported by the police, apart."""
    city = a_case(by="satpol-pp", source="raid")
    suspect = AboutChild(category="ABH", role="offender")

    assert code(city.takes(told(ProposeCategory, about_child=suspect), "satpol-pp")) == "no-offender-by-raid"
    assert code(confirm(city, about_child=suspect)) == "no-offender-by-raid"


def test_a_withdrawal_that_fits_nothing_is_passed_over() -> None:
    """A fact that was said cannot be refused."""
    city = a_case()
    before = city.state

    city.hears(told(CategoryWithdrawn, assertion=uuid4()), "cases")

    assert city.state == before
