"""What was said and heard, folded again: every fact evolves in its order, nothing is decided and nothing is said."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, NamedTuple, NoReturn
from uuid import UUID

import msgspec

from shared.contracts.envelope import envelope_of
from shared.contracts.message import Decide, Domain
from shared.contracts.sealing import read_token
from shared.runtime.arrival import FactCome, arrive
from shared.runtime.chance import Chance
from shared.runtime.changes import Before, Changes
from shared.runtime.entry import Entry
from shared.runtime.fold import Fold
from shared.runtime.record import Record
from shared.runtime.wiring import Wiring

Name = tuple[str, str]
"""A stream, and the id of a fact in it."""


class Decided(RuntimeError):
    """The past was to be decided upon again, which it never may be."""


class _Never(dict[type, Decide]):
    """Stands for a service's decisions."""

    def get(self, *_: Any) -> NoReturn:
        raise Decided


def _no_chance(_: int) -> NoReturn:
    raise Decided


_NO_CHANCE: Final = Chance(_no_chance)


class Derived(NamedTuple):
    """What follows from a subject's state alone: its read rows, its other names, and its next deadline."""

    rows: frozenset[Any]
    aliases: frozenset[UUID]
    due: datetime | None


def past(wiring: Wiring) -> Wiring:
    """The same service without a will: its decisions raise `Decided`, and what follows from a state is left for later.

    So rows that cases share are written once all is known, and not while one case is years ahead of another.
    """
    silent = replace(
        wiring.domain, decides=_Never(), deadlines=lambda _: {}, rows=lambda *_: (), aliases=lambda _: (), shared=None
    )
    return replace(wiring, domain=silent)


def derived(domain: Domain, subject: UUID, entry: Entry[Any]) -> Derived:
    """What a service keeps beside a subject's state; `domain` is the whole one.

    Rows are written as differences, beginning from a state that knows nothing: what that has already is not written.
    """
    return Derived(
        rows=frozenset(domain.rows(subject, entry.state)) - frozenset(domain.rows(subject, domain.state())),
        aliases=frozenset(domain.aliases(entry.state)),
        due=min(domain.deadlines(entry.state).values(), default=None),
    )


def replay(wiring: Wiring, before: Before, facts: Iterable[FactCome], *, raises: bool = False) -> Changes:
    """Fold facts that had been applied before onto `before`. What cannot be applied is in the `waits` of what it gives.

    `wiring` is a `past` one. With `raises`, an evolution that fails is raised.
    """
    fold = Fold(wiring, before, _NO_CHANCE, raises=raises, replaying=True)
    fold.take(list(facts))
    return fold.finish()


def heard(wiring: Wiring, records: Iterable[Record], but: Collection[Name] = ()) -> list[FactCome]:
    """The facts among records of a log; `but` names those that wait, and so were never applied."""
    arrivals = (arrive(record, wiring) for record in records)
    return [each for each in arrivals if isinstance(each, FactCome) and name_of(each) not in but]


def name_of(fact: FactCome) -> Name:
    """By which a fact is found among those that wait."""
    return (fact.stream, fact.envelope.id)


class Spoken(NamedTuple):
    """What a rebuild needs of a row of `said`."""

    stream: str
    subject: UUID
    id: UUID
    owner: UUID
    headers: bytes
    data: bytes
    at: datetime


def spoken(wiring: Wiring, row: Spoken) -> FactCome:
    """A fact as its speaker kept it, which needs no key to know whose it is."""
    headers: list[tuple[str, bytes | None]] = [(name, text) for name, text in msgspec.msgpack.decode(row.headers)]
    envelope, chain = envelope_of(headers), row.stream
    if wiring.private(row.stream):
        opened = read_token(wiring.token_key, envelope.token)
        envelope = msgspec.structs.replace(envelope, after=opened[1] if opened else {}, token="")
        chain = f"{row.stream}/{row.subject}"
    record = Record(row.stream, 0, -1, row.at, headers, row.data)
    return FactCome(record, envelope, row.id, row.owner, chain)


def canonical(entry: Entry[Any]) -> Mapping[str, Any]:
    """A subject's row by its parts, in a form in which equal rows are equal whoever made them.

    An empty chain or count is none; so is a row about which nothing is known.
    """
    parts = {f"state.{name}": getattr(entry.state, name) for name in entry.state.__struct_fields__}
    kept = {"chains": entry.chains, "beyond": entry.beyond, "covered": entry.covered}
    others = {"key": entry.key, "kid": entry.kid, "skipped": sorted(set(entry.skipped))}
    return parts | kept | others


def differing(one: Entry[Any], other: Entry[Any]) -> Sequence[str]:
    """Names of the parts in which two rows of a subject differ."""
    these, those = canonical(one), canonical(other)
    return [name for name, value in these.items() if value != those[name]]
