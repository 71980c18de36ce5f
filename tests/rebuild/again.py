"""A simulated service's derived tables made again from what it has said and heard, and where the two differ."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from shared.runtime.arrival import FactCome
from shared.runtime.changes import Before
from shared.runtime.entry import Entry
from shared.runtime.rebuild.past import Spoken, derived, differing, heard, name_of, past, replay, spoken
from shared.runtime.rehearsal.log import Log
from shared.runtime.rehearsal.member import Member


def facts(member: Member, log: Log) -> Iterator[FactCome]:
    """As a rebuild reads them: what was said, what the log alone holds of it and keys, and what was heard of others."""
    wiring, tables = past(member.wiring), member.tables
    held = {(each.record.topic, each.record.header("ce_id")) for each in tables.waiting.values()}
    for row in tables.said.values():
        fact = spoken(wiring, Spoken(row.stream, row.subject, row.id, row.owner, row.headers, row.data, member.now()))
        if name_of(fact) not in held:
            yield fact
    for first in (True, False):
        for (topic, number), records in log.places.items():
            if topic in wiring.heard and (topic in wiring.first) is first:
                yield from heard(wiring, records[: tables.positions.get((topic, number), 0)], held)


def differences(member: Member, log: Log) -> list[str]:
    """Everything in which a service's tables are not as facts make them."""
    before = Before(now=member.now(), entries={})
    changes = replay(past(member.wiring), before, facts(member, log), raises=True)
    left = [f"{each.record.topic} waits: {each.why}" for each in changes.waits]
    return [*left, *_subjects(member, before.entries), *_rows(member, before.entries)]


def _subjects(member: Member, made: dict[Any, Entry[Any]]) -> Iterator[str]:
    domain, nothing = member.wiring.domain, Entry(member.wiring.domain.state())
    for subject in sorted(member.tables.subjects.keys() | made.keys()):
        doc, due = member.tables.subjects.get(subject, (b"", None))
        yield from (f"{subject}: {part}" for part in differing(member.codec.decode(doc), made.get(subject, nothing)))
        again = derived(domain, subject, made.get(subject, nothing)).due
        if due != again and not (due and again and again < due <= member.now() + timedelta(minutes=1)):
            yield f"{subject}: due {due}, not {again}"


def _rows(member: Member, made: dict[Any, Entry[Any]]) -> Iterator[str]:
    again = {subject: derived(member.wiring.domain, subject, entry) for subject, entry in made.items()}
    rows = frozenset[Any]().union(*(each.rows for each in again.values()))
    stored = frozenset(row for table in member.tables.rows.values() for row in table.values())
    yield from (f"missing {row[:2]}" for row in rows - stored)
    yield from (f"surplus {row[:2]}" for row in stored - rows)
    names = {alias: subject for subject, each in again.items() for alias in each.aliases}
    yield from (f"alias {name}" for name, _ in names.items() ^ member.tables.aliases.items())
