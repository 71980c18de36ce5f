"""The citizen's number NIK: what its form must be, and where it differs from what else is said of a person (R99)."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final, Literal, TypeAlias

from shared.contracts.model import Sex

Warned: TypeAlias = Literal["form-differs", "birth-date-differs", "sex-differs"]
"""What Dinsos should look at. Never a reason to reject: a NIK stays for life, also when it is wrong (R99)."""

_FORM: Final = re.compile(
    r"[0-9]{6}(0[1-9]|[12][0-9]|3[01]|4[1-9]|[56][0-9]|7[01])(0[1-9]|1[0-2])[0-9]{2}(?!0000)[0-9]{4}"
)
_WOMEN: Final = 40
"""Added to the day of birth of women and girls."""


def is_nik(text: str) -> bool:
    """Tell whether a text has the form of a NIK: place, day (women + 40), month, year, and a serial from 0001."""
    return _FORM.fullmatch(text) is not None


def warnings(nik: str, birth_date: date | None, sex: Sex) -> Iterator[Warned]:
    """Return where a NIK differs from its form, or else from the birth date and the sex as told."""
    if not is_nik(nik):
        yield "form-differs"
        return
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    female = day > _WOMEN
    born = (day - _WOMEN * female, month, year)
    if birth_date is not None and born != (birth_date.day, birth_date.month, birth_date.year % 100):
        yield "birth-date-differs"
    if sex != "unknown" and female != (sex == "female"):
        yield "sex-differs"
