"""Deadlines in a turn: what a state waited for and did not get in time."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from shared.contracts.message import Woken
from shared.runtime.arrival import DueCome
from shared.runtime.entry import Entry, copy_of
from shared.runtime.speech import Cause

if TYPE_CHECKING:
    from shared.runtime.fold import Fold

AGAIN: Final = timedelta(minutes=1)
"""After which a deadline that could not be decided upon is looked at again."""


class Dues:
    """The deadlines of one turn."""

    def __init__(self, fold: "Fold") -> None:
        self.fold = fold

    def take(self, due: DueCome) -> None:
        """Fire what is due, one after another; each must be gone once it was decided upon.

        Who is only woken looks again, and no more: for its deadlines nobody has asked the logs.
        """
        entry = self.fold.entry(due.subject)
        if due.woken:
            self.fold.changes.woken.add(due.subject)
            self._fire(due.subject, entry, Woken())
            return
        for _ in range(50):
            entry = self.fold.before.entries[due.subject]
            if entry.covered:  # restored, and not all is heard again that its own facts followed
                self.fold.changes.due[due.subject] = self.fold.now + AGAIN
                return
            dues = sorted(self.fold.domain.deadlines(entry.state).items(), key=lambda item: item[1])
            if not dues or dues[0][1] > (due.by or self.fold.now) or not self._fire(due.subject, entry, dues[0][0]):
                return

    def _fire(self, subject: UUID, entry: Entry[Any], deadline: Any) -> bool:
        trial = copy_of(entry)
        cause = Cause(f"due/{subject}", str(subject), f"service/{self.fold.domain.name}", "due")
        try:
            said = self.fold.say(trial, subject, self.fold.decide(trial, self.fold.message(deadline, subject)), cause)
        except Exception as problem:  # one subject's deadline must not stop the others'
            if self.fold.raises or isinstance(deadline, Woken):  # it is set aside, or nobody would wake it again
                raise
            return self._overdue(subject, deadline, type(problem).__name__)
        if not isinstance(deadline, Woken) and deadline in self.fold.domain.deadlines(trial.state):
            return self._overdue(subject, deadline, "still-there")
        self.fold.adopt(subject, trial)
        self.fold.changes.said.extend(said)
        self.fold.changes.count("due")
        return True

    def _overdue(self, subject: UUID, deadline: Any, why: str) -> bool:
        """Try again in a minute, and tell."""
        self.fold.changes.due[subject] = self.fold.now + AGAIN
        self.fold.changes.alarm("deadline.failed", subject=subject, deadline=type(deadline).__name__, why=why)
        return False
