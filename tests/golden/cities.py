"""The streams of a few cities, as a simulation left them, and one service's view of each."""

import gzip
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec

from services.shelter import data
from services.shelter.domain import domain as shelter
from shared.contracts.message import Domain
from shared.runtime.arrival import FactCome
from shared.runtime.changes import Before
from shared.runtime.entry import Entry
from shared.runtime.rebuild.past import heard, past, replay
from shared.runtime.record import Record
from shared.runtime.wiring import Wiring
from tests.simulation.run import Run
from tests.simulation.services import LANES, START, packaged, without_beds

HERE: Final = Path(__file__).parent
SEEDS: Final = (2, 6, 7, 8, 13)
"""Small ones which together say nearly all that can be said; mailboxes are kept of the first, for they are many."""
Entries = dict[UUID, Entry[Any]]


class City(msgspec.Struct, frozen=True):
    """All that was said in a city, in the order in which its log took it."""

    token_key: bytes
    records: list[Record]


@dataclass(frozen=True)
class Service:
    """One service in one city, with all facts that it said and heard: its own and the keys first."""

    wiring: Wiring
    facts: Sequence[FactCome]

    def fold(self, facts: Iterable[FactCome], onto: Entries | None = None) -> Entries:
        """The rows of subjects after these facts, all of which must apply."""
        before = Before(now=START, entries={} if onto is None else onto)
        changes = replay(past(self.wiring), before, facts, raises=True)
        assert [(each.why, each.record.topic) for each in changes.waits] == []
        return before.entries


@cache
def domains() -> Mapping[str, Domain]:
    """The services as they are packaged."""
    return {domain.name: domain for domain in (*without_beds(), shelter(data.houses(), data.limits()))}


@cache
def cities() -> Sequence[City]:
    """The cities, as they are kept here."""
    files = sorted(HERE.glob("city-*.json.gz"))
    return [msgspec.json.decode(gzip.decompress(file.read_bytes()), type=City) for file in files]


@cache
def service(name: str, city: int) -> Service:
    """A service in one of the cities."""
    at = cities()[city]
    wiring = Wiring(domains()[name], at.token_key, streams=packaged().streams, lanes=LANES)
    facts = heard(wiring, (record for record in at.records if record.topic in wiring.heard))
    return Service(wiring, sorted(facts, key=lambda fact: fact.stream not in wiring.first))


def simulated(seed: int) -> City:
    """A city as the simulation makes it, without what agencies asked: commands are no facts."""
    run, left_out = Run(seed), ".out" if seed == SEEDS[0] else (".out", ".in")
    assert run.go().violation is None
    places = run.city.log.places.items()
    records = [record for place, records in places if not place[0].endswith(left_out) for record in records]
    (token_key,) = {member.wiring.token_key for member in run.city.members.values()}
    return City(token_key, sorted(records, key=lambda it: (it.at, it.topic, it.partition, it.offset)))


def packed(value: Any) -> bytes:
    """The same bytes for the same value."""
    return gzip.compress(msgspec.json.encode(value, order="deterministic"), mtime=0)
