"""How the last release folded the golden streams, and whether this one folds them the same."""

import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from shared.contracts.message import Domain
from shared.contracts.topics import SERVICES
from shared.runtime.books import EntryCodec
from shared.runtime.entry import Entry
from shared.runtime.rebuild.past import canonical, derived, differing
from tests.golden.cities import HERE, Service, cities, domains, packed, service

_FOLDS: Final = HERE / "folds.json"
_HALFWAY: Final = HERE / "halfway.json.gz"


class Folded(msgspec.Struct, frozen=True):
    """How a release folded all cities for one service: its number, and a digest of each part."""

    fold: int
    parts: dict[str, str]


class Stored(NamedTuple):
    """A row as a release had stored it when it had read half of a city."""

    service: str
    city: int
    subject: UUID
    doc: bytes


def whole(name: str) -> Folded:
    """How this release folds everything."""
    parts: dict[str, dict[str, Any]] = defaultdict(dict)
    for city in range(len(cities())):
        at = service(name, city)
        for subject, entry in at.fold(at.facts).items():
            for part, value in {**canonical(entry), **_derived(at.wiring.domain, subject, entry)}.items():
                parts[part][f"{city}/{subject}"] = value
    return Folded(domains()[name].fold, {part: _digest(values) for part, values in parts.items()})


def _derived(domain: Domain, subject: UUID, entry: Entry[Any]) -> Mapping[str, Any]:
    it = derived(domain, subject, entry)
    rows = sorted(json.dumps([type(row).__name__, *map(str, row)]) for row in it.rows)
    return {"rows": rows, "aliases": sorted(map(str, it.aliases)), "next_due": it.due}


def _digest(value: Any) -> str:
    plain = msgspec.to_builtins(value, str_keys=True, order="sorted")
    return hashlib.sha256(msgspec.json.encode(plain, order="sorted")).hexdigest()[:16]


def _halfway(city: int, at: Service) -> Mapping[UUID, Entry[Any]]:
    """What is stored when half of a city is read: all that its log took before one moment."""
    records = cities()[city].records
    middle = records[len(records) // 2].at
    return at.fold([fact for fact in at.facts if fact.record.at < middle])


def _stored() -> Iterator[Stored]:
    for name in SERVICES:
        for city in range(len(cities())):
            at = service(name, city)
            codec = EntryCodec(at.wiring)
            yield from (Stored(name, city, key, codec.encode(entry)) for key, entry in _halfway(city, at).items())


@cache
def last() -> Mapping[str, Folded]:
    """How the last release folded."""
    return msgspec.json.decode(_FOLDS.read_bytes(), type=dict[str, Folded])


def changed(name: str) -> Sequence[str]:
    """Parts that this release folds otherwise than the last did."""
    now, then = whole(name).parts, last()[name].parts
    return sorted(part for part in now.keys() | then.keys() if now.get(part) != then.get(part))


def not_continued(name: str) -> Sequence[str]:
    """Parts that become otherwise where this release goes on from rows that the last had stored halfway."""
    rows: list[Stored] = msgspec.json.decode(gzip.decompress(_HALFWAY.read_bytes()), type=list[Stored])
    found: set[str] = set()
    for city in range(len(cities())):
        at = service(name, city)
        codec = EntryCodec(at.wiring)
        onto = {row.subject: codec.decode(row.doc) for row in rows if (row.service, row.city) == (name, city)}
        went_on, anew = at.fold(at.facts, onto), at.fold(at.facts)
        found |= {part for subject, entry in anew.items() for part in differing(went_on[subject], entry)}
    return sorted(found)


def verdict(name: str) -> str:
    """What the build says of a service; empty where its stored rows can be folded on."""
    number, before = domains()[name].fold, last()[name].fold
    if number != before:
        return f"the fold of {name} has a new number, {number}: record it, by python -m tests.golden"
    if parts := [*changed(name), *not_continued(name)]:
        return (
            f"a rebuild is needed: the fold of {name} changed ({', '.join(sorted(set(parts)))}). Raise `fold` in "
            f"services/{name}/domain/__init__.py to {before + 1}, and run python -m tests.golden"
        )
    return ""


def record() -> None:
    """Write down how this release folds."""
    folds = {name: whole(name) for name in SERVICES}
    _FOLDS.write_text(json.dumps(msgspec.to_builtins(folds), indent=1, sort_keys=True) + "\n")
    _HALFWAY.write_bytes(packed(list(_stored())))
