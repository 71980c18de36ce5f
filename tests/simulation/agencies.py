"""The agencies: they read their own mailboxes and nothing else, act on what stands there, and send again what got lost."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Any, Final, NamedTuple
from uuid import UUID

from shared.contracts.codec import NotReadable, decode_fact, encode
from shared.contracts.envelope import Envelope, envelope_of, headers_of
from shared.contracts.model import Command, Fact
from shared.contracts.topics import PARTIES, inbox, outbox
from shared.runtime.record import HTTP, Record
from shared.runtime.rehearsal.city import City

BY_BOTH_WAYS: Final = 0.1
"""How likely a command by HTTP is put into the mailbox too, for its sender is impatient."""
Headers = list[tuple[str, bytes | None]]


class Notice(NamedTuple):
    """What an agency reads in its mailbox; `after` is to be copied into what it answers."""

    id: str
    type: str
    subject: str
    after: str
    body: Fact


class Act(NamedTuple):
    """What an agency will send; `role` is set where an officer does it by HTTP, `times` is how often it is sent."""

    command: Command
    subject: str = ""
    after: str = ""
    seconds: float = 0.0
    times: int = 1
    role: str = ""


@dataclass(slots=True)
class Sent:
    """A message on its way. `sound` tells whether its agency meant it well, and had all right."""

    agency: str
    id: str
    headers: Headers
    value: bytes | None
    type: str
    decider: str
    command: Command | None = None
    role: str = ""
    subject: str = ""
    after: str = ""
    reused: bool = False
    """Whether its id was used for something else too."""
    at: list[datetime] = field(default_factory=list)
    """When the log, or the service itself, took it."""


@dataclass(slots=True)
class Memory:
    """What an agency has noted of one child, by the id under which it knows it."""

    notes: dict[str, Any] = field(default_factory=dict)
    referrals: dict[UUID, str] = field(default_factory=dict)
    """Referrals that it believes to be open, with the service asked for."""
    hearings: dict[UUID, str] = field(default_factory=dict)


@dataclass(slots=True)
class Agency:
    """One party: its own mailbox, its notes, its clock that may be off by weeks."""

    code: str
    chance: random.Random
    off: timedelta
    offset: int = 0
    seen: set[str] = field(default_factory=set)
    memory: dict[str, Memory] = field(default_factory=lambda: defaultdict(Memory))

    def likely(self, odds: float) -> bool:
        return self.chance.random() < odds


Habit = Callable[[Agency, Notice, datetime], Iterator[Act]]


class Agencies:
    """All 23 parties. `habits` tells what each does upon a notice."""

    def __init__(self, city: City, chance: random.Random, habits: Habit, tell: Callable[..., None]) -> None:
        self.city, self.chance, self.habits, self.tell = city, chance, habits, tell
        self.all = {code: Agency(code, chance, timedelta(days=chance.choice((0, 0, 0, -40, 40)))) for code in PARTIES}
        self.agenda: list[tuple[datetime, int, Sent]] = []
        self.sent: dict[tuple[str, str], Sent] = {}
        self.waiting: dict[tuple[str, str], Sent] = {}
        """By HTTP, and not answered yet."""
        self.count = 0

    # -- reading --------------------------------------------------------------------------------------------------

    def unread(self) -> list[Agency]:
        return [a for a in self.all.values() if self.city.log.end((inbox(a.code), 0)) > a.offset]

    def read(self, agency: Agency, limit: int) -> None:
        for record in self.city.log.read((inbox(agency.code), 0), agency.offset, limit):
            agency.offset = record.offset + 1
            notice = notice_of(record)
            if notice.id not in agency.seen:
                agency.seen.add(notice.id)
                for act in self.habits(agency, notice, self.city.now):
                    self.plan(agency.code, act)

    # -- acting ---------------------------------------------------------------------------------------------------

    def plan(self, agency: str, act: Act) -> None:
        sent = self._made(agency, act)
        self.sent[agency, sent.id] = sent
        for number in range(act.times):
            self.again(sent, act.seconds * (1 + number * self.chance.random()))

    def again(self, sent: Sent, seconds: float) -> None:
        self.count += 1
        heappush(self.agenda, (self.city.now + timedelta(seconds=seconds), self.count, sent))

    def due(self) -> bool:
        return bool(self.agenda) and self.agenda[0][0] <= self.city.now

    def send(self, lost: float, down: frozenset[str] = frozenset()) -> None:
        """The first of the agenda. A producer that was not told that its message arrived sends it again."""
        sent = heappop(self.agenda)[2]
        if sent.role:
            self._submit(sent, down)
        elif self.chance.random() < lost:
            self.again(sent, 5)
        else:
            self._post(sent)
            if self.chance.random() < lost:
                self.again(sent, 5)

    def _post(self, sent: Sent) -> None:
        self.city.log.append((outbox(sent.agency), 0), sent.headers, sent.value)
        sent.at.append(self.city.now)
        self.tell("sent", sent.agency, sent.type, sent.id, sent.subject[:8])

    def _submit(self, sent: Sent, down: frozenset[str]) -> None:
        """By HTTP: asked again until there is an answer. A crash of the service is an answer that never comes."""
        if (sent.agency, sent.id) not in self.waiting:
            self.waiting[sent.agency, sent.id] = sent
        if sent.decider in down:
            self.again(sent, 10)
            return
        if self.chance.random() < BY_BOTH_WAYS:
            self._post(sent)
        sent.at.append(self.city.now)
        self.tell("asked", sent.agency, sent.type, sent.id, sent.subject[:8])
        record = Record(HTTP, 0, 0, self.city.now, sent.headers, sent.value)
        self.again(sent, 10)  # taken back below, if there is an answer
        if self.city.members[sent.decider].submit(record) is not None:
            self.waiting.pop((sent.agency, sent.id))
            self.agenda = [item for item in self.agenda if item[2] is not sent]
            heapify(self.agenda)

    def reuse(self) -> Sent | None:
        """Send another message under an id that was used before, or nothing where none was."""
        mine = [sent for sent in self.sent.values() if sent.at and not sent.role and not sent.reused]
        if not mine:
            return None
        sent = self.chance.choice(mine)
        sent.reused = True
        self.city.log.append((outbox(sent.agency), 0), sent.headers, (sent.value or b"") + b" ")
        return sent

    def finish(self) -> None:
        """Everything that is still to be sent, and nothing new."""
        self.city.now = max(self.city.now, self.agenda[0][0]) if self.agenda else self.city.now
        while self.due():
            self.send(0.0)

    def _made(self, agency: str, act: Act) -> Sent:
        self.count += 1
        id_ = f"{agency}-{self.count}"
        envelope = Envelope(
            id=id_, type=act.command.type, version=act.command.version, source=f"/agencies/{agency}",
            time=self.city.now + self.all[agency].off, subject=act.subject or None, token=act.after,
        )  # fmt: skip
        caller = [("caller", f"{agency}/{act.role}/petugas-{self.count % 7}".encode())] if act.role else []
        return Sent(
            agency, id_, [*headers_of(envelope), *caller], encode(act.command), act.command.type, act.command.decider,
            act.command, act.role, act.subject, act.after,
        )  # fmt: skip


def notice_of(record: Record) -> Notice:
    """As an outside reader has it: all that it may rely on stands in the contract."""
    envelope = envelope_of(record.headers)
    try:
        body = decode_fact(envelope.type, envelope.version, record.value or b"", envelope.variant)
    except NotReadable as problem:
        raise AssertionError(
            f"{record.topic}: {envelope.type}{envelope.variant} is not by its contract: {problem}"
        ) from None
    return Notice(envelope.id, envelope.type, envelope.subject or "", envelope.token, body)
