"""A turn, in memory: messages in, changes out. Pure but for the chance it is given; no database, no broker."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from shared.contracts.codec import NotReadable, decode_fact
from shared.contracts.message import Events, Message, Refusal, Say, Woken
from shared.contracts.model import AboutChild, Sealed
from shared.contracts.outcomes import CaseKeyIssued, DeadLetter, FactDiscarded
from shared.contracts.sealing import NotOpened, open_sealed
from shared.runtime.arrival import Arrival, CommandCome, Discard, DueCome, FactCome, Poke, Unreadable, arrive
from shared.runtime.chance import Chance
from shared.runtime.changes import Before, Changes, Waiting, Why
from shared.runtime.commands import Commands
from shared.runtime.entry import Entry, Standing, copy_of, standing
from shared.runtime.speech import Cause, Voice, evolved
from shared.runtime.wiring import Wiring

WAIT_LIMIT: Final = timedelta(minutes=10)
"""How long a message waits before somebody is told, and an early one is released."""

LOST: Final = UUID("7b0d3a3c-2f5e-4d8e-9a3e-5b9a1c0f4e11")
"""Names subjects of what has none: commands without a case, dead letters."""
_KEEP_AFTER: Final[dict[Standing, Why]] = {Standing.GAP: "gap", Standing.EARLY: "early", Standing.NO_KEY: "no-key", Standing.FORK: "fork"}


class Fold:
    """One turn of one service over what was loaded. Call `take`, then `finish` for the changes."""

    def __init__(self, wiring: Wiring, before: Before, chance: Chance, *, raises: bool = False) -> None:
        self.wiring, self.before, self.chance, self.raises = wiring, before, chance, raises
        self.domain, self.now = wiring.domain, before.now
        self.voice = Voice(wiring, chance, before.now)
        self.changes = Changes()
        self.commands = Commands(self)
        self.shared = set(before.shared)
        self.rows: dict[UUID, set[Any]] = {}
        self.names: dict[UUID, frozenset[UUID]] = {}

    def take(self, arrivals: Sequence[Arrival]) -> None:
        """Apply messages in their order, and after each what waited for it."""
        for arrival in arrivals:
            self._one(arrival)

    def finish(self) -> Changes:
        """All that changed, with deadlines, read rows and wakes derived."""
        for subject, entry in self.changes.entries.items():
            self._derive(subject, entry)
        if self.domain.shared and self.shared != self.before.shared:
            self.changes.wakes = self.domain.shared.wakes(tuple(self.before.shared), tuple(self.shared))
        return self.changes

    # -- one message ---------------------------------------------------------------------------------------------

    def _one(self, arrival: Arrival) -> None:
        match arrival:
            case FactCome():
                if self._fact(arrival):
                    self.retry(arrival.subject)
            case CommandCome():
                self.commands.take(arrival)
            case DueCome():
                self._due(arrival)
                self.retry(arrival.subject)
            case Poke():
                self.retry(arrival.subject)
            case Discard():
                self._discard(arrival)
            case Unreadable():
                self.dead_letter(arrival)
            case _:
                self.changes.count("not-ours")

    def entry(self, subject: UUID) -> Entry[Any]:
        """The subject's row, to be changed in this turn."""
        entry = self.before.entries.get(subject)
        if entry is None:
            entry = self.before.entries[subject] = Entry(self.domain.state())
        if subject not in self.changes.entries:
            self.changes.entries[subject] = entry
            self.rows[subject] = set(self.domain.rows(subject, entry.state))
            self.names[subject] = frozenset(self.domain.aliases(entry.state))
        return entry

    def _fact(self, fact: FactCome, stored: Waiting | None = None) -> bool:
        """Apply a fact, or let it wait; tells whether the subject moved on."""
        entry = self.entry(fact.subject)
        stand = standing(entry, fact.envelope, fact.stream, fact.chain, self.wiring)
        if stand is Standing.KNOWN:
            self.settle(stored, "repeated")
            return False
        if self._stopped(fact.subject) and not stored:
            stand = Standing.GAP
        if stand in {Standing.EARLY, Standing.NO_KEY} and stored and self._released(stored):
            stand = Standing.NEXT if stand is Standing.EARLY else stand
        if stand is not Standing.NEXT:
            self.wait(fact.subject, _KEEP_AFTER[stand], fact, stored)
            return False
        return self._apply(entry, fact, stored)

    def _apply(self, entry: Entry[Any], fact: FactCome, stored: Waiting | None) -> bool:
        trial = copy_of(entry)
        try:
            said = self._hear(trial, fact)
        except NotReadable as problem:
            return self._unread(entry, fact, stored, problem)
        except NotOpened:
            return self.wait(fact.subject, "failed", fact, stored, "not-opened")
        except Exception as problem:  # the one place where a failure of one subject becomes a waiting row
            if self.raises:
                raise
            return self.wait(fact.subject, "failed", fact, stored, type(problem).__name__)
        self.adopt(fact.subject, trial)
        self.changes.said.extend(said)
        self.settle(stored, "applied")
        return True

    def _hear(self, entry: Entry[Any], fact: FactCome) -> list[Any]:
        envelope, stream = fact.envelope, fact.stream
        own = stream in self.wiring.own
        decided = own or envelope.sequence <= entry.covered.get(stream, 0)
        if envelope.id in entry.skipped:
            self._learn(entry, fact, own=own)
            return []
        message = self._message(entry, fact)
        entry.state = evolved(self.wiring, self.voice.parts, entry.state, message)
        self._learn(entry, fact, own=own)
        self._engine_fact(entry, message)
        if own:
            self.commands.remember(envelope)
        if decided:
            return []
        cause = Cause(envelope.id, envelope.correlation, f"service/{self.domain.name}", "stream", envelope.trace)
        return self._say(entry, fact.subject, self.decide(entry, message), cause)

    def _learn(self, entry: Entry[Any], fact: FactCome, *, own: bool) -> None:
        entry.extend(fact.chain, UUID(fact.envelope.id))
        entry.learn(fact.envelope.after, self.wiring, own=own)

    def _message(self, entry: Entry[Any], fact: FactCome) -> Message:
        envelope = fact.envelope
        body = decode_fact(envelope.type, envelope.version, fact.record.value or b"", envelope.variant)
        sealed = getattr(body, "about_child", None)
        about = open_sealed(fact.subject, envelope.id, entry.key, sealed) if isinstance(sealed, Sealed) else AboutChild()
        return self.message(
            body, fact.subject, id=envelope.id, time=envelope.time, stream=fact.stream, about=about,
            correlation=envelope.correlation, causation=envelope.causation, actor=envelope.actor,
        )  # fmt: skip

    def _engine_fact(self, entry: Entry[Any], message: Message) -> None:
        """Facts that the engine itself lives by."""
        match message.body:
            case CaseKeyIssued(kid=kid):
                entry.key, entry.kid = message.body.raw(), kid
            case FactDiscarded(event=event) if message.stream == self.wiring.answers:
                entry.skipped = [*entry.skipped, event]

    def _unread(self, entry: Entry[Any], fact: FactCome, stored: Waiting | None, problem: NotReadable) -> bool:
        if problem.reason == "unknown-type":
            self._learn(entry, fact, own=fact.stream in self.wiring.own)
            self.settle(stored, "unknown-type")
            return True
        why: Why = "unsupported-version" if problem.reason == "unsupported-version" else "failed"
        return self.wait(fact.subject, why, fact, stored, problem.reason)

    # -- deciding and saying --------------------------------------------------------------------------------------

    def message(self, body: Any, subject: UUID, **more: Any) -> Message:
        """A message for the service's functions, with what cases share where its type uses it."""
        users = self.domain.shared.users if self.domain.shared else frozenset()
        shared = tuple(self.shared) if type(body) in users else ()
        fields = {"time": self.now, "subjects": (subject,), **more}
        return Message(body=body, subject=subject, shared=shared, draw=self.chance.uuid4, **fields)

    def decide(self, entry: Entry[Any], message: Message) -> Events:
        """What follows from a fact or a deadline; a refusal of one is the service's own fault, and fails it."""
        decide = self.domain.decides.get(type(message.body))
        outcome = decide(entry.state, message, self.now) if decide else ()
        if isinstance(outcome, Refusal):
            error = f"{type(message.body).__name__} cannot be refused"
            raise TypeError(error)
        return outcome

    def _say(self, entry: Entry[Any], subject: UUID, events: Events, cause: Cause) -> list[Any]:
        return [row for said in events for row in self.voice.say(entry, subject, said, cause)]

    def adopt(self, subject: UUID, trial: Entry[Any]) -> None:
        """Take a trial over, with what it changes for others."""
        self.before.entries[subject] = self.changes.entries[subject] = trial
        if self.domain.shared:
            kinds = self.domain.shared.rows
            mine = {row for row in self.domain.rows(subject, trial.state) if isinstance(row, kinds)}
            self.shared = {row for row in self.shared if row[0] != subject} | mine

    def _due(self, due: DueCome) -> None:
        """Fire what is due now, one after another; each must be gone once it was decided upon."""
        entry = self.entry(due.subject)
        if due.woken:
            self.changes.woken.add(due.subject)
            self._fire(due.subject, entry, Woken())
        for _ in range(50):
            entry = self.before.entries[due.subject]
            dues = sorted(self.domain.deadlines(entry.state).items(), key=lambda item: item[1])
            if not dues or dues[0][1] > self.now or not self._fire(due.subject, entry, dues[0][0]):
                return

    def _fire(self, subject: UUID, entry: Entry[Any], deadline: Any) -> bool:
        trial = copy_of(entry)
        cause = Cause(f"due/{subject}", str(subject), f"service/{self.domain.name}", "due")
        try:
            said = self._say(trial, subject, self.decide(trial, self.message(deadline, subject)), cause)
        except Exception as problem:  # one subject's deadline must not stop the others'
            if self.raises:
                raise
            return self._overdue(subject, deadline, type(problem).__name__)
        if not isinstance(deadline, Woken) and deadline in self.domain.deadlines(trial.state):
            return self._overdue(subject, deadline, "still-there")
        self.adopt(subject, trial)
        self.changes.said.extend(said)
        self.changes.count("due")
        return True

    def _overdue(self, subject: UUID, deadline: Any, why: str) -> bool:
        """Try again in a minute, and tell."""
        self.changes.due[subject] = self.now + timedelta(minutes=1)
        self.changes.alarm("deadline.failed", subject=subject, deadline=type(deadline).__name__, why=why)
        return False

    # -- waiting --------------------------------------------------------------------------------------------------

    def retry(self, subject: UUID) -> None:
        """Try what waits of a subject until nothing moves any more."""
        moved = True
        while moved:
            moved = False
            for waiting in list(self.before.waiting.get(subject, ())):
                moved = self._again(subject, waiting) or moved

    def _again(self, subject: UUID, waiting: Waiting) -> bool:
        if waiting.why in {"failed", "unsupported-version", "fork"} and not waiting.release:
            return False
        arrival = arrive(waiting.record, self.wiring)
        if isinstance(arrival, FactCome):
            return self._fact(arrival, waiting)
        if isinstance(arrival, CommandCome):
            return self.commands.take(arrival, waiting)
        return False

    def _discard(self, order: Discard) -> None:
        """Set aside what waits, and say so; what came behind it may go on."""
        found = [w for w in self.before.waiting.get(order.subject, ()) if w.id == order.waiting]
        for waiting in found:
            come = arrive(waiting.record, self.wiring)
            if isinstance(come, CommandCome):
                self.commands.give_up(come, waiting)
            elif isinstance(come, FactCome):
                self.settle(waiting, "discarded")
                self._skip(come, order)
        self.retry(order.subject)

    def _skip(self, come: FactCome, order: Discard) -> None:
        fact = come.envelope
        body = FactDiscarded.model_validate(
            {"occurred_at": self.now, "stream": come.stream, "sequence": fact.sequence, "event": fact.id,
             "reason": order.reason}
        )  # fmt: skip
        cause = Cause(fact.id, fact.correlation, order.caller.actor, "web")
        trial = copy_of(self.entry(order.subject))
        said = self.voice.say(trial, order.subject, Say(body, stream=self.wiring.answers), cause)
        trial.skipped = [*trial.skipped, fact.id]
        self.adopt(order.subject, trial)
        self.changes.said.extend(said)
        if standing(trial, fact, come.stream, come.chain, self.wiring) is not Standing.FORK:
            self._fact(come)

    def _released(self, waiting: Waiting) -> bool:
        return waiting.release or waiting.until <= self.now

    def _stopped(self, subject: UUID) -> bool:
        return any(w.why == "fork" for w in self.before.waiting.get(subject, ()))

    def wait(
        self, subject: UUID, why: Why, come: FactCome | CommandCome, stored: Waiting | None, detail: str = ""
    ) -> bool:
        """Let a message wait; gives False, for nothing moved on."""
        if stored is not None and stored.why == why and not stored.release:
            return False
        self.settle(stored, "")
        since = stored.since if stored else self.now
        limit = self.commands.patience if why == "unknown" else WAIT_LIMIT
        waiting = Waiting(subject, why, since, max(since, self.now) + limit if why == "failed" else since + limit,
                          come.record, detail)  # fmt: skip
        self.before.waiting.setdefault(subject, []).append(waiting)
        self.changes.waits.append(waiting)
        if isinstance(come, CommandCome):
            self.changes.parked.append(come.key)
        self.changes.count(f"waits.{why}")
        if why in {"failed", "fork", "unsupported-version"}:
            self.changes.alarm(f"message.{why}", subject=subject, event=come.envelope.id, type=come.envelope.type, detail=detail)
        return False

    def settle(self, stored: Waiting | None, count: str) -> None:
        """A message waits no more."""
        if count:
            self.changes.count(count)
        if stored is None:
            return
        self.before.waiting[stored.subject].remove(stored)
        if stored in self.changes.waits:
            self.changes.waits.remove(stored)
        else:
            self.changes.settled.append(stored.id)

    # -- the end of a turn ----------------------------------------------------------------------------------------

    def dead_letter(self, unreadable: Unreadable) -> None:
        """Say where a record lies that nobody can read; never what is in it."""
        record = unreadable.record
        body = DeadLetter(
            occurred_at=record.at, topic=record.topic, partition=record.partition, offset=record.offset,
            sha256=record.digest().hex(), reason=unreadable.reason, consumer=self.domain.name,
        )  # fmt: skip
        subject = uuid5(LOST, f"{self.domain.name}/{record.topic}/{record.partition}/{record.offset}")
        cause = Cause("", str(subject), f"service/{self.domain.name}", "stream")
        self.changes.said.extend(self.voice.say(Entry(self.domain.state()), subject, Say(body, stream="dead-letters"), cause))
        self.changes.alarm("record.unreadable", topic=record.topic, partition=record.partition, offset=record.offset,
                           reason=unreadable.reason)  # fmt: skip

    def _derive(self, subject: UUID, entry: Entry[Any]) -> None:
        changes = self.changes
        rows = set(self.domain.rows(subject, entry.state))
        changes.added |= rows - self.rows[subject]
        changes.removed |= self.rows[subject] - rows
        names = frozenset(self.domain.aliases(entry.state))
        changes.aliases.update(dict.fromkeys(names - self.names[subject], subject))
        changes.due.setdefault(subject, min(self.domain.deadlines(entry.state).values(), default=None))
