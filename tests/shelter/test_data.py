"""The data of houses and limits: read, checked, and refused with file, line and remedy."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from services.shelter import data
from services.shelter.domain.house import Bed, Houses
from shared.contracts.directory.table import DirectoryError
from tests.shelter.city import unit

TODAY = date(2026, 11, 2)
ROW = "rpsa,2019-01-01,,rpsa,Rumah,House,{unit},{only},{sex},{beds},{ages},R74,DESIGN,"


def houses(tmp_path: Path, *rows: str) -> Houses:
    (tmp_path / "houses.csv").write_text("\n".join([",".join(data.HOUSES), *rows]))
    return data.houses(tmp_path / "houses.csv")


def row(unit: str = "satu", only: str = "yes", sex: str = "mixed", beds: str = "1-3", ages: str = "0,17") -> str:
    return ROW.format(unit=unit, only=only, sex=sex, beds=beds, ages=ages)


def test_the_packaged_houses_have_a_shelter_with_beds_for_every_age_and_sex() -> None:
    beds = [bed for bed in data.houses().beds(TODAY) if bed.kind == "rpsa"]

    assert all(any(bed.takes(sex, age) for bed in beds) for sex in ("female", "male", "unknown") for age in range(18))
    assert any(bed.takes("unknown", None) for bed in beds)


def test_no_packaged_bed_is_in_a_house_with_adults() -> None:
    packaged = data.houses()
    mixed = {unit.house for unit in packaged.units if not unit.child_only}

    assert mixed
    assert not mixed & {bed.house for bed in packaged.beds(TODAY)}


def test_no_address_is_in_the_data() -> None:
    text = (Path(data.__file__).parent / "houses.csv").read_text()

    assert "address" not in text
    assert not any(word in text for word in ("Jl.", "Jalan", "RT."))


def test_the_packaged_limits_hold_a_bed_for_a_day() -> None:
    limit = data.limits().of("rpsa", TODAY)

    assert (limit.hold, limit.siblings) == (timedelta(hours=24), timedelta(hours=2))


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([row(beds="3-1")], "line 2: beds '3-1'"),
        ([row(beds="all")], "line 2: beds 'all'"),
        ([row(ages="5,3")], "age_to lies below age_from"),
        ([row(ages="0,18")], "a unit for children takes adults"),
        ([row(only="perhaps")], "child_only 'perhaps' is not known"),
        ([row(sex="any")], "sex 'any' is not known"),
        ([row(unit="A!")], "unit 'A!' is not a code"),
        ([row(), row(unit="dua", beds="3-4")], "line 3: a bed of rpsa is in two units at once"),
        ([row(), row(unit="dua", beds="4-5").replace("House", "Other")], "line 3: house rpsa has two kinds or names"),
        ([row().replace(",,rpsa", ",2018-01-01,rpsa")], "valid_to lies before valid_from"),
        ([row().replace("DESIGN", "sure")], "certainty 'sure' is not known"),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_with_its_line(tmp_path: Path, rows: list[str], problem: str) -> None:
    with pytest.raises(DirectoryError) as refused:
        houses(tmp_path, *rows)

    assert problem in str(refused.value)


def test_a_bed_may_move_to_another_unit_from_one_day_to_the_next(tmp_path: Path) -> None:
    before = row().replace("2019-01-01,", "2019-01-01,2026-06-30")
    after = row(unit="dua", sex="female").replace("2019-01-01", "2026-07-01")

    found = houses(tmp_path, before, after)

    assert {bed.sex for bed in found.beds(date(2026, 6, 30))} == {"mixed"}
    assert {bed.sex for bed in found.beds(date(2026, 7, 1))} == {"female"}
    assert found.periods() == (date(2019, 1, 1), date(2026, 7, 1))


def test_a_house_whose_beds_are_its_own_offers_none(tmp_path: Path) -> None:
    found = houses(tmp_path, row(beds=""))

    assert found.beds(TODAY) == ()
    assert not found.counted("rpsa", TODAY)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (["rpsa,2019-01-01,,1,24h,2h,,DESIGN,"], "kind other has no row that holds for ever"),
        (["rpsa,2019-01-01,,1,a day,2h,,DESIGN,"], "hold is not a time"),
        (["rpsa,2019-01-01,,1,0h,2h,,DESIGN,"], "hold is not a time"),
        (
            ["rpsa,2019-01-01,2020-01-01,1,24h,2h,,DESIGN,", "rpsa,2020-02-01,,1,24h,2h,,DESIGN,"],
            "line 3: the rows of rpsa overlap or leave a gap",
        ),
    ],
)
def test_limits_that_leave_a_day_without_a_rule_are_refused(tmp_path: Path, rows: list[str], problem: str) -> None:
    (tmp_path / "limits.csv").write_text("\n".join([",".join(data.LIMITS), *rows]))

    with pytest.raises(DirectoryError) as refused:
        data.limits(tmp_path / "limits.csv")

    assert problem in str(refused.value)


def test_limits_change_with_the_day(tmp_path: Path) -> None:
    rows = (
        "rpsa,2019-01-01,2026-06-30,1,24h,2h,,DESIGN,",
        "rpsa,2026-07-01,,2,20s,90m,,DESIGN,",
        "other,2019-01-01,,1,3d,1d,,DESIGN,",
    )
    (tmp_path / "limits.csv").write_text("\n".join([",".join(data.LIMITS), *rows]))

    limits = data.limits(tmp_path / "limits.csv")

    assert limits.of("rpsa", date(2026, 6, 30)).hold == timedelta(hours=24)
    assert limits.of("rpsa", date(2026, 7, 1)).hold == timedelta(seconds=20)
    assert limits.of("rpsa", date(2026, 7, 1)).siblings == timedelta(minutes=90)


def test_beds_for_the_fewest_children_come_first() -> None:
    any_child, girls = unit(beds=range(1, 2)), unit(beds=range(2, 3), sex="female")
    small = unit(beds=range(3, 4), ages=(0, 5))

    assert [bed.number for bed in Houses((any_child, girls, small)).beds(TODAY)] == [2, 3, 1]
    assert Bed("rpsa", 1, "rpsa", "mixed", 0, 17) in Houses((any_child,)).beds(TODAY)
