"""What a turn needs loaded, and the port through which it loads and saves."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias
from uuid import UUID

import asyncpg
import msgspec

from shared.runtime.arrival import Arrival, CommandCome, Discard, DueCome, FactCome, Poke, Unreadable
from shared.runtime.changes import Before, Changes
from shared.runtime.entry import Entry
from shared.runtime.wiring import Wiring


@dataclass(slots=True)
class Named:
    """What messages name: subjects that a fact may create, others that must exist or are aliases, and commands."""

    creates: set[UUID] = field(default_factory=set)
    mentions: set[UUID] = field(default_factory=set)
    commands: set[tuple[str, str]] = field(default_factory=set)


def named(arrivals: Iterable[Arrival]) -> Named:
    """What to lock and load for messages."""
    names = Named()
    for arrival in arrivals:
        match arrival:
            case FactCome(subject=subject):
                names.creates.add(subject)
            case CommandCome(subject=subject):
                names.commands.add(arrival.key)
                names.mentions |= {subject} if subject else set()
            case Unreadable():
                names.creates.add(arrival.subject)
            case DueCome(subject=subject) | Poke(subject=subject) | Discard(subject=subject):
                names.mentions.add(subject)
            case _:
                pass
    return names


Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"


class Books(Protocol):
    """One transaction's view of what is stored."""

    async def load(self, names: Named) -> Before:
        """Lock and read; subjects that a fact creates are there even when two turns create them at once."""
        ...

    async def save(self, changes: Changes) -> None:
        """Write all that a turn changed."""
        ...


class EntryCodec:
    """Rows of subjects to bytes and back, for one service's state."""

    def __init__(self, wiring: Wiring) -> None:
        self.state = wiring.domain.state
        self.encoder = msgspec.msgpack.Encoder()
        self.decoder = msgspec.msgpack.Decoder(Entry[self.state])  # type: ignore[name-defined]  # the state is known at run time only

    def encode(self, entry: Entry[Any]) -> bytes:
        """As stored in `subjects.doc`."""
        return self.encoder.encode(entry)

    def decode(self, doc: bytes) -> Entry[Any]:
        """An empty document is a subject of which nothing is known."""
        return self.decoder.decode(doc) if doc else Entry(self.state())
