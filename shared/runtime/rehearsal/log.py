"""Topics in memory: records in the order in which they were taken, each with the time of that."""

from collections.abc import Callable
from datetime import datetime

from shared.runtime.memory import Place
from shared.runtime.record import Record

Headers = list[tuple[str, bytes | None]]


class Log:
    """All topics of a city. `clock` is the broker's own: it alone dates what it takes."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.places: dict[Place, list[Record]] = {}
        self.taken: list[Place] = []
        """Where each record lies, in the order in which they were taken."""
        self.number: dict[Place, int] = {}
        """The how-manieth place each is."""

    def append(self, place: Place, headers: Headers, value: bytes | None) -> Record:
        """Take one record."""
        records = self.places.setdefault(place, [])
        self.number.setdefault(place, len(self.number))
        self.taken.append(place)
        record = Record(place[0], place[1], len(records), self.clock(), headers, value)
        records.append(record)
        return record

    def end(self, place: Place) -> int:
        """The offset that the next record will have."""
        return len(self.places.get(place, ()))

    def read(self, place: Place, offset: int, limit: int) -> list[Record]:
        """At most `limit` records from `offset` on."""
        return self.places.get(place, [])[offset : offset + limit]
