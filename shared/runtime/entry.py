"""A subject's row: what this service has said and heard of it, in order, and the state that this made."""

from enum import Enum
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
from asyncpg.pgproto import pgproto

from shared.contracts.envelope import After, Envelope
from shared.contracts.message import State
from shared.runtime.wiring import Wiring

S = TypeVar("S", bound=State)
WIDTH = 16


class Entry(msgspec.Struct, Generic[S], omit_defaults=True, array_like=True):
    """One subject. `chains` holds per stream the ids of all its facts, 16 bytes each: their number is the head.

    `beyond` is the highest count known of streams that we do not hear; `covered` of those we hear and have not heard so
    far yet, as our own facts read back from the log had it: what lies below has been decided upon before (a restore).
    `key` opens sealed fields. `skipped` are ids of facts that an operator discarded.
    """

    state: S
    chains: dict[str, bytes] = {}
    beyond: dict[str, int] = {}
    covered: dict[str, int] = {}
    key: bytes = b""
    kid: str = ""
    skipped: list[str] = []

    def count(self, stream: str) -> int:
        """How many facts of a stream have been applied."""
        return len(self.chains.get(stream, b"")) // WIDTH

    def at(self, stream: str, sequence: int) -> UUID:
        """The id of a fact that has been applied; sequences count from 1."""
        return pgproto.UUID(self.chains[stream][(sequence - 1) * WIDTH : sequence * WIDTH])

    def last(self, stream: str) -> str:
        """The id of a stream's last fact, or an empty text."""
        count = self.count(stream)
        return str(self.at(stream, count)) if count else ""

    def extend(self, stream: str, id_: UUID) -> None:
        """Note that a fact was said or applied."""
        self.chains[stream] = self.chains.get(stream, b"") + id_.bytes
        if self.covered and self.covered.get(stream) == self.count(stream):
            del self.covered[stream]  # all of it is heard: the row is again as if it never had been away

    def vector(self, wiring: Wiring, stream: str) -> dict[str, int]:
        """`ce_after` of what is said next in `stream`."""
        streams = wiring.numbered if wiring.private(stream) else wiring.ordering
        known = {s: len(ids) // WIDTH for s, ids in self.chains.items() if s in streams}
        after = self.beyond | known if self.beyond else known
        after.pop(stream, None)
        return after

    def learn(self, after: After, wiring: Wiring, *, own: bool) -> None:
        """Take over what the speaker of an applied fact knew."""
        for stream, count in after.items():
            known = self.covered if own and stream in wiring.heard else self.beyond
            if (own or stream not in wiring.heard) and count > max(known.get(stream, 0), own and self.count(stream)):
                known[stream] = count


class Standing(Enum):
    """What may happen to a fact now."""

    NEXT = "next"
    KNOWN = "known"
    GAP = "gap"
    EARLY = "early"
    NO_KEY = "no-key"
    FORK = "fork"


def standing(
    entry: Entry[Any], fact: Envelope, stream: str, chain: str, wiring: Wiring, *, past: bool = False
) -> Standing:
    """The one predicate of order: a fact applies when its number is next and what it follows has been heard.

    Of the `past`, whose facts were decided upon in their time, only the number counts, and that their seal opens.
    """
    count = entry.count(chain)
    if fact.sequence <= count:
        return Standing.KNOWN if fact.sequence and str(entry.at(chain, fact.sequence)) == fact.id else Standing.FORK
    if fact.sequence > count + 1:
        return Standing.GAP
    if fact.previous != entry.last(chain):
        return Standing.FORK
    if past or stream in wiring.first:  # ours were decided in their time: only their seal must open
        return unmet(entry, {wiring.keys: fact.after.get(wiring.keys, 0)}, wiring)
    return unmet(entry, fact.after, wiring)


def unmet(entry: Entry[Any], after: After, wiring: Wiring) -> Standing:
    """Whether what `after` names has been heard, as far as we hear those streams."""
    missing = {s for s, n in after.items() if s in wiring.heard and entry.count(s) < n}
    if wiring.keys in missing:
        return Standing.NO_KEY
    return Standing.EARLY if missing else Standing.NEXT


def copy_of(entry: Entry[Any]) -> Entry[Any]:
    """A copy on which a decision can be tried."""
    return msgspec.structs.replace(
        entry, chains=dict(entry.chains), beyond=dict(entry.beyond), covered=dict(entry.covered)
    )
