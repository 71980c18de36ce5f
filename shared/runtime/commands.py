"""Commands in a turn: each has one outcome, remembered, and a retry gets the same."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, get_args
from uuid import UUID, uuid5

from shared.contracts.codec import NotReadable, decode_command
from shared.contracts.directory.codes import PartyCode
from shared.contracts.envelope import Envelope
from shared.contracts.message import Events, Message, Refusal, Say
from shared.contracts.model import Command
from shared.contracts.outcomes import CommandAccepted, CommandRefused
from shared.runtime.arrival import CommandCome
from shared.runtime.changes import Answered, SaidRow, Waiting
from shared.runtime.entry import Entry, Standing, copy_of, unmet
from shared.runtime.record import HTTP
from shared.runtime.speech import Cause
from shared.runtime.waits import PATIENCE

if TYPE_CHECKING:
    from shared.runtime.fold import Fold

AHEAD: Final = timedelta(days=60)
"""How far the time told may lie ahead of the log's. A clock may be weeks off, and a child must not be lost by that:
only what no clock explains, such as a year mistyped, is asked for again."""
_PARTIES: Final = frozenset(get_args(PartyCode))
_REASONS: Final = {"invalid": "malformed", "not-json": "malformed", "too-deep": "malformed"}


class Commands:
    """The commands of one turn."""

    def __init__(self, fold: "Fold") -> None:
        self.fold = fold

    def take(self, come: CommandCome, stored: Waiting | None = None) -> bool:
        """Decide a command, or let it wait; tells whether anything moved."""
        known = self.fold.before.answered.get(come.key)
        if known is not None:
            if come.record.topic != HTTP:  # by HTTP the desk itself tells what is remembered
                self._repeat(come, known)
            self.fold.waits.settle(stored, "repeated-command")
            return False
        try:
            command = decode_command(come.envelope.type, come.envelope.version, come.record.value or b"")
        except NotReadable as problem:
            return self._refuse(come, Refusal(come.refused or _REASONS.get(problem.reason, problem.reason)), stored)  # type: ignore[arg-type]  # reasons of the codec that are not refusal codes are mapped
        if come.refused:
            return self._refuse(come, Refusal(come.refused), stored)  # type: ignore[arg-type]  # arrival uses the same codes
        if command.occurred_at > come.record.at + AHEAD:
            return self._refuse(come, Refusal("occurs-in-the-future"), stored)
        return self._placed(come, command, stored)

    def _placed(self, come: CommandCome, command: Command, stored: Waiting | None) -> bool:
        """Find the subjects; wait for one that we have not heard of, and for what the sender had seen."""
        fold = self.fold
        refused = fold.wiring.admit(command) if fold.wiring.admit else None
        if refused:
            return self._refuse(come, Refusal(refused), stored)
        if come.subject is None:
            return self._open(come, command, stored)
        subject = fold.before.aliases.get(come.subject, come.subject)
        if subject not in fold.before.entries or not fold.before.entries[subject].chains:
            return self._unknown(come, stored)
        stand = unmet(fold.before.entries[subject], come.envelope.after, fold.wiring)
        if stand is not Standing.NEXT and not (stored and stored.until <= fold.now):
            return fold.waits.add(subject, "early", come, stored)
        return self._decide(come, command, (subject,), stored)

    def _open(self, come: CommandCome, command: Command, stored: Waiting | None) -> bool:
        if not self.fold.domain.opens(command):
            return self._refuse(come, Refusal("unknown-case"), stored)
        fresh = tuple(self.fold.chance.uuid4() for _ in range(self.fold.domain.opens(command)))
        return self._decide(come, command, fresh, stored)

    def _unknown(self, come: CommandCome, stored: Waiting | None) -> bool:
        fold = self.fold
        if stored is not None and stored.since + PATIENCE <= fold.now:
            return self._refuse(come, Refusal("unknown-case"), stored)
        assert come.subject is not None
        return fold.waits.add(come.subject, "unknown", come, stored)

    def _decide(self, come: CommandCome, command: Command, subjects: tuple[UUID, ...], stored: Waiting | None) -> bool:
        """All subjects of a command, or none."""
        fold = self.fold
        decide = fold.domain.decides[type(command)]
        trials: list[tuple[UUID, Entry[Any], Events]] = []
        try:
            for index, subject in enumerate(subjects):
                message = self._message(come, command, subjects, index)
                trial = copy_of(fold.before.entries.get(subject) or Entry(fold.domain.state()))
                outcome = decide(trial.state, message, fold.now)
                if isinstance(outcome, Refusal):
                    return self._refuse(come, outcome, stored, subjects[0] if come.subject else None)
                trials.append((subject, trial, outcome))
            said = self._say(come, trials)
        except Exception as problem:  # a failing command is refused alone
            if fold.raises:
                raise
            fold.changes.alarm(
                "command.failed", command=come.envelope.id, type=come.envelope.type, why=type(problem).__name__
            )
            return self._refuse(come, Refusal("not-ready"), stored)
        return self._accept(come, command, trials, said, stored)

    def _message(self, come: CommandCome, command: Command, subjects: tuple[UUID, ...], index: int) -> Message:
        envelope = come.envelope
        return self.fold.message(
            command, subjects[index], id=envelope.id, time=envelope.time, caller=come.caller, index=index,
            subjects=subjects, correlation=envelope.correlation or envelope.id,
        )  # fmt: skip

    def _say(self, come: CommandCome, trials: list[tuple[UUID, Entry[Any], Events]]) -> list[SaidRow]:
        cause = _cause(come)
        rows = [
            row
            for subject, trial, events in trials
            for event in events
            for row in self.fold.voice.say(trial, subject, event, cause)
        ]
        return rows or self._acknowledge(come, trials[0][1], trials[0][0])

    def _acknowledge(self, come: CommandCome, entry: Entry[Any], subject: UUID) -> list[SaidRow]:
        body = CommandAccepted(
            occurred_at=self.fold.now, command=come.envelope.id, command_type=come.envelope.type, to=_to(come)
        )
        return self.fold.voice.say(entry, subject, Say(body, stream=self.fold.wiring.answers), _cause(come))

    def _accept(
        self, come: CommandCome, command: Command, trials: list[tuple[UUID, Entry[Any], Events]],
        said: list[SaidRow], stored: Waiting | None,
    ) -> bool:  # fmt: skip
        fold, subjects = self.fold, tuple(subject for subject, _, _ in trials)
        for index, (subject, trial, _) in enumerate(trials):
            fold.entry(subject)
            fold.adopt(subject, trial)
            fold.changes.accepted.append((self._message(come, command, subjects, index), subject))
        fold.changes.said.extend(said)
        facts = tuple((str(r.id), r.type, r.stream, r.sequence) for r in said if r.stream != fold.wiring.keys)
        self._answer(Answered(*come.key, come.digest(), said=facts, subjects=tuple(map(str, subjects))))
        fold.waits.settle(stored, "accepted")
        for subject in subjects:
            fold.retry(subject)
        return True

    def _refuse(self, come: CommandCome, refusal: Refusal, stored: Waiting | None, subject: UUID | None = None) -> bool:
        """Say why not, to whoever asked."""
        self._say_refusal(come, refusal, subject)
        self._answer(Answered(*come.key, come.digest(), code=refusal.code, who_could=refusal.who_could))
        self.fold.waits.settle(stored, "refused")
        return False

    def give_up(self, come: CommandCome, stored: Waiting) -> None:
        """An operator will not have a waiting command decided: its sender is told."""
        self._refuse(come, Refusal("not-ready"), stored)

    def _say_refusal(self, come: CommandCome, refusal: Refusal, subject: UUID | None) -> None:
        fold = self.fold
        indonesian, english = fold.wiring.sentence(refusal.code)
        body = CommandRefused(
            occurred_at=fold.now, command=come.envelope.id, command_type=come.envelope.type, to=_to(come),
            code=refusal.code, sentence_id=indonesian, sentence_en=english, who_could=refusal.who_could,
        )  # fmt: skip
        self._outcome(come, body, subject)

    def _outcome(self, come: CommandCome, body: CommandRefused | CommandAccepted, subject: UUID | None) -> None:
        """Into `answers`: of the subject where the sender may know it, else of the command alone."""
        fold = self.fold
        of = subject or uuid5(UUID(int=0), "/".join((*come.key, fold.chance.uuid4().hex)))
        self._tell(come, body, fold.entry(of), of)

    def _tell(
        self, come: CommandCome, body: CommandRefused | CommandAccepted, entry: Entry[Any], subject: UUID
    ) -> None:
        """Say an outcome, and what the service itself makes of it: nobody else speaks in a mailbox."""
        fold, stream = self.fold, self.fold.wiring.answers
        said = fold.voice.say(entry, subject, Say(body, stream=stream), _cause(come))
        message = fold.message(body, subject, stream=stream, causation=come.envelope.id, actor=come.caller.actor)
        for follows in fold.decide(entry, message):
            said += fold.voice.say(entry, subject, follows, _cause(come))
        fold.changes.said.extend(said)

    def _answer(self, answered: Answered) -> None:
        self.fold.before.answered[answered.source, answered.id] = answered
        self.fold.changes.answers.append(answered)

    def _repeat(self, come: CommandCome, known: Answered) -> None:
        """The same again is told again what became of it; another body under the same key is refused."""
        fold = self.fold
        if known.body and known.body != come.digest():
            self._say_refusal(come, Refusal("same-key-other-body"), None)
        elif known.code:
            self._say_refusal(come, Refusal(known.code, known.who_could), None)  # type: ignore[arg-type]  # was a RefusalCode when it was stored
        else:
            body = CommandAccepted(
                occurred_at=fold.now,
                command=come.envelope.id,
                command_type=come.envelope.type,
                to=_to(come),
                repeated=True,
            )
            self._outcome(come, body, None)

    def remember(self, fact: Envelope, body: Any) -> None:
        """One of our own facts, read back after a restore, names the command that it answered, and how."""
        refused = body if isinstance(body, CommandRefused) else None
        if (refused and refused.code == "same-key-other-body") or (isinstance(body, CommandAccepted) and body.repeated):
            return  # told to whoever asked again: the outcome itself is another fact
        agency = fact.actor.partition("/")[0]
        source = f"/agencies/{agency}"
        if agency in _PARTIES and fact.causation and (source, fact.causation) not in self.fold.before.answered:
            said = ((fact.id, fact.type, "", fact.sequence),)
            answered = (
                Answered(source, fact.causation, b"", code=refused.code, who_could=refused.who_could)
                if refused
                else Answered(source, fact.causation, b"", said=said, subjects=(fact.subject or "",))
            )
            self.fold.before.answered[source, fact.causation] = answered
            self.fold.changes.remembered.append(answered)


def _cause(come: CommandCome) -> Cause:
    via = "web" if come.record.topic == HTTP else "mailbox"
    envelope = come.envelope
    return Cause(envelope.id, envelope.correlation or envelope.id, come.caller.actor, via, envelope.trace)


def _to(come: CommandCome) -> Any:
    return come.caller.agency if come.caller.agency in _PARTIES else None
