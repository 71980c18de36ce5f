"""Reckons when a limit of law ends: hours, days, work days and months, in the city's time (R159)."""

import calendar as gregorian
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final, Literal, TypeAlias

Unit: TypeAlias = Literal["elapsed-hours", "calendar-days", "working-days", "calendar-months"]
Counting: TypeAlias = Literal["exact", "inclusive", "day-after"]
"""R159. `exact`: from the very moment. `inclusive`: the day of the start is the first. `day-after`: the next one is.

Both of the latter end with the last second of the last day.
"""

WITA: Final = timezone(timedelta(hours=8), "WITA")
SATURDAY: Final = 5
_LAST: Final = time(23, 59, 59)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """How long, in which unit, counted how."""

    limit: int
    unit: Unit
    counting: Counting


@dataclass(frozen=True, slots=True)
class Calendar:
    """The city's time, and its holidays: `yearly` as (month, day), `once` as dates that somebody supplied."""

    zone: tzinfo = WITA
    yearly: frozenset[tuple[int, int]] = frozenset()
    once: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """Tell whether a day is a work day: Monday to Friday, and no holiday."""
        return day.weekday() < SATURDAY and (day.month, day.day) not in self.yearly and day not in self.once

    def due(self, start: datetime, span: Span) -> datetime:
        """Return when a span that begins at `start` (with its offset) is over, in the city's time.

        For days the last second that still counts, for hours the moment after them.
        """
        here = start.astimezone(self.zone)
        if span.unit == "elapsed-hours":
            return _later(here, timedelta(hours=span.limit))
        if span.counting == "exact":
            return self._worked(here, span.limit * _DAY) if span.unit == "working-days" else here + span.limit * _DAY
        return datetime.combine(self._last_day(here.date(), span), _LAST, self.zone)

    def _last_day(self, first: date, span: Span) -> date:
        number = span.limit - 1 if span.counting == "inclusive" else span.limit
        if span.unit == "calendar-months":
            return months_after(first, number)
        return self._work_days_after(first, number) if span.unit == "working-days" else first + number * _DAY

    def _work_days_after(self, day: date, number: int) -> date:
        while number:
            day += _DAY
            number -= self.works(day)
        return day

    def _worked(self, at: datetime, left: timedelta) -> datetime:
        """Return when so much time has passed, of which that of days that are no work days does not count."""
        while True:
            midnight = datetime.combine(at.date() + _DAY, time(), self.zone)
            room = midnight - at if self.works(at.date()) else timedelta()
            if left <= room:
                return at + left
            at, left = midnight, left - room


def months_after(day: date, number: int) -> date:
    """Return the same day of a later month; of a shorter month its last."""
    months = day.year * 12 + day.month - 1 + number
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, gregorian.monthrange(year, month + 1)[1]))


def _later(here: datetime, span: timedelta) -> datetime:
    """Elapsed time, whatever the zone's clocks do meanwhile."""
    return (here.astimezone(UTC) + span).astimezone(here.tzinfo)
