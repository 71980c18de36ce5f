"""Policy that cannot be used is refused at the start, in a sentence that says where and what to do."""

from pathlib import Path
from shutil import copytree

import pytest

from services.routing import policy
from services.routing.policy import Policies, PolicyError
from tests.routing.city import DIRECTORY

DATA = Path(policy.__file__).parent
ROW = "x,AT,,,,,,,,,health,dinkes,,,,R2,seen,"
"""A row of `referrals.csv` with nothing wrong."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return copytree(DATA, tmp_path / "policy", ignore=lambda _, names: [n for n in names if n.endswith(".py")])


def put(row: str, data: Path, file: str = "2026-1/referrals.csv", at: int = 1) -> None:
    """Write a row into a file, after so many lines."""
    lines = (data / file).read_text().splitlines()
    (data / file).write_text("\n".join([*lines[:at], row, *lines[at:]]) + "\n")


def change(data: Path, file: str, old: str, new: str) -> None:
    text = (data / file).read_text()
    assert old in text
    (data / file).write_text(text.replace(old, new))


def problem(data: Path) -> str:
    with pytest.raises(PolicyError) as raised:
        Policies.load(DIRECTORY, data=data)
    return str(raised.value)


def test_a_copy_of_the_packaged_policy_is_as_good(data: Path) -> None:
    put(ROW, data)

    assert len(Policies.load(DIRECTORY, data=data).versions["2026-1"].rules) == 26


@pytest.mark.parametrize(
    ("cell", "instead", "message"),
    [
        ("AT", "JALANAN", "category 'JALANAN' is not known; use one of: ABT AT"),
        ("AT", "AT AT", "column category names a code twice; name each once"),
        ("AT,", "AT,AKTK", "AKTK does not belong to AT; name a category of it: AKTK ADS"),
        ("AT,,", "AT,,thief", "role 'thief' is not known"),
        ("AT,,,", "AT,,,5", "column age_max is empty; fill it in"),
        ("AT,,,,", "AT,,,9,5", "age_max lies below age_min; write the last full year of age that is included"),
        ("AT,,,,", "AT,,,9,24", "health is not for these ages; name ages from 0 to 18"),
        ("AT,,,,,", "AT,,,,,urgent", "risk 'urgent' is not known; use one of: emergency high medium low"),
        ("AT,,,,,,", "AT,,,,,,radio", "source 'radio' is not known"),
        ("AT,,,,,,,", "AT,,,,,,,64.99", "area '64.99' is not in the directory; write inside, outside or an"),
        ("health", "haircut", "service 'haircut' is not known"),
        ("dinkes", "dinkes>pln", "agencies 'pln' is not known"),
        ("dinkes", "dinkes>kejari", "kejari does not give health; ask one of: dinkes"),
        ("dinkes", "@community", "sekolah-rakyat does not give health; ask one of: dinkes"),
        ("dinkes", "", "column agencies is empty; fill it in"),
        ("dinkes,", "dinkes,rpsa", "house_kind and service do not go together; give every shelter-rpsa"),
        ("dinkes,", "dinkes,villa", "house_kind 'villa' is not known; use one of: rpsa other"),
        ("dinkes,,", "dinkes,,wait", "on_silence 'wait' is not known; use one of: escalate next"),
        ("dinkes,,,", "dinkes,,,soon", "answer_within 'soon' is not a duration; write it as 30s, 15m, 3h or 7d"),
        ("R2,seen", ",seen", "column rule is empty; cite the rule, or mark the row DESIGN"),
        ("seen", "sure", "certainty 'sure' is not known"),
        ("x,AT", "X 1,AT", "id 'X 1' cannot be used; write small letters, digits and hyphens"),
        ("x,AT", "everybody,AT", "id 'everybody' was used above; give each row an id of its own"),
        ("AT,,,,,,,,,health,dinkes", "ABT,,,,,,,,,protection,dp3akb", "protection is not for ABT; name categories"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_followed_is_refused(data: Path, cell: str, instead: str, message: str) -> None:
    assert cell in ROW
    line = 27 if "everybody" in instead else 2
    put(ROW.replace(cell, instead, 1), data, at=line - 1)

    told = problem(data)

    assert told.startswith("Policy 2026-1: referrals.csv, line ")
    assert message in told


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("a,,,,,,,,,,health,dinkes,,,,R2,seen,", "b,AT,,,,,,,,,health,dinkes,,,,R2,seen,"),
        ("a,AT ABT,,,,,,,,,health,dinkes,,,,R2,seen,", "b,AT,,,,,high,,,,health,dinkes,,,,R2,seen,"),
        ("a,AT,,,0,18,,,,,health,dinkes,,,,R2,seen,", "b,AT,,,3,5,,,,,health,dinkes,,,,R2,seen,"),
        ("a,AT,,,,,,,inside,,health,dinkes,,,,R2,seen,", "b,AT,,,,,,,inside,,health,dinkes,,,,R2,seen,"),
        ("a,AT,!AJ,,,,,,,,health,dinkes,,,,R2,seen,", "b,AT,AT,,,,,,,,health,dinkes,,,,R2,seen,"),
    ],
)
def test_a_row_that_no_child_reaches_is_refused(data: Path, above: str, below: str) -> None:
    put(below, data)
    put(above, data)

    assert problem(data) == "Policy 2026-1: referrals.csv, line 3: no child reaches 'b'; move it above 'a'."


def test_two_rows_that_together_hide_a_third_are_found(data: Path) -> None:
    for row in (
        "c,AT,,,,,,,,,health,dinkes,,,,R2,seen,",
        "b,AT,,,,,,,outside,,health,dinkes,,,,R2,seen,",
        "a,AT,,,,,,,inside,,health,dinkes,,,,R2,seen,",
    ):
        put(row, data)

    assert "line 4: no child reaches 'c'" in problem(data)


def test_policy_that_leaves_a_child_out_is_refused(data: Path) -> None:
    change(data, "2026-1/referrals.csv", "everybody,,", "everybody,AT,")

    assert problem(data) == (
        "Policy 2026-1: referrals.csv: no row takes every child; add one with otherwise=yes and no condition."
    )


def test_the_row_for_everybody_asks_no_community(data: Path) -> None:
    change(data, "2026-1/referrals.csv", "yes,case-response,dinsos>sakti-peksos",
           "yes,community-coaching,@community")  # fmt: skip

    assert "an otherwise row asks a community, which not every child has; ask an agency" in problem(data)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("2026-1/answers.csv", "low,7d", "high,7d", "answers.csv, line 5: risk 'high' has two rows; leave one."),
        ("2026-1/answers.csv", "medium,3d", "medium,3 days", "answers.csv, line 4: answer_within '3 days' is not a"),
        ("2026-1/hearings.csv", "court,24h", "tribunal,24h", "line 3: forum 'tribunal' is not known; use one of:"),
        ("2026-1/hearings.csv", "diversion,24h,1h,12", "diversion,24h,1h,", "column age_min is empty; fill it in"),
        ("versions.csv", "demo,by-name,,", "demo,by-name,2026-02-01,", "line 3: valid_from does not go with chosen"),
        ("versions.csv", ",,2026-1,dinsos", ",,2025-9,dinsos", "line 3: based_on '2025-9' is no version; name one"),
        ("versions.csv", "2026-01-01,,,", "2026-01-01,,,owner-", "owner 'owner-dinsos' is not known"),
        ("versions.csv", "2026-1,by-date,2026-01-01", "2026-1,by-name,", "no version is chosen by date; add one"),
    ],
)
def test_every_other_table_is_checked_too(data: Path, file: str, old: str, new: str, message: str) -> None:
    change(data, file, old, new)

    assert message in problem(data)


def test_a_risk_without_an_answer_is_missed(data: Path) -> None:
    lines = (data / "demo/answers.csv").read_text().splitlines(keepends=True)
    (data / "demo/answers.csv").write_text("".join(line for line in lines if not line.startswith("low")))

    assert problem(data) == "Policy demo: answers.csv: no row for low; add one for each."


def test_versions_by_date_follow_each_other_day_by_day(data: Path) -> None:
    put("2026-2,by-date,2026-07-01,,2026-1,dinsos,dinsos,64.71,R148,DESIGN,", data, "versions.csv", at=3)

    assert problem(data) == (
        "versions.csv, line 4: 2026-2 does not follow 2026-1 day by day; end 2026-1 the day before."
    )


def test_a_version_without_its_table_says_which_is_missing(data: Path) -> None:
    (data / "2026-1/hearings.csv").unlink()

    assert problem(data) == "Policy 2026-1: hearings.csv: the file is missing; add it beside the others."
