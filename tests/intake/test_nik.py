"""The form of a NIK, and what differs from it (R99, E13)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.nik import is_nik, warnings


@pytest.mark.parametrize(("nik", "right"), [
    ("6471994107129001", True),
    ("6471991503159002", True),
    ("6471990101100001", True),
    ("6471993112100001", True),
    ("6471997112100001", True),
    ("6471990001100001", False),
    ("6471993201100001", False),
    ("6471994001100001", False),
    ("6471997201100001", False),
    ("6471999901100001", False),
    ("6471991500159002", False),
    ("6471991513159002", False),
    ("6471991503150000", False),
    ("647199150315900", False),
    ("64719915031590022", False),
    ("6471.9915031590", False),
    ("647199150315900a", False),
    ("٦٤٧١٩٩١٥٠٣١٥٩٠٠٢", False),
    ("", False),
])  # fmt: skip
def test_a_nik_is_sixteen_digits_with_a_day_a_month_and_a_serial(nik: str, *, right: bool) -> None:
    """Women and girls have 40 added to the day: 32 to 40 and 72 on are no day of anybody."""
    assert is_nik(nik) is right


@pytest.mark.parametrize(("born", "sex", "warned"), [
    (date(2012, 7, 1), "female", ()),
    (None, "unknown", ()),
    (date(2012, 7, 1), "male", ("sex-differs",)),
    (date(2012, 7, 2), "female", ("birth-date-differs",)),
    (date(2011, 7, 1), "unknown", ("birth-date-differs",)),
    (date(2012, 1, 7), "male", ("birth-date-differs", "sex-differs")),
    (date(1912, 7, 1), "female", ()),
])  # fmt: skip
def test_what_differs_from_a_nik_is_a_warning(born: date | None, sex: str, warned: tuple[str, ...]) -> None:
    """It cannot be corrected, so it is never a reason to reject."""
    assert tuple(warnings("6471994107129001", born, sex)) == warned  # type: ignore[arg-type]  # a Sex


@given(st.dates(date(2001, 1, 1), date(2026, 12, 31)), st.booleans(), st.integers(1, 9999))
def test_whoever_is_born_has_a_nik_without_a_warning(born: date, female: bool, serial: int) -> None:
    nik = f"647199{born.day + 40 * female:02}{born:%m%y}{serial:04}"

    assert is_nik(nik)
    assert not list(warnings(nik, born, "female" if female else "male"))


@given(st.text(max_size=20))
def test_any_text_is_a_nik_or_is_not(text: str) -> None:
    assert is_nik(text) is False or len(text) == 16
