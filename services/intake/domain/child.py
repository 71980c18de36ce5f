"""What is known of a child without naming it: age, sex, areas and role; it grows and is corrected."""

from typing import NamedTuple

from shared.contracts.directory.codes import Category, NationalCode, RefusalCode
from shared.contracts.model import AboutChild, Role, Sex


class Child(NamedTuple):
    """What Dinsos goes by."""

    age_years: int | None = None
    sex: Sex = "unknown"
    found_area: str | None = None
    home_area: str | None = None
    role: Role = "none"


def known(child: Child, told: AboutChild) -> Child:
    """Return what is known after somebody told more; what they left open stays as it was."""
    return Child(
        told.age_years if told.age_years is not None else child.age_years,
        told.sex if told.sex != "unknown" else child.sex,
        told.found_area or child.found_area,
        told.home_area or child.home_area,
        told.role if told.role != "none" else child.role,
    )


def about(child: Child, category: Category | None, national: NationalCode | None) -> AboutChild:
    """Return what a fact says of the child."""
    return AboutChild(**child._asdict(), category=category, national_code=national)


def unfit(told: AboutChild, areas: frozenset[str], *, raid: bool) -> RefusalCode | None:
    """Tell why something cannot be said of a child.

    The area where it was found must be one of the directory's `areas` (R103); a raid makes no offender (R87b).
    """
    if told.found_area and told.found_area not in areas:
        return "not-in-directory"
    return "no-offender-by-raid" if raid and told.role == "offender" else None
