"""One process of a service in memory: what it committed outlives it, all else is lost with it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from shared.runtime.arrival import Arrival, CommandCome, DueCome, Poke, arrive
from shared.runtime.books import EntryCodec, named
from shared.runtime.chance import Chance
from shared.runtime.changes import Answered, Changes
from shared.runtime.echoes import Echoes
from shared.runtime.fold import Fold
from shared.runtime.memory import MemoryBooks, Place, Tables
from shared.runtime.record import Record, lane_of
from shared.runtime.rehearsal.log import Log
from shared.runtime.rehearsal.weather import Weather
from shared.runtime.wiring import Wiring

SKEW: Final = timedelta(seconds=2)
"""How far the log's clock may lie behind a service's: a deadline fires no earlier after it."""


@dataclass(slots=True, kw_only=True)
class Member:
    """A service that reads, decides, publishes and keeps time when it is told to. `clock` is the log's."""

    wiring: Wiring
    tables: Tables
    log: Log
    chance: Chance
    clock: Callable[[], datetime]
    weather: Weather
    cursors: dict[Place, int] = field(init=False)
    own: dict[Place, int] = field(init=False)
    """Where our own streams, and that of keys, ended when we started: nothing is decided before we are there."""
    codec: EntryCodec = field(init=False)
    topics: frozenset[str] = field(init=False)
    echoes: Echoes = field(init=False)
    seen: int = 0
    """How much of the log we have looked at for news."""
    behind: set[Place] = field(default_factory=set)
    """Where there was news for us, and may still be."""
    looked: bool = False
    """Whether we have looked at everything that waits, since we know all that we have ever said."""

    def __post_init__(self) -> None:
        self.cursors = dict(self.tables.positions)
        self.own = {place: self.log.end(place) for place in self.log.places if place[0] in self.wiring.first}
        self.codec, self.echoes = EntryCodec(self.wiring), Echoes()
        self.topics = frozenset(self.wiring.topics)

    def ready(self) -> bool:
        """Whether we know all that we have ever said."""
        if self.own and reached(self.tables, self.own):
            self.own.clear()
        return not self.own

    def unread(self) -> list[Place]:
        """Partitions that hold something for us to read now."""
        if not self.ready():
            return [place for place in self.own if self._behind(place)]
        fresh = self.log.taken[self.seen :]
        self.seen += len(fresh)
        self.behind.update(place for place in fresh if place[0] in self.topics)
        self.behind = {place for place in self.behind if self._behind(place)}
        return sorted(self.behind, key=self.log.number.__getitem__)

    def _behind(self, place: Place) -> bool:
        return self.log.end(place) > self.cursors.get(place, 0)

    @property
    def name(self) -> str:
        """The service's."""
        return self.wiring.domain.name

    def now(self) -> datetime:
        """By the clock of its database."""
        return self.clock() + self.weather.skew(self.name)

    # -- turns ----------------------------------------------------------------------------------------------------

    def read(self, places: Iterable[Place], limit: int = 1000) -> int:
        """One batch, at most `limit` records of each place, as one turn; gives how many records that were."""
        batch = [record for place in places for record in self.log.read(place, self.cursors.get(place, 0), limit)]
        if batch:
            self._turn([arrive(record, self.wiring) for record in self.echoes.strange(batch, self.wiring)], batch)
            self.cursors |= _ends(batch)
        return len(batch)

    def _turn(self, arrivals: Sequence[Arrival], batch: Sequence[Record] = ()) -> None:
        books = MemoryBooks(self.tables, self.wiring, self.codec, self.now())
        fold = Fold(self.wiring, books.read(named(arrivals)), self.chance, raises=True, recalling=not self.ready())
        fold.take(arrivals)
        changes = fold.finish()
        self.weather.step(self.name, "before commit")
        commit(books, changes, _ends(batch))
        self.echoes.said(changes.said, self.wiring)
        self.weather.committed(self.name, changes)
        self.weather.step(self.name, "after commit")

    # -- what nobody sends ----------------------------------------------------------------------------------------

    def fire(self) -> int:
        """Deadlines that have passed, once all that was in the log in time has been read; gives how many subjects."""
        by = self.now() - SKEW
        due = self.tables.due(by) if self.ready() else []
        if not due or not reached(self.tables, {place: self.log.end(place) for place in self._fence(due)}):
            return 0
        self.weather.step(self.name, "fence reached")
        due = [subject for subject in due if not self._unsettled(subject)]
        if due:
            self._turn([DueCome(subject, by=by) for subject in due])
        return len(due)

    def _fence(self, subjects: Iterable[UUID]) -> list[Place]:
        """Every partition in which something about these subjects could lie."""
        lanes = {lane_of(subject, self.wiring.lanes) for subject in subjects}
        streams = self.wiring.streams
        return [place for place in self.log.places if place[0] in self.topics and self._near(place, lanes, streams)]

    def _near(self, place: Place, lanes: set[int], streams: Any) -> bool:
        return streams[place[0]].partitions == 1 or place[1] in lanes

    def _unsettled(self, subject: UUID) -> bool:
        """Whether something still waits, and may yet change what is due."""
        waiting = (each for each in self.tables.waiting.values() if each.subject == subject and each.why != "unknown")
        return any(each.until > self.now() for each in waiting)

    def awaits(self) -> list[datetime]:
        """By the log's clock, when the next deadline may fire and when what waits has waited long enough."""
        skew, due = self.weather.skew(self.name), self.tables.next_due()
        waits = [each.until - skew for each in self.tables.waiting.values() if each.until > self.now()]
        return [due + SKEW - skew, *waits] if due else waits

    def wake(self) -> int:
        """Subjects that should look again, each in a turn of its own, the first come first."""
        woken = sorted(self.tables.wakes, key=lambda subject: self.tables.wakes[subject]) if self.ready() else []
        for subject in woken:
            self._turn([DueCome(subject, woken=True)])
        return len(woken)

    def look(self) -> int:
        """What waits and may go on now: past its limit, or of a subject that may be known by now."""
        waiting = self.tables.waiting.values()
        due = (each for each in waiting if each.release or not self.looked or self._ripe(each.why, each.until))
        subjects = {each.subject: None for each in due} if self.ready() else {}
        if subjects:
            self._turn([Poke(subject) for subject in subjects])
        self.looked = self.looked or self.ready()
        return len(subjects)

    def _ripe(self, why: str, until: datetime) -> bool:
        return why == "unknown" or (why in {"early", "no-key"} and until <= self.now())

    def submit(self, record: Record) -> Answered | None:
        """A command by HTTP, stored before it is decided; None is stored for certain, but not decided yet."""
        come = arrive(record, self.wiring)
        assert isinstance(come, CommandCome), "only commands that this service decides"
        if come.key not in self.tables.commands.keys() | self.tables.submitted.keys():
            self.tables.submitted[come.key] = record
            self.weather.step(self.name, "submitted")
            self.decide()
        return self.tables.commands.get(come.key)

    def decide(self) -> int:
        """Commands by HTTP that are stored and not decided yet."""
        records = [record for record in self.tables.submitted.values() if record] if self.ready() else []
        if records:
            self._turn([arrive(record, self.wiring) for record in records])
        return len(records)

    # -- publishing -----------------------------------------------------------------------------------------------

    def publish(self, limit: int = 2000) -> int:
        """The oldest of what is not published; kept to be sent again unless all of it was acknowledged."""
        todo = [(id_, self.tables.said[pointer]) for id_, pointer in list(self.tables.outbox.items())[:limit]]
        self.weather.step(self.name, "before publishing")
        acknowledged = [self.weather.send(self.name, self.log, row) for _, row in todo]
        self.weather.step(self.name, "before acknowledging")
        if not all(acknowledged):
            return 0
        for id_, _ in todo:
            self.tables.outbox.pop(id_, None)
        return len(todo)


def reached(tables: Tables, ends: dict[Place, int]) -> bool:
    """Whether all before `ends` has been read, as the committed positions have it."""
    return all(tables.positions.get(place, 0) >= end for place, end in ends.items())


def commit(books: MemoryBooks, changes: Changes, ends: dict[Place, int]) -> None:
    """What a turn changed and how far it read, together or not at all."""
    books.write(changes)
    books.tables.positions |= ends


def _ends(batch: Sequence[Record]) -> dict[Place, int]:
    return {(record.topic, record.partition): record.offset + 1 for record in batch}
