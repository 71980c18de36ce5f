"""The law as data: every limit that runs on a child, its source, how sure it is, and from when to when it holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from importlib.resources import files as packaged
from importlib.resources.abc import Traversable

from services.routing.law import reading
from services.routing.law.checks import check
from services.routing.law.clock import WITA, Calendar
from services.routing.law.rules import Editions, Rule, Text, by_event
from shared.contracts.directory.table import DirectoryError

__all__ = ["WITA", "Law", "LawError", "Rule", "Text"]

NONE: frozenset[str] = frozenset()


class LawError(ValueError):
    """The law's data cannot be used: the message names file, line and what to do."""


@dataclass(frozen=True, slots=True)
class Law:
    """All rows of all days, by id; `concerned` names for each type of fact the rows that go by it."""

    editions: Mapping[str, Editions]
    concerned: Mapping[str, frozenset[str]]
    consequences: Mapping[str, Text]
    calendar: Calendar

    @classmethod
    def load(cls, data: Traversable | None = None, holidays: Traversable | None = None, utc_offset: int = 8) -> "Law":
        """Read and check all tables, packaged or in the folder `data`; raises `LawError`.

        `holidays` names those of single years; `utc_offset` is that of the city's time, in hours: 7, 8 (WITA) or 9.
        """
        folder = data or packaged(__name__)
        try:
            texts = reading.texts(folder / "consequences.csv")
            tables = sorted((each for each in (folder / "tables").iterdir()), key=lambda each: each.name)
            rows = [row for table in tables if table.name.endswith(".csv") for row in reading.rules(table)]
            editions = check(rows, texts.keys())
            yearly = reading.yearly(folder / "holidays.csv")
            once = reading.once(holidays) if holidays else frozenset()
        except (DirectoryError, FileNotFoundError) as error:
            raise LawError(str(error)) from None
        zone = WITA if utc_offset == 8 else timezone(timedelta(hours=utc_offset))
        by_id = {each[0].id: each for each in editions}
        return cls(by_id, by_event(editions), texts, Calendar(zone, yearly, once))

    def rule(self, id_: str, moment: datetime) -> Rule | None:
        """Return the row of an id for what starts at a moment; None before there was such a law."""
        day = moment.astimezone(self.calendar.zone).date()
        return next((rule for rule in self.editions[id_] if rule.holds(day)), None)

    def edition(self, id_: str, version: str) -> Rule | None:
        """Return one version of a row; None where these tables do not have it."""
        return next((rule for rule in self.editions.get(id_, ()) if rule.version == version), None)

    def beside(self, id_: str) -> tuple[str, ...]:
        """Return the other rows by which the same rule is read in another way: the same facts start and end them."""
        one = self.editions[id_][-1].duty
        return tuple(other for other, rows in self.editions.items() if other != id_ and one and rows[-1].duty == one)

    def on(self, day: date) -> Iterator[Rule]:
        """Yield every row that is the law for what starts on a day."""
        for editions in self.editions.values():
            yield from (rule for rule in editions if rule.holds(day))

    def going_by(self, event: str) -> frozenset[str]:
        """Return the ids of the rows that go by a type of fact; of most types none."""
        return self.concerned.get(event, NONE)
