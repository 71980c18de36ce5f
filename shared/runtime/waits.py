"""Messages in a turn that cannot be applied yet, and those that waited long enough."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from shared.runtime.arrival import CommandCome, FactCome
from shared.runtime.changes import Waiting, Why

if TYPE_CHECKING:
    from shared.runtime.fold import Fold

LIMIT: Final = timedelta(minutes=10)
"""How long a message waits before somebody is told, and an early one is released."""
PATIENCE: Final = timedelta(minutes=5)
"""How long a command about a subject that we do not know waits for it."""


class Waits:
    """What waits, in one turn."""

    def __init__(self, fold: "Fold") -> None:
        self.fold = fold

    def add(
        self, subject: UUID, why: Why, come: FactCome | CommandCome, stored: Waiting | None, detail: str = ""
    ) -> bool:
        """Let a message wait; gives False, for nothing moved on."""
        if stored is not None and stored.why == why and not stored.release:
            return False
        self.settle(stored, "")
        since = stored.since if stored else self.fold.now
        limit = PATIENCE if why == "unknown" else LIMIT
        waiting = Waiting(subject, why, since, max(since, self.fold.now) + limit if why == "failed" else since + limit,
                          come.record, detail)  # fmt: skip
        self.fold.before.waiting.setdefault(subject, []).append(waiting)
        self.fold.changes.waits.append(waiting)
        if isinstance(come, CommandCome):
            self.fold.changes.parked.append(come.key)
        self.fold.changes.count(f"waits.{why}" if stored is None or stored.why != why else f"waits.{why}.again")
        if why in {"failed", "fork", "unsupported-version"}:
            self.fold.changes.alarm(
                f"message.{why}", subject=subject, message=come.envelope.id, type=come.envelope.type, detail=detail
            )
        return False

    def settle(self, stored: Waiting | None, count: str) -> None:
        """A message waits no more."""
        if count:
            self.fold.changes.count(count)
        if stored is None:
            return
        self.fold.before.waiting[stored.subject].remove(stored)
        if stored in self.fold.changes.waits:
            self.fold.changes.waits.remove(stored)
        else:
            self.fold.changes.settled.append(stored.id)

    def released(self, waiting: Waiting) -> bool:
        """Whether it may go on although not all that it follows was heard."""
        return waiting.release or waiting.until <= self.fold.now

    def stopped(self, subject: UUID) -> bool:
        """Whether a fork has stopped the subject."""
        waiting = self.fold.before.waiting.get(subject)
        return waiting is not None and any(w.why == "fork" for w in waiting)
