"""Who is on duty when, and by when the work on a case must be done, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import product
from typing import Final, NamedTuple, get_args

from shared.contracts.casework import Duty, Step
from shared.contracts.directory.codes import AgencyCode, Certainty, Risk
from shared.contracts.directory.table import DirectoryError, Row, read

WITA: Final = timezone(timedelta(hours=8))
"""The time of Balikpapan."""
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNKNOWN_RISK: Final[Risk] = "medium"
"""How a case is treated that nobody has assessed yet [DESIGN]."""

_DUTY: Final = ("id", "days", "from", "until", "agency", "role", "rule", "certainty", "note")
_LIMITS: Final = ("id", "step", "risk", "hours", "rule", "certainty", "note")


class Shift(NamedTuple):
    """From when until when (minutes of the day) on which days somebody is on duty."""

    days: frozenset[int]
    begins: int
    ends: int
    duty: Duty


@dataclass(frozen=True, slots=True)
class Policy:
    """The rota, of which the first shift that covers a moment holds, and the hours that each step may take."""

    shifts: tuple[Shift, ...]
    hours: Mapping[tuple[Step, Risk], int]

    @classmethod
    def load(cls, data: Traversable | None = None) -> "Policy":
        """Read both tables, from another folder in tests.

        Raises `DirectoryError`, which names file, line and remedy.
        """
        folder = data or files(__name__)
        return cls(_shifts(read(folder / "duty.csv", _DUTY)), _hours(read(folder / "limits.csv", _LIMITS)))

    def on_duty(self, moment: datetime) -> Duty:
        """Return who is on duty, by the clock of Balikpapan."""
        local = moment.astimezone(WITA)
        minute = local.hour * 60 + local.minute
        return next(s.duty for s in self.shifts if local.weekday() in s.days and s.begins <= minute < s.ends)

    def due(self, step: Step, risk: Risk | None, since: datetime) -> datetime:
        """Return by when a step must be done that is waited for `since` then, for a child at a risk (None: unknown)."""
        return since + timedelta(hours=self.hours[step, risk or UNKNOWN_RISK])


def _shifts(rows: list[Row]) -> tuple[Shift, ...]:
    shifts = tuple(_shift(row) for row in rows)
    covered = {(day, minute) for s in shifts for day in s.days for minute in range(s.begins, s.ends)}
    if len(covered) < len(DAYS) * 24 * 60:
        raise DirectoryError("duty.csv: at some hour nobody is on duty; end with a row for every day, 00:00 to 24:00.")
    return shifts


def _shift(row: Row) -> Shift:
    _ground(row)
    days = frozenset(DAYS.index(day) for day in row.many_of("days", DAYS))
    begins, ends = _minute(row, "from"), _minute(row, "until")
    if not days or begins >= ends:
        raise row.wrong("the shift covers no time", "name its days and let `from` come before `until`")
    agency: AgencyCode = row.one_of("agency", get_args(AgencyCode))
    return Shift(days, begins, ends, Duty(agency=agency, role=row.text("role")))


def _minute(row: Row, column: str) -> int:
    text = row.text(column)
    if text == "24:00":
        return 24 * 60
    try:
        moment = time.fromisoformat(text)
    except ValueError:
        raise row.wrong(f"{column} {text!r} is no time of day", "write it as 07:30") from None
    return moment.hour * 60 + moment.minute


def _hours(rows: list[Row]) -> dict[tuple[Step, Risk], int]:
    hours: dict[tuple[Step, Risk], int] = {}
    for row in rows:
        _ground(row)
        step: Step = row.one_of("step", get_args(Step))
        for risk in row.many_of("risk", get_args(Risk)):
            if (step, risk) in hours:
                raise row.wrong(f"{step} at {risk} risk is there twice", "keep one of the rows")
            hours[step, risk] = row.number("hours")
    if missing := set(product(get_args(Step), get_args(Risk))) - hours.keys():
        raise DirectoryError(f"limits.csv: no row says how long {' at risk '.join(min(missing))} may take; add it.")
    return hours


def _ground(row: Row) -> None:
    row.text("rule")
    row.one_of("certainty", get_args(Certainty))
