"""The conditions of a policy row: which children it is for."""

from dataclasses import dataclass

from shared.contracts.directory.codes import Category, NationalCode, Risk, Source
from shared.contracts.model import Role


@dataclass(frozen=True, slots=True)
class Child:
    """What policy goes by: one category of a child, and what is known of the child beside it.

    `years` are completed years of age; `found` and `home` are area codes (R103). None means not known.
    """

    category: Category | None
    national_code: NationalCode | None
    role: Role
    years: int | None
    risk: Risk | None
    source: Source
    found: str | None = None
    home: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """Codes that a row is for: those `named`, or all but them (`excluded`); none named means any."""

    named: frozenset[str] = frozenset()
    excluded: bool = False

    def fit(self, word: str | None) -> bool:
        """Tell whether a code is among them; an unknown one (None) only where nothing is named, or by exclusion."""
        return not self.named or (word in self.named) != self.excluded


@dataclass(frozen=True, slots=True)
class Years:
    """Completed years of age that a row is for, both edges included; `unknown`: one whose age nobody knows as well."""

    first: int = 0
    last: int = 25
    unknown: bool = True

    def fit(self, years: int | None) -> bool:
        """Tell whether an age lies between."""
        return self.unknown if years is None else self.first <= years <= self.last


@dataclass(frozen=True, slots=True)
class Where:
    """Where a row's children were found, by area code, or whether their home is `outside` or `inside` the city."""

    named: str = ""
    city: str = ""

    def fit(self, places: tuple[str | None, str | None]) -> bool:
        """Tell whether (found, home) fit; an unknown home counts as inside, for nobody is sent away on a guess."""
        found, home = places
        if self.named in {"outside", "inside"}:
            return _elsewhere(home, self.city) == (self.named == "outside")
        return not self.named or (found is not None and lies_in(found, self.named))


@dataclass(frozen=True, slots=True)
class Condition:
    """All conditions of a row; each must fit."""

    categories: Words = Words()
    national_codes: Words = Words()
    roles: Words = Words()
    years: Years = Years()
    risks: Words = Words()
    sources: Words = Words()
    where: Where = Where()

    def fit(self, child: Child) -> bool:
        """Tell whether the row is for this child."""
        return (
            self.categories.fit(child.category)
            and self.national_codes.fit(child.national_code)
            and self.roles.fit(child.role)
            and self.years.fit(child.years)
            and self.risks.fit(child.risk)
            and self.sources.fit(child.source)
            and self.where.fit((child.found, child.home))
        )


def lies_in(area: str, whole: str) -> bool:
    """Tell whether an area is `whole` or a part of it: 64.71.05.1010 lies in 64.71."""
    return area == whole or area.startswith(f"{whole}.")


def _elsewhere(home: str | None, city: str) -> bool:
    """Tell whether a home is known to lie outside the city; of a mere province nobody can tell."""
    return home is not None and not lies_in(home, city) and not lies_in(city, home)
