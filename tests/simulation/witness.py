"""What must hold after every step, whatever happened: an observer with a memory of its own, beside the services'."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from shared.contracts.codec import decode_fact
from shared.contracts.envelope import After, envelope_of
from shared.contracts.sealing import read_token
from shared.contracts.topics import SUBJECT_STREAMS
from shared.runtime.arrival import CommandCome, FactCome, arrive
from shared.runtime.changes import Answered, Changes, SaidRow
from shared.runtime.entry import WIDTH, Entry
from shared.runtime.record import Record
from shared.runtime.rehearsal.city import City
from shared.runtime.rehearsal.member import Member
from tests.simulation.agencies import Sent
from tests.simulation.children import Children
from tests.simulation.limits import Limits
from tests.simulation.violation import check

ABOUT_CHILDREN = frozenset(stream.name for stream in SUBJECT_STREAMS)
UNNUMBERED: Final = "dead-letters"
"""Nobody hears this stream, so a service that was restored cannot know what it has said there, and says it again."""
EXPECTED_ALARMS = frozenset({"record.unreadable"})
"""Somebody sends rubbish in every run; nothing else may need a person."""


FAR: Final = datetime(9999, 1, 1, tzinfo=UTC)


class Witness:
    """Sees each commit of each service before anything else happens."""

    def __init__(self, city: City, children: Children) -> None:
        self.city, self.children, self.limits = city, children, Limits()
        self.said: dict[str, dict[tuple[str, UUID], list[SaidRow]]] = defaultdict(lambda: defaultdict(list))
        """By service, then by stream and subject, in order."""
        self.count: Counter[str] = Counter()
        self.order: dict[str, int] = {}
        """By id, the how-manieth fact of all it is."""
        self.answered: dict[tuple[str, str, str], str] = {}
        """By service, source and id: the code of the refusal, or nothing."""
        self.types: Counter[str] = Counter()
        self.after: dict[bytes, After] = {}
        """By id, what the speaker of a fact knew of its case."""
        self.heard: Counter[tuple[str, UUID, str]] = Counter()
        self.until: dict[tuple[str, str], datetime] = {}
        """Until when a message waits: what comes too late for that is decided without."""
        self.asked: Mapping[tuple[str, str], Sent] = {}
        self.behind: set[str] = set()
        """Services that were restored, and have not yet read again what they had said."""

    def restored(self, service: str) -> None:
        """A database that we saw commit more is an earlier one again; what was said still stands."""
        self.count[service] = len(self.city.members[service].tables.said)
        self.behind.add(service)

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
        for waiting in changes.waits:
            which = (service, waiting.record.header("ce_id"))
            self.until[which] = min(waiting.until, self.until.get(which, FAR))
        for subject in changes.entries:
            entry = member.codec.decode(member.tables.subjects[subject][0])
            self._no_deadline_forgotten(member, subject, entry)
            self._in_causal_order(member, subject, entry)
        for answer in changes.answers:
            self._knew_what_its_sender_knew(member, answer)
        if member.ready():
            self.behind.discard(service)
        if service not in self.behind:
            self.children.after(service, member, changes)

    def _hear(self, service: str, row: SaidRow) -> None:
        """Numbers are dense, ids are unique, each fact names the one before it."""
        before = self.said[service][row.stream, row.subject]
        envelope = envelope_of(msgspec.msgpack.decode(row.headers))
        where = f"{row.stream}/{row.subject} {row.type} {row.sequence} after {len(before)}"
        if row.stream != UNNUMBERED:
            check(row.sequence == envelope.sequence == len(before) + 1, "sequences dense, ids unique", where)
            check(envelope.previous == (str(before[-1].id) if before else ""), "sequences dense, ids unique", where)
        check(str(row.id) not in self.order, "sequences dense, ids unique", where)
        before.append(row)
        self.order[str(row.id)] = len(self.order)
        self.after[row.id.bytes] = envelope.after
        self.count[service] += 1
        self.types[row.type] += 1
        if row.stream == "clocks":
            self.limits.hear(decode_fact(row.type, 1, row.data))
        elif row.stream in ABOUT_CHILDREN:
            self.children.hear(row.subject, decode_fact(row.type, 1, row.data))

    def _no_deadline_forgotten(self, member: Member, subject: UUID, entry: Entry[Any]) -> None:
        due = member.tables.subjects[subject][1]
        dues = member.wiring.domain.deadlines(entry.state).values()
        check(due == min(dues, default=None), "every deadline met, fired or gone", f"{member.name} {subject}: {due}")

    # -- in causal order ------------------------------------------------------------------------------------------

    def _in_causal_order(self, member: Member, subject: UUID, entry: Entry[Any]) -> None:
        """Whoever applies a fact of others knows by then all that its speaker knew, as far as it hears that."""
        for stream, ids in entry.chains.items():
            done = self.heard[member.name, subject, stream] * WIDTH
            self.heard[member.name, subject, stream] = len(ids) // WIDTH
            for at in range(done, len(ids), WIDTH) if stream not in member.wiring.own else ():
                id_ = ids[at : at + WIDTH]
                self._knows(member, entry, self.after.get(id_, {}), str(UUID(bytes=id_)))

    def _knew_what_its_sender_knew(self, member: Member, answer: Answered) -> None:
        """A command is decided when all that its sender had read of the case has been heard."""
        sent = self.asked.get((answer.source.rpartition("/")[2], answer.id))
        seen = dict(sent.headers)["ce_after"] if sent and sent.after else None
        token = read_token(member.wiring.token_key, seen.decode()) if seen else None
        if token and token[0] in member.tables.subjects:
            self._knows(member, member.codec.decode(member.tables.subjects[token[0]][0]), token[1], answer.id)

    def _knows(self, member: Member, entry: Entry[Any], after: After, id_: str) -> None:
        missing = [s for s, n in after.items() if s in member.wiring.heard and entry.count(s) < n]
        waited = self.until.get((member.name, id_), FAR) <= member.now()
        check(waited or not missing, "in causal order", f"{member.name}: {id_} before {missing}")

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
