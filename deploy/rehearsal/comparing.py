"""Compares two rehearsals of the same lines: whom another law or policy would send elsewhere, later, or fail."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Literal, NamedTuple, TypeAlias

from deploy.rehearsal.stage import Told

What: TypeAlias = Literal["elsewhere", "later", "missed", "kept"]


class Asked(NamedTuple):
    """A referral: to whom, and when."""

    agency: str
    at: datetime


@dataclass(slots=True)
class Life:
    """What became of one child: who was asked for each service, in order, and which limits were missed how often."""

    asked: dict[str, list[Asked]] = field(default_factory=lambda: defaultdict(list))
    missed: dict[str, int] = field(default_factory=lambda: defaultdict(int))


class Difference(NamedTuple):
    """What is otherwise for a child. `of` is a service, or a row of law; `before` and `after` are what it was."""

    child: str
    what: What
    of: str
    before: str
    after: str


def lives(told: Iterable[Told]) -> dict[str, Life]:
    """Return what became of each child, by its name in the file."""
    found: dict[str, Life] = defaultdict(Life)
    for event in told:
        life, data = found[event.child or event.envelope.subject or ""], event.data
        if event.envelope.type == "referred":
            life.asked[data["service"]].append(Asked(data["agency"], event.envelope.time))
        elif event.envelope.type == "clock-breached":
            life.missed[data["rule"]["row"]] += 1
    return found


def compared(before: Mapping[str, Life], after: Mapping[str, Life]) -> Iterator[Difference]:
    """Yield what is otherwise, child by child in the order of their names."""
    nobody = Life()
    for child in sorted(before.keys() | after.keys()):
        one, other = before.get(child, nobody), after.get(child, nobody)
        yield from _asked(child, one, other)
        yield from _missed(child, one, other)


def _asked(child: str, before: Life, after: Life) -> Iterator[Difference]:
    for service in sorted(before.asked.keys() | after.asked.keys()):
        one, other = before.asked.get(service, []), after.asked.get(service, [])
        if _agencies(one) != _agencies(other):
            yield Difference(child, "elsewhere", service, _agencies(one), _agencies(other))
        elif later := [(b.at, a.at) for b, a in zip_longest(one, other) if a.at > b.at]:
            yield Difference(child, "later", service, later[0][0].isoformat(), later[0][1].isoformat())


def _missed(child: str, before: Life, after: Life) -> Iterator[Difference]:
    for row in sorted(before.missed.keys() | after.missed.keys()):
        one, other = before.missed.get(row, 0), after.missed.get(row, 0)
        if one != other:
            yield Difference(child, "missed" if other > one else "kept", row, str(one), str(other))


def _agencies(asked: Sequence[Asked]) -> str:
    return ">".join(each.agency for each in asked)
