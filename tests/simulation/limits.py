"""What must hold for limits of law: told again from the clock's events alone, beside the table that routing makes of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from services.routing.domain.clock import ALL, ClockRow
from shared.contracts import clocks
from shared.contracts.model import Fact
from tests.simulation.violation import check

MOVES: Final = "a limit moves by events alone"
ENDS: Final = "every limit is met, stopped or missed"
OPEN: Final = frozenset({"running", "breached"})


@dataclass(slots=True)
class Limit:
    """As its events have it."""

    due: datetime
    warns_only: bool
    status: str = "running"
    percent: int = 0


@dataclass(slots=True)
class Limits:
    """All clocks of one run. `hear` is given each fact of the stream `clocks` as it is committed."""

    by_id: dict[UUID, Limit] = field(default_factory=dict)

    def hear(self, fact: Fact) -> None:
        """One event: it starts a limit that nobody knew, or moves one from where it stood."""
        assert isinstance(fact, clocks.OfClock), f"{fact.type} is no fact of a clock"
        if isinstance(fact, clocks.ClockStarted):
            check(fact.clock not in self.by_id, MOVES, f"{fact.clock} starts twice")
            self.by_id[fact.clock] = Limit(fact.due, fact.warns_only)
            return
        check(fact.clock in self.by_id, MOVES, f"{fact.type} of {fact.clock}, which never started")
        self._moves(self.by_id[fact.clock], fact)

    def _moves(self, limit: Limit, fact: clocks.OfClock) -> None:
        match fact:
            case clocks.ClockExtended():
                self._from(limit, fact, fact.was)
                limit.due, limit.percent = fact.due, 0
            case clocks.ClockCorrected():
                self._from(limit, fact, fact.was)
                self.by_id[fact.clock] = Limit(fact.due, fact.warns_only)
            case clocks.ClockWarned():
                self._from(limit, fact, fact.due)
                check(fact.percent > limit.percent, MOVES, f"{fact.clock} is warned of {fact.percent} again")
                limit.percent = fact.percent
            case clocks.ClockBreached():
                self._from(limit, fact, fact.due)
                check(not limit.warns_only, MOVES, f"{fact.clock} rests on what nobody confirmed, and was missed")
                limit.status = "breached"
            case clocks.ClockSatisfied():
                check(limit.status in OPEN, MOVES, f"{fact.clock} ends twice")
                check(fact.late == (fact.occurred_at > limit.due), MOVES, f"{fact.clock} late: {fact.late}")
                limit.status = "satisfied"
            case clocks.ClockStopped():
                check(limit.status in OPEN, MOVES, f"{fact.clock} ends twice")
                limit.status = "stopped"

    def _from(self, limit: Limit, fact: clocks.OfClock, due: datetime) -> None:
        check(due == limit.due, MOVES, f"{fact.type} of {fact.clock}: due {due}, but it was {limit.due}")

    def agree(self, rows: Iterable[ClockRow]) -> None:
        """Whoever reads the table reads what the events say."""
        table = {row.clock: (row.due, row.status, row.percent) for row in rows}
        events = {id_: (limit.due, limit.status, limit.percent) for id_, limit in self.by_id.items()}
        check(table == events, MOVES, f"{table.items() ^ events.items()}")

    def ended(self, now: datetime) -> None:
        """No limit that has passed is still only running; what nobody confirmed was warned of to the end."""
        for id_, limit in self.by_id.items():
            told = limit.status != "running" or (limit.warns_only and limit.percent == ALL)
            check(told or limit.due > now, ENDS, f"{id_} was due at {limit.due}")
