"""How long a bed is held, and how long siblings are waited for: data, by kind of house and day [DESIGN]."""

from dataclasses import dataclass
from datetime import date, timedelta

from shared.contracts.directory.codes import HouseKind


@dataclass(frozen=True, slots=True)
class Limit:
    """One row. `hold`: from the hold to the admission at the latest. `siblings`: for a group to become complete."""

    kind: HouseKind
    version: str
    hold: timedelta
    siblings: timedelta
    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Limits:
    """All rows, of all days; the loader has seen that each kind of house has one on every day."""

    rows: tuple[Limit, ...]

    def of(self, kind: HouseKind, day: date) -> Limit:
        """Return the row that holds on a day; the first one for days before all."""
        rows = [row for row in self.rows if row.kind == kind]
        return next((row for row in reversed(rows) if row.first <= day), rows[0])
