"""Facts in a turn: apply each in its order, once, or let it wait; a failure of one subject stays its own."""

from typing import TYPE_CHECKING, Any, Final

from shared.contracts.codec import NotReadable, decode_fact
from shared.contracts.message import NOTHING_ABOUT, Message, Say
from shared.contracts.model import Sealed
from shared.contracts.outcomes import CaseKeyIssued, DeadLetter, FactDiscarded
from shared.contracts.sealing import NotOpened, open_sealed
from shared.runtime.arrival import Discard, FactCome, Unreadable
from shared.runtime.changes import Waiting, Why
from shared.runtime.entry import Entry, Standing, copy_of, standing
from shared.runtime.speech import Cause, evolved

if TYPE_CHECKING:
    from shared.runtime.fold import Fold

_WHY: Final[dict[Standing, Why]] = {
    Standing.GAP: "gap",
    Standing.EARLY: "early",
    Standing.NO_KEY: "no-key",
    Standing.FORK: "fork",
}


class Facts:
    """The facts of one turn."""

    def __init__(self, fold: "Fold") -> None:
        self.fold = fold

    def take(self, fact: FactCome, stored: Waiting | None = None) -> bool:
        """Apply a fact, or let it wait; tells whether the subject moved on."""
        entry = self.fold.before.entries.get(fact.subject) or self.fold.entry(fact.subject)
        stand = standing(entry, fact.envelope, fact.stream, fact.chain, self.fold.wiring, past=self.fold.replaying)
        if stand is Standing.KNOWN:
            self.fold.waits.settle(stored, "repeated")
            return False
        if self.fold.waits.stopped(fact.subject) and not stored:
            stand = Standing.GAP
        if stand in {Standing.EARLY, Standing.NO_KEY} and stored and self.fold.waits.released(stored):
            stand = Standing.NEXT if stand is Standing.EARLY else stand
        if stand in {Standing.EARLY, Standing.NO_KEY} and fact.envelope.id in entry.skipped:
            stand = Standing.NEXT  # what changes nothing follows nothing and opens nothing
        if stand is not Standing.NEXT:
            self.fold.waits.add(fact.subject, _WHY[stand], fact, stored)
            return False
        return self._apply(entry, fact, stored)

    def _apply(self, entry: Entry[Any], fact: FactCome, stored: Waiting | None) -> bool:
        trial = copy_of(self.fold.entry(fact.subject))
        try:
            said = self._hear(trial, fact)
        except NotReadable as problem:
            return self._unread(entry, fact, stored, problem)
        except NotOpened:
            return self.fold.waits.add(fact.subject, "failed", fact, stored, "not-opened")
        except Exception as problem:  # the one place where a failure of one subject becomes a waiting row
            if self.fold.raises:
                raise
            return self.fold.waits.add(fact.subject, "failed", fact, stored, type(problem).__name__)
        self.fold.adopt(fact.subject, trial)
        self.fold.changes.said.extend(said)
        self.fold.waits.settle(stored, "discarded" if fact.envelope.id in trial.skipped else "applied")
        return True

    def _hear(self, entry: Entry[Any], fact: FactCome) -> list[Any]:
        envelope, stream = fact.envelope, fact.stream
        own = stream in self.fold.wiring.own
        decided = own or self.fold.replaying or envelope.sequence <= entry.covered.get(stream, 0)
        if envelope.id in entry.skipped:
            self._learn(entry, fact, own=own)
            return []
        message = self._message(entry, fact)
        entry.state = evolved(self.fold.wiring, self.fold.voice.parts, entry.state, message)
        self._learn(entry, fact, own=own)
        self._engine_fact(entry, message)
        if own and not self.fold.replaying and not self.fold.wiring.private(stream):  # a notice answers no command
            self.fold.commands.remember(envelope, message.body)
        if decided:
            return []
        cause = Cause(envelope.id, envelope.correlation, f"service/{self.fold.domain.name}", "stream", envelope.trace)
        return self.fold.say(entry, fact.subject, self.fold.decide(entry, message), cause)

    def _learn(self, entry: Entry[Any], fact: FactCome, *, own: bool) -> None:
        entry.extend(fact.chain, fact.id)
        entry.learn(fact.envelope.after, self.fold.wiring, own=own)

    def _message(self, entry: Entry[Any], fact: FactCome) -> Message:
        envelope = fact.envelope
        body = decode_fact(envelope.type, envelope.version, fact.record.value or b"", envelope.variant)
        sealed = vars(body).get("about_child")  # where a type has no such field, pydantic is slow to say so
        about = (
            open_sealed(fact.subject, envelope.id, entry.key, sealed)
            if sealed is not None and isinstance(sealed, Sealed)
            else NOTHING_ABOUT
        )
        return self.fold.message(
            body, fact.subject, id=envelope.id, time=envelope.time, stream=fact.stream, about=about,
            correlation=envelope.correlation, causation=envelope.causation, actor=envelope.actor,
        )  # fmt: skip

    def _engine_fact(self, entry: Entry[Any], message: Message) -> None:
        """Facts that the engine itself lives by."""
        body, wiring = message.body, self.fold.wiring
        if message.stream == wiring.keys and isinstance(body, CaseKeyIssued):
            entry.key, entry.kid = body.raw(), body.kid
        elif message.stream == wiring.answers and isinstance(body, FactDiscarded):
            entry.skipped = [*entry.skipped, body.event]

    def _unread(self, entry: Entry[Any], fact: FactCome, stored: Waiting | None, problem: NotReadable) -> bool:
        if problem.reason == "unknown-type":
            self._learn(entry, fact, own=fact.stream in self.fold.wiring.own)
            self.fold.waits.settle(stored, "unknown-type")
            return True
        why: Why = "unsupported-version" if problem.reason == "unsupported-version" else "failed"
        return self.fold.waits.add(fact.subject, why, fact, stored, problem.reason)

    def skip(self, come: FactCome, order: Discard, stored: Waiting) -> None:
        """Say once that a fact is set aside; in its place it changes nothing, and until that comes it waits on."""
        entry = self.fold.entry(order.subject)
        if come.envelope.id not in entry.skipped:
            entry = self._said_aside(entry, come, order)
        if standing(entry, come.envelope, come.stream, come.chain, self.fold.wiring) is Standing.FORK:
            self.fold.waits.settle(stored, "discarded")
        else:
            self.take(come, stored)

    def _said_aside(self, entry: Entry[Any], come: FactCome, order: Discard) -> Entry[Any]:
        fact, trial = come.envelope, copy_of(entry)
        body = FactDiscarded.model_validate(
            {"occurred_at": self.fold.now, "stream": come.stream, "sequence": fact.sequence, "event": fact.id,
             "reason": order.reason}
        )  # fmt: skip
        cause = Cause(fact.id, fact.correlation, order.caller.actor, "web")
        said = self.fold.voice.say(trial, order.subject, Say(body, stream=self.fold.wiring.answers), cause)
        trial.skipped = [*trial.skipped, fact.id]
        self.fold.adopt(order.subject, trial)
        self.fold.changes.said.extend(said)
        return trial

    def dead_letter(self, unreadable: Unreadable) -> None:
        """Say once where a record lies that nobody can read; never what is in it."""
        record, subject = unreadable.record, unreadable.subject
        entry = self.fold.entry(subject)
        if entry.count("dead-letters"):
            return
        body = DeadLetter(
            occurred_at=record.at, topic=record.topic, partition=record.partition, offset=record.offset,
            sha256=record.digest().hex(), reason=unreadable.reason, consumer=unreadable.consumer,
        )  # fmt: skip
        cause = Cause("", str(subject), f"service/{self.fold.domain.name}", "stream")
        self.fold.changes.said.extend(self.fold.voice.say(entry, subject, Say(body, stream="dead-letters"), cause))
        where = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
        self.fold.changes.alarm("record.unreadable", reason=unreadable.reason, **where)
