"""A turn, in memory: messages in, changes out. Pure but for the chance it is given; no database, no broker."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.contracts.message import Events, Message, Refusal
from shared.runtime.arrival import Arrival, CommandCome, Discard, DueCome, FactCome, Poke, Unreadable, arrive
from shared.runtime.chance import Chance
from shared.runtime.changes import Before, Changes, SaidRow, Waiting
from shared.runtime.commands import Commands
from shared.runtime.dues import Dues
from shared.runtime.entry import Entry
from shared.runtime.facts import Facts
from shared.runtime.speech import Cause, Voice
from shared.runtime.waits import Waits
from shared.runtime.wiring import Wiring


class Fold:
    """One turn of one service over what was loaded. Call `take`, then `finish` for the changes.

    `recalling`: not all that the service has ever said was read yet, so nothing that waits may be decided upon.
    `replaying`: all was heard before and decided upon in its time, so facts only evolve, whatever they followed.
    """

    def __init__(
        self, wiring: Wiring, before: Before, chance: Chance, *, raises: bool = False, recalling: bool = False,
        replaying: bool = False,
    ) -> None:  # fmt: skip
        self.wiring, self.before, self.chance, self.raises = wiring, before, chance, raises
        self.recalling, self.replaying = recalling, replaying
        self.domain, self.now = wiring.domain, before.now
        self.voice = Voice(wiring, chance, before.now)
        self.changes = Changes()
        self.facts, self.commands, self.dues, self.waits = Facts(self), Commands(self), Dues(self), Waits(self)
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
        self._wake(self.before.shared)
        del self.facts, self.commands, self.dues, self.waits  # they hold us: else we stay until the collector comes
        return self.changes

    def _one(self, arrival: Arrival) -> None:
        match arrival:
            case FactCome():
                if self.facts.take(arrival):
                    self.retry(arrival.subject)
            case CommandCome():
                self.commands.take(arrival)
            case DueCome():
                self.dues.take(arrival)
                self.retry(arrival.subject)
            case Poke():
                self.retry(arrival.subject)
            case Discard():
                self._discard(arrival)
            case Unreadable():
                self.facts.dead_letter(arrival)
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

    def say(self, entry: Entry[Any], subject: UUID, events: Events, cause: Cause) -> list[SaidRow]:
        """Say facts of one subject, one after another, on its entry."""
        return [row for said in events for row in self.voice.say(entry, subject, said, cause)]

    def adopt(self, subject: UUID, trial: Entry[Any]) -> None:
        """Take a trial over, with what it changes for others."""
        self.before.entries[subject] = self.changes.entries[subject] = trial
        if self.domain.shared:
            kinds, before = self.domain.shared.rows, self.shared
            mine = {row for row in self.domain.rows(subject, trial.state) if isinstance(row, kinds)}
            self.shared = {row for row in before if row[0] != subject} | mine
            if self.recalling:  # a whole history may pass in this turn, and whom it woke on its way may still wait
                self._wake(before)

    def _wake(self, before: set[Any]) -> None:
        """Note who should look again, now that what cases share is no more what it was."""
        if self.domain.shared and self.shared != before:
            self.changes.wakes |= self.domain.shared.wakes(tuple(before), tuple(self.shared))

    def retry(self, subject: UUID) -> None:
        """Try what waits of a subject until nothing moves any more."""
        moved = True
        while moved:
            moved = False
            for waiting in list(self.before.waiting.get(subject, ())):
                if waiting in self.before.waiting[subject]:  # else it was settled by what it let go on
                    moved = self._again(waiting) or moved

    def _again(self, waiting: Waiting) -> bool:
        if waiting.why in {"failed", "unsupported-version", "fork"} and not waiting.release:
            return False
        if self.recalling and waiting.record.topic not in self.wiring.first:
            return False
        arrival = arrive(waiting.record, self.wiring)
        if isinstance(arrival, FactCome):
            return self.facts.take(arrival, waiting)
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
                self.facts.skip(come, order, waiting)
        self.retry(order.subject)

    def _derive(self, subject: UUID, entry: Entry[Any]) -> None:
        changes = self.changes
        rows = set(self.domain.rows(subject, entry.state))
        changes.added |= rows - self.rows[subject]
        changes.removed |= self.rows[subject] - rows
        names = frozenset(self.domain.aliases(entry.state))
        changes.aliases.update(dict.fromkeys(names - self.names[subject], subject))
        changes.due.setdefault(subject, min(self.domain.deadlines(entry.state).values(), default=None))
