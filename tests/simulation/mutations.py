"""Mechanisms of the engine, each taken out by one function: what the simulation must then notice."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple
from unittest.mock import patch

from services.routing.domain import clock
from shared.contracts.envelope import After, Envelope
from shared.runtime import commands, entry, facts
from shared.runtime.arrival import Arrival
from shared.runtime.changes import Changes
from shared.runtime.commands import Commands
from shared.runtime.echoes import Echoes
from shared.runtime.entry import Entry, Standing, standing, unmet
from shared.runtime.fold import Fold
from shared.runtime.memory import MemoryBooks, Place, Tables
from shared.runtime.record import Record
from shared.runtime.rehearsal import city, member
from shared.runtime.rehearsal.member import Member
from shared.runtime.wiring import Wiring

Stand = Callable[[Entry[Any], Envelope, str, str, Wiring], Standing]


class Mutation(NamedTuple):
    """`without` is what is taken out: `name` in `module` becomes `instead`; `breaks` are the invariants that notice."""

    without: str
    breaks: tuple[str, ...]
    module: Any
    name: str
    instead: Callable[..., Any]


def _never(*taken: Standing) -> Stand:
    def stand(row: Entry[Any], fact: Envelope, stream: str, chain: str, wiring: Wiring) -> Standing:
        found = standing(row, fact, stream, chain, wiring)
        return Standing.NEXT if found in taken else found

    return stand


def _all_met(row: Entry[Any], after: After, wiring: Wiring) -> Standing:
    found = unmet(row, after, wiring)
    return Standing.NEXT if found is Standing.EARLY else found


def _from_memory_alone(tables: Tables) -> Tables:
    """What was said and not yet published is gone with the process."""
    tables.outbox.clear()
    return tables


def _moved_before(self: Member, arrivals: Sequence[Arrival], batch: Sequence[Record] = ()) -> None:
    """As a client does that commits offsets by itself: read is read, whatever became of the turn."""
    self.tables.positions |= {(record.topic, record.partition): record.offset + 1 for record in batch}
    turn(self, arrivals, batch)


def _not_moved(books: MemoryBooks, changes: Changes, _: Mapping[Place, int]) -> None:
    books.write(changes)


def _reached(_tables: Tables, _ends: Mapping[Place, int]) -> bool:
    return True


def _asleep(_: Member) -> int:
    return 0


def _knows_nothing_of_before(row: Entry[Any], after: After, wiring: Wiring, *, own: bool) -> None:
    """Reading its own facts again, a restored service does not learn what they were an answer to."""
    if not own:
        learn(row, after, wiring, own=own)


def _never_recalls(*_: Any, **options: Any) -> Fold:
    return Fold(*_, **{**options, "recalling": False})


def _never_forgets() -> Echoes:
    """What it knows to have said outlives the database that holds it."""
    return kept


def _forgets(*_: Any) -> None:
    """Its own facts, read again, tell a restored service of no command."""


kept: Final = Echoes()
turn: Final = Member._turn
learn: Final = Entry.learn
MUTATIONS: Final = (
    Mutation("deduplication", ("sequences dense, ids unique", "exactly one custodian", "nothing fails"),
             facts, "standing", _never(Standing.KNOWN)),
    Mutation("gap check", ("nothing fails",), facts, "standing", _never(Standing.GAP)),
    Mutation("ce_after of facts", ("in causal order",), entry, "unmet", _all_met),
    Mutation("ce_after of commands", ("in causal order",), commands, "unmet", _all_met),
    Mutation("said", ("nothing waiting", "nothing accepted is lost", "an answer in time counts",
                      "sequences dense, ids unique"),
             city, "remains", _from_memory_alone),
    Mutation("positions moved with the turn",
             ("nothing waiting", "all services agree", "an answer in time counts", "rubbish is refused",
              "each command has one outcome", "sequences dense, ids unique"),
             Member, "_turn", _moved_before),
    Mutation("positions", ("nothing fails", "each command has one outcome", "all services agree"),
             member, "commit", _not_moved),
    Mutation("end offsets before a deadline", ("an answer in time counts",), member, "reached", _reached),
    Mutation("what own facts followed", ("exactly one custodian", "each command has one outcome", "nothing fails"),
             Entry, "learn", _knows_nothing_of_before),
    Mutation("own streams first", ("sequences dense, ids unique", "nothing fails", "exactly one custodian"),
             Member, "ready", lambda _: True),
    Mutation("nothing decided while recalling",
             ("sequences dense, ids unique", "each command has one outcome", "nothing fails"),
             member, "Fold", _never_recalls),
    Mutation("commands remembered by own facts", ("each command has one outcome",), Commands, "remember", _forgets),
    Mutation("looking at limits", ("every limit is met, stopped or missed",), clock, "deadlines", lambda _: {}),
    Mutation("noting that a limit was reckoned anew", ("a limit moves by events alone",), clock, "_anew", lambda _: {}),
    Mutation("own facts taken for granted only where they were committed",
             ("sequences dense, ids unique", "each command has one outcome", "nothing fails"),
             member, "Echoes", _never_forgets),
    Mutation("waking", ("nothing waiting", "nobody waits for a free bed"), Member, "wake", _asleep),
)  # fmt: skip
"""Without the gap check a fact in the middle is applied too late, and stands there as a fork, which stops its case."""


@contextmanager
def without(mutation: Mutation) -> Iterator[None]:
    """For as long as this lasts."""
    with patch.object(mutation.module, mutation.name, mutation.instead):
        yield
