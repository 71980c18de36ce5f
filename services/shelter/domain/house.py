"""Houses as data: which beds there are for whom on which day. A house has no state beyond this and its open stays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Final, Literal, NamedTuple, TypeAlias

from shared.contracts.directory.codes import HouseKind

WITA: Final = timezone(timedelta(hours=8), "WITA")
"""The city's time: a day begins and ends by it."""
CHILDHOOD: Final = (0, 17)
"""Full years of age of a child (R0.6)."""

Sexes: TypeAlias = Literal["female", "male", "mixed"]


class Bed(NamedTuple):
    """A bed for a child, by its number in the house. Ages are in full years, both included."""

    house: str
    number: int
    kind: HouseKind
    sex: Sexes
    age_from: int
    age_to: int

    def takes(self, sex: str, age: int | None) -> bool:
        """Tell whether a child may sleep here; what is not known of it must not matter here."""
        ages = (self.age_from, self.age_to)
        right_age = ages[0] <= age <= ages[1] if age is not None else ages[0] <= 0 and ages[1] >= CHILDHOOD[1]
        return self.sex in ("mixed", sex) and right_age


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a house, as one row of the data has it. `beds` is empty where a house counts its own."""

    house: str
    kind: HouseKind
    name_id: str
    name_en: str
    name: str
    child_only: bool
    sex: Sexes
    beds: range
    ages: tuple[int, int]
    first: date
    last: date | None

    def on(self, day: date) -> bool:
        """Tell whether the row holds on a day."""
        return self.first <= day and (self.last is None or day <= self.last)

    def numbered(self) -> list[Bed]:
        """Return its beds."""
        return [Bed(self.house, number, self.kind, self.sex, *self.ages) for number in self.beds]


@dataclass(frozen=True, slots=True)
class Houses:
    """All houses, of all days."""

    units: tuple[Unit, ...]

    def of(self, code: str, day: date) -> tuple[Unit, ...]:
        """Return the units of a house on a day; none where there is no such house."""
        return tuple(unit for unit in self.units if unit.house == code and unit.on(day))

    def with_adults(self, code: str, day: date) -> bool:
        """Tell whether adults are sheltered anywhere in a house: then it never takes a child (R88)."""
        return not all(unit.child_only for unit in self.of(code, day))

    def counted(self, code: str, day: date) -> bool:
        """Tell whether we count the beds of a house, so that a child comes to it by a held bed only."""
        return any(unit.beds for unit in self.of(code, day))

    def beds(self, day: date) -> tuple[Bed, ...]:
        """Return every bed that a child may have on a day; in each house those for the fewest children first."""
        units = [unit for unit in self.units if unit.on(day) and not self.with_adults(unit.house, day)]
        order = {code: place for place, code in enumerate(self.codes)}
        beds = [bed for unit in units for bed in unit.numbered()]
        return tuple(sorted(beds, key=lambda bed: (order[bed.house], *_breadth(bed), bed.number)))

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all houses, in the order of the data."""
        return tuple(dict.fromkeys(unit.house for unit in self.units))

    def periods(self) -> tuple[date, ...]:
        """Return a day of each period in which the same beds are open."""
        edges: Iterable[date] = (u.last + timedelta(days=1) for u in self.units if u.last)
        return tuple(sorted({*(unit.first for unit in self.units), *edges}))


def today(now: datetime) -> date:
    """Return the city's day."""
    return now.astimezone(WITA).date()


def _breadth(bed: Bed) -> tuple[bool, int]:
    return bed.sex == "mixed", bed.age_to - bed.age_from
