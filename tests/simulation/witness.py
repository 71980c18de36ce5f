"""What must hold after every step, whatever happened: an observer with a memory of its own, beside the services'."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

import msgspec

from shared.contracts.codec import decode_fact
from shared.contracts.envelope import envelope_of
from shared.contracts.topics import SUBJECT_STREAMS
from shared.runtime.arrival import CommandCome, FactCome, arrive
from shared.runtime.changes import Changes, SaidRow
from shared.runtime.record import Record
from shared.runtime.rehearsal.city import City
from shared.runtime.rehearsal.member import Member
from tests.simulation.children import Children
from tests.simulation.violation import check

ABOUT_CHILDREN = frozenset(stream.name for stream in SUBJECT_STREAMS)
EXPECTED_ALARMS = frozenset({"record.unreadable"})
"""Somebody sends rubbish in every run; nothing else may need a person."""


class Witness:
    """Sees each commit of each service before anything else happens."""

    def __init__(self, city: City, children: Children) -> None:
        self.city, self.children = city, children
        self.said: dict[str, dict[tuple[str, UUID], list[SaidRow]]] = defaultdict(lambda: defaultdict(list))
        """By service, then by stream and subject, in order."""
        self.count: Counter[str] = Counter()
        self.order: dict[str, int] = {}
        """By id, the how-manieth fact of all it is."""
        self.answered: dict[tuple[str, str, str], str] = {}
        """By service, source and id: the code of the refusal, or nothing."""
        self.types: Counter[str] = Counter()

    def committed(self, service: str, changes: Changes) -> None:
        member = self.city.members[service]
        for what, fields in changes.alarms:
            check(what in EXPECTED_ALARMS, "nothing fails", f"{service}: {what} {fields}")
        for row in changes.said:
            self._hear(service, row)
        for answer in changes.answers:
            key = (service, answer.source, answer.id)
            check(key not in self.answered, "each command has one outcome", f"{key} is answered twice")
            self.answered[key] = answer.code
        check(len(member.tables.said) == self.count[service], "nothing accepted is lost", f"{service} forgot a fact")
        for subject in changes.entries:
            self._no_deadline_forgotten(member, subject)
        self.children.after(service, member, changes)

    def _hear(self, service: str, row: SaidRow) -> None:
        """Numbers are dense, ids are unique, each fact names the one before it."""
        before = self.said[service][row.stream, row.subject]
        envelope = envelope_of(msgspec.msgpack.decode(row.headers))
        where = f"{row.stream}/{row.subject} {row.type} {row.sequence} after {len(before)}"
        check(row.sequence == envelope.sequence == len(before) + 1, "sequences dense, ids unique", where)
        check(envelope.previous == (str(before[-1].id) if before else ""), "sequences dense, ids unique", where)
        check(str(row.id) not in self.order, "sequences dense, ids unique", where)
        before.append(row)
        self.order[str(row.id)] = len(self.order)
        self.count[service] += 1
        self.types[row.type] += 1
        if row.stream in ABOUT_CHILDREN:
            self.children.hear(row.subject, decode_fact(row.type, 1, row.data))

    def _no_deadline_forgotten(self, member: Member, subject: UUID) -> None:
        doc, due = member.tables.subjects[subject]
        dues = member.wiring.domain.deadlines(member.codec.decode(doc).state).values()
        check(due == min(dues, default=None), "every deadline met, fired or gone", f"{member.name} {subject}: {due}")

    # -- what was in the log in time counts -----------------------------------------------------------------------

    def fires(self, service: str, subject: UUID, due: datetime) -> None:
        """A deadline is about to be decided upon: all that was in the log of that child by then must be settled."""
        member = self.city.members[service]
        late = [record for record in self._unread(member, subject) if record.at <= due]
        check(not late, "an answer in time counts", f"{service} {subject} due {due}: {_places(late)} is not read")
        waits = [w for w in member.tables.waiting.values() if w.subject == subject and w.record.at <= due]
        still = [w.record for w in waits if w.until > member.now() and w.why in {"gap", "early", "no-key"}]
        check(not still, "an answer in time counts", f"{service} {subject} due {due}: {_places(still)} waits")

    def _unread(self, member: Member, subject: UUID) -> Iterator[Record]:
        for place, records in self.city.log.places.items():
            if place[0] not in member.topics:
                continue
            for record in records[member.tables.positions.get(place, 0) :]:
                come = arrive(record, member.wiring)
                if isinstance(come, CommandCome | FactCome) and _subject(member, come) == subject:
                    yield record


def _subject(member: Member, come: CommandCome | FactCome) -> UUID | None:
    return member.tables.aliases.get(come.subject, come.subject) if come.subject else None


def _places(records: Iterable[Record]) -> str:
    return ", ".join(f"{record.topic}[{record.partition}]@{record.offset} of {record.at}" for record in records)
