"""The end of a journey: the city at rest, what became of each child, and what must hold whatever happened."""

import asyncio
import re
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import Final, NamedTuple, TypeAlias
from uuid import UUID

from pydantic import JsonValue

from deploy.demo.line import Line
from deploy.demo.readback.check import Check
from deploy.demo.readback.children import children
from deploy.demo.readback.log import Log
from deploy.demo.readback.messages import messages
from shared.contracts.model import Sealed
from shared.contracts.sealing import open_sealed
from shared.contracts.topics import SERVICES
from tests.journeys.city import Town
from tests.journeys.journey import Ends, Journey, asking, ends, read_from, records

UNFINISHED: Final = """
SELECT 'has not published all' WHERE EXISTS (SELECT FROM outbox)
UNION ALL SELECT 'has something waiting: ' || string_agg(DISTINCT why, ' ') FROM waiting HAVING count(*) > 0
UNION ALL SELECT 'has to look again' WHERE EXISTS (SELECT FROM wakes)
UNION ALL SELECT 'has undecided commands' WHERE EXISTS (SELECT FROM commands WHERE answer IS NULL)
UNION ALL SELECT 'has deadlines to decide' FROM subjects WHERE next_due < now() HAVING count(*) > 0"""
REMINDERS: Final = frozenset({"companion-missing"})
_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+(Z|[+-]\d\d:\d\d)")
DRAWN: Final = frozenset({"bed", "officer"})
"""Fields that say which of several equal things it was: as free as an id."""

Told: TypeAlias = tuple[str, str, str]
"""Type, child, and data without times and ids."""


class Ending(NamedTuple):
    """What became of the children."""

    status: Counter[str]
    """Of each child, the last fact of each subject stream."""
    facts: Counter[Told]


async def at_rest(town: Town, journey: Journey, *, seconds: float) -> None:
    """Wait until all that was said is in the log, all have read to its end, and nothing waits or is unanswered.

    Two looks in a row must find the same. Raises `TimeoutError` with what is still to be done.
    """
    deadline, before = monotonic() + seconds, Ends()
    async with asking(town.kafka_settings) as consumer:
        while True:
            now = await ends(consumer)
            behind = await _behind(town, journey, now)
            if not behind and now == before:
                return
            if monotonic() > deadline:
                raise TimeoutError(f"no rest in {seconds:.0f} s: {'; '.join(behind) or 'the city goes on speaking'}")
            before = now
            await asyncio.sleep(0.2)


async def _behind(town: Town, journey: Journey, now: Ends) -> list[str]:
    behind = [f"{len(acts)} commands without an answer, such as {acts[0].id}"] if (acts := journey.unanswered()) else []
    for service in SERVICES:
        behind += [f"{service} {row[0]}" for row in await town.sql(service, UNFINISHED)]
        rows = await town.sql(service, "SELECT topic, partition, next FROM positions")
        behind += [f"{service} at {t}[{p}]" for t, p, next_ in rows if next_ < now.get((t, p), 0)]
    return behind


async def lines_of(journey: Journey) -> tuple[Line, ...]:
    """All that the logs hold of this journey, read afresh; what was said before it, and now again, is left out."""
    found = []
    async with asking(journey.kafka) as consumer:
        end = await ends(consumer)
        begins = {place: begin if begin <= end[place] else 0 for place, begin in journey.begins.items()}
        todo = {place for place in end if begins.get(place, 0) < end[place]}
        read_from(consumer, begins)
        while todo:
            for line in await records(consumer, 200):
                if line.topic.endswith(".out"):
                    found.append(line)
                elif line.envelope.time >= journey.begun:
                    found.append(replace(line, at=line.envelope.time))  # in the order of decisions, however often said
                if line.offset + 1 >= end[line.topic, line.partition]:
                    todo.discard((line.topic, line.partition))
    return tuple(found)


# -- what became of each child -------------------------------------------------------------------------------------


def ending(log: Log) -> Ending:
    """By report, which has the same number in every run; of siblings, chance decides which of them comes first."""
    named = {line.subject: line.envelope.causation.rsplit("-", 1)[-1] for line in log.of("child-identified")}
    keys = {line.subject: urlsafe_b64decode(line.text("key") + "=") for line in log.once if line.topic == "case-keys"}
    facts: Counter[Told] = Counter()
    status: dict[str, dict[str, str]] = {case: {} for case in named}
    for line in sorted(log.facts, key=lambda each: (each.topic, each.subject, each.envelope.sequence)):
        if line.subject in named and line.type not in REMINDERS:
            facts[line.type, named[line.subject], _plain(_opened(line, keys))] += 1
            status[line.subject][line.topic] = line.type
    return Ending(Counter(f"{named[case]} {sorted(at.items())}" for case, at in status.items()), facts)


def _opened(line: Line, keys: Mapping[str, bytes]) -> dict[str, JsonValue]:
    """The data, with what is sealed under the key of the case opened."""
    if not line.text("about_child.box") or line.subject not in keys:
        return line.data
    sealed = Sealed(kid=line.text("about_child.kid"), box=line.text("about_child.box"))
    about = open_sealed(UUID(line.subject), line.envelope.id, keys[line.subject], sealed)
    return line.data | {"about_child": about.model_dump(mode="json")}


def _plain(data: Mapping[str, JsonValue]) -> str:
    """Without times, ids, and what was drawn."""
    kept = {name: data[name] for name in sorted(data) if name not in DRAWN}
    return _TIME.sub("T", _ID.sub("#", str(kept)))


def differences(calm: Ending, other: Ending) -> list[str]:
    """In what the end of a journey differs from that of an undisturbed one; nothing where it does not."""
    return [
        *(f"missing: {told}, {many} times" for told, many in _less(calm, other).items()),
        *(f"too many: {told}, {many} times" for told, many in _less(other, calm).items()),
    ]


def _less(one: Ending, other: Ending) -> dict[str, int]:
    found = [*(one.status - other.status).items(), *(one.facts - other.facts).items()]
    return {str(told): many for told, many in found}


# -- what must hold, whatever happened -------------------------------------------------------------------------------


def invariants(log: Log) -> Sequence[Check]:
    """The same checks that the demonstration makes."""
    return [*children(log), *messages(log, (), ("Wirasenandika",))]


def broken(log: Log, *, but: frozenset[str] = frozenset()) -> list[str]:
    """The invariants that do not hold, each with what breaks it."""
    return list(_broken(log, but))


def _broken(log: Log, but: frozenset[str]) -> Iterator[str]:
    for check in invariants(log):
        if check.wrong and check.name_en not in but:
            yield f"{check.name_en}: {list(check.wrong)[:5]} of {check.examined}"
