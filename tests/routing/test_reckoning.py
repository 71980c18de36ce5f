"""When a limit is over, reckoned by hand from the words of the rule (R159, E1)."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.routing.law import Law
from services.routing.law.clock import WITA, Calendar, Counting, Span, Unit, months_after

CITY = Law.load().calendar
HOURS, DAYS, MONTHS, WORK = "elapsed-hours", "calendar-days", "calendar-months", "working-days"


def wita(text: str) -> datetime:
    """`2026-11-02 09:00`, in the city's time."""
    return datetime.fromisoformat(text).replace(tzinfo=WITA)


@pytest.mark.parametrize(
    ("start", "limit", "unit", "counting", "due"),
    [
        # E1: an order to investigate on Monday 2 November 2026 at 09:00
        ("2026-11-02 09:00", 24, HOURS, "exact", "2026-11-03 09:00"),
        ("2026-11-02 09:00", 168, HOURS, "exact", "2026-11-09 09:00"),
        ("2026-11-02 15:00", 72, HOURS, "exact", "2026-11-05 15:00"),
        # R159: seven days of detention from 2 November are 2 to 8 November
        ("2026-11-02 09:00", 7, DAYS, "inclusive", "2026-11-08 23:59:59"),
        ("2026-11-02 09:00", 15, DAYS, "inclusive", "2026-11-16 23:59:59"),
        ("2026-11-02 09:00", 1, DAYS, "inclusive", "2026-11-02 23:59:59"),
        # R159: other days begin on the day after the event
        ("2026-11-02 09:00", 7, DAYS, "day-after", "2026-11-09 23:59:59"),
        ("2026-11-02 00:00", 3, DAYS, "day-after", "2026-11-05 23:59:59"),
        ("2026-11-02 23:59:59", 3, DAYS, "day-after", "2026-11-05 23:59:59"),
        # over the end of a month, of a year, and over 29 February
        ("2027-01-31 10:00", 30, DAYS, "day-after", "2027-03-02 23:59:59"),
        ("2028-01-31 10:00", 30, DAYS, "day-after", "2028-03-01 23:59:59"),
        ("2026-12-28 10:00", 10, DAYS, "inclusive", "2027-01-06 23:59:59"),
        ("2026-08-31 10:00", 6, MONTHS, "day-after", "2027-02-28 23:59:59"),
        ("2027-08-31 10:00", 6, MONTHS, "day-after", "2028-02-29 23:59:59"),
        ("2026-11-02 10:00", 6, MONTHS, "day-after", "2027-05-02 23:59:59"),
        # Friday 6 November: the weekend does not count; Friday 1 January is a holiday
        ("2026-11-06 10:00", 1, WORK, "day-after", "2026-11-09 23:59:59"),
        ("2026-11-06 10:00", 5, WORK, "day-after", "2026-11-13 23:59:59"),
        ("2026-12-31 10:00", 1, WORK, "day-after", "2027-01-04 23:59:59"),
        # R46, working time: 14 hours are left of Friday, and ten run on Monday
        ("2026-11-06 10:00", 1, WORK, "exact", "2026-11-09 10:00"),
        ("2026-11-07 10:00", 1, WORK, "exact", "2026-11-10 00:00"),
        ("2026-11-03 10:00", 1, WORK, "exact", "2026-11-04 10:00"),
    ],
)
def test_a_limit_ends_when_its_words_say(start: str, limit: int, unit: Unit, counting: Counting, due: str) -> None:
    assert CITY.due(wita(start), Span(limit, unit, counting)) == wita(due)


def test_midnight_is_that_of_the_city_and_not_that_of_the_clock_that_told_it() -> None:
    """16:30 UTC on Monday is 00:30 on Tuesday in Balikpapan."""
    told = datetime(2026, 11, 2, 16, 30, tzinfo=UTC)

    assert CITY.due(told, Span(3, "calendar-days", "day-after")) == wita("2026-11-06 23:59:59")


def test_another_city_has_another_midnight() -> None:
    jakarta = Calendar(timezone(timedelta(hours=7)))
    told = datetime(2026, 11, 2, 16, 30, tzinfo=UTC)

    assert jakarta.due(told, Span(3, "calendar-days", "day-after")).isoformat() == "2026-11-05T23:59:59+07:00"


def test_a_holiday_that_somebody_supplied_is_no_work_day() -> None:
    city = Calendar(once=frozenset({date(2026, 11, 9)}))

    assert city.due(wita("2026-11-06 10:00"), Span(1, "working-days", "day-after")) == wita("2026-11-10 23:59:59")


MOMENTS = st.datetimes(datetime(2014, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # bounds
SPANS = st.one_of(
    st.builds(Span, st.integers(1, 400), st.just(HOURS), st.just("exact")),
    st.builds(Span, st.integers(1, 400), st.sampled_from([DAYS, WORK]), st.sampled_from(["exact", "day-after"])),
    st.builds(Span, st.integers(1, 400), st.just(DAYS), st.just("inclusive")),
    st.builds(Span, st.integers(1, 40), st.just(MONTHS), st.just("day-after")),
)


@given(MOMENTS, SPANS)
def test_no_limit_is_over_before_it_begins(start: datetime, span: Span) -> None:
    assert CITY.due(start, span) >= start.replace(microsecond=0)


@given(MOMENTS, MOMENTS, SPANS)
def test_what_begins_later_never_ends_earlier(one: datetime, other: datetime, span: Span) -> None:
    assert CITY.due(min(one, other), span) <= CITY.due(max(one, other), span)


@given(MOMENTS, SPANS)
def test_a_longer_limit_never_ends_earlier(start: datetime, span: Span) -> None:
    assert CITY.due(start, span) <= CITY.due(start, Span(span.limit + 1, span.unit, span.counting))


@given(MOMENTS, SPANS)
def test_in_whatever_offset_a_start_is_told_the_limit_is_the_same(start: datetime, span: Span) -> None:
    assert CITY.due(start, span) == CITY.due(start.astimezone(timezone(timedelta(hours=-5))), span)


@given(MOMENTS, st.integers(1, 400))
def test_working_time_is_never_shorter_than_time(start: datetime, days: int) -> None:
    """R46: so the alert by elapsed hours comes first, or at the same moment."""
    elapsed = CITY.due(start, Span(24 * days, "elapsed-hours", "exact"))

    assert CITY.due(start, Span(days, "working-days", "exact")) >= elapsed


@given(st.dates(date(2014, 1, 1), date(2060, 1, 1)), st.integers(0, 400))
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int) -> None:
    later = months_after(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)
