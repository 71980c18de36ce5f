"""Clocks where days are not alike: month ends, leap day, midnight of the city, the day on which a law changes."""

import calendar
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from services.routing.law import WITA, Law
from shared.contracts.model import Fact
from shared.contracts.proceedings import ChildDetained, ReportDelivered, ReportRequested
from tests.harness import CASE
from tests.routing.test_clock_laws import FIELDS, Desk
from tests.routing.test_law import changed

MATTER, THING = uuid5(CASE, "matter"), uuid5(CASE, "thing")
MONTH_ENDS = st.builds(
    lambda y, m: date(y, m, calendar.monthrange(y, m)[1]), st.integers(2026, 2032), st.integers(1, 12)
)
DAYS = st.one_of(st.sampled_from([date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)]), MONTH_ENDS)
AROUND = st.one_of(st.integers(-3, 3), st.integers(-86_400, 86_400))
"""Seconds from midnight."""
EDGES = st.builds(
    lambda day, s: datetime(day.year, day.month, day.day, tzinfo=WITA) + timedelta(seconds=s), DAYS, AROUND
)
OFFSETS = st.sampled_from([UTC, timezone(timedelta(hours=7)), WITA, timezone(timedelta(hours=9))])
LATE = st.timedeltas(timedelta(0), timedelta(days=40))
HOUR = timedelta(hours=1)
CHANGE = date(2028, 2, 29)
"""The first day of the new law."""


def told(type_: type[Fact], at: datetime, **fields: object) -> Fact:
    values = {**FIELDS, "matter": MATTER, **fields}
    return type_.model_validate(
        {"occurred_at": at, **{name: each for name, each in values.items() if name in type_.model_fields}}
    )


def detained(at: datetime) -> Fact:
    return told(ChildDetained, at, detention=THING, stage="investigation")


def due(desk: Desk, row: str) -> datetime:
    (clock,) = [each for each in desk.state.clocks.by_id.values() if each.rule == row]
    return clock.due


@settings(max_examples=150)
@given(EDGES, OFFSETS, LATE)
def test_the_seventh_day_of_a_detention_is_the_citys_whenever_and_wherever_it_is_told(
    at: datetime, offset: timezone, late: timedelta
) -> None:
    """R47, R159: the day of the start is the first, and the last ends at 23:59:59 in the city."""
    desk = Desk(begin=at)
    desk.learns(detained(at.astimezone(offset)), at + late)

    last = date.fromordinal(at.date().toordinal() + 6)
    assert due(desk, "r47") == datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=WITA)


@settings(max_examples=100)
@given(EDGES)
def test_a_second_past_midnight_is_a_day_more(at: datetime) -> None:
    midnight = datetime(at.year, at.month, at.day, tzinfo=WITA)
    before, after = Desk(begin=midnight - timedelta(seconds=1)), Desk(begin=midnight)
    before.learns(detained(midnight - timedelta(seconds=1)), before.now)
    after.learns(detained(midnight), midnight)

    assert due(after, "r47") - due(before, "r47") == timedelta(days=1)


def two_laws(folder: Path) -> Law:
    """A report is due after 72 hours, and after 48 where it was asked for on the day of the change or later."""
    old = changed(folder, "investigation", id="r33", valid_to=str(CHANGE - timedelta(days=1)))
    return Law.load(changed_more(old, id="r33", version="2", valid_from=str(CHANGE), valid_to="", limit="48"))


def changed_more(folder: Path, **cells: str) -> Path:
    """The tables of a folder with one row more."""
    file = folder / "tables" / "investigation.csv"
    head, *lines = file.read_text().splitlines()
    row = dict(zip(head.split(","), next(line for line in lines if line.startswith("r33,")).split(","), strict=True))
    file.write_text("\n".join([head, *lines, ",".join({**row, **cells}.values()), ""]))
    return folder


with TemporaryDirectory() as _folder:
    LAW_OF_TWO = two_laws(Path(_folder))


@settings(max_examples=150)
@given(st.timedeltas(timedelta(days=-4), timedelta(days=4)), AROUND, LATE, st.none() | LATE)
def test_a_limit_goes_on_by_the_law_of_its_first_day_however_late_it_is_told(
    days: timedelta, seconds: int, late: timedelta, delivered: timedelta | None
) -> None:
    """What runs when the law changes runs on as it began; what begins on the day of the change goes by the new one."""
    at = datetime(CHANGE.year, CHANGE.month, CHANGE.day, tzinfo=WITA) + timedelta(days=days.days, seconds=seconds)
    new = at.date() >= CHANGE
    desk = Desk(LAW_OF_TWO, at)
    desk.learns(told(ReportRequested, at, report=THING, kind="social-report"), at + late)
    if delivered is not None:
        desk.learns(told(ReportDelivered, at + delivered, report=THING), at + late + delivered)
    desk.waits_until(at + timedelta(days=90))

    (clock,) = [each for each in desk.state.clocks.by_id.values() if each.rule == "r33"]
    assert (clock.version, clock.due - clock.started_at) == (("2", 48 * HOUR) if new else ("1", 72 * HOUR))
    in_time = delivered is not None and delivered <= (48 * HOUR if new else 72 * HOUR)
    assert (clock.status, clock.late) == (("breached", False) if delivered is None else ("satisfied", not in_time))
