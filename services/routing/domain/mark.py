"""What limits of law go by: each fact that may start, extend or end one, as it was last told."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from services.routing.law.events import CASE, FEEDS, REPEATED, Token
from shared.contracts.model import Fact

_WORDS: Final = ("stage", "step", "kind", "decision")
"""Fields by whose values a row of law tells facts of one type apart."""


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """A fact about one thing: which, when it happened, and by which words a row may ask for it.

    `of` says what `thing` is: a matter, a detention, a stay; of the whole case there is no thing. `days` are those
    that the fact grants. `act` tells acts of one kind apart: told again it is the same act, told otherwise; without
    one each telling is an act of its own, as a second arrest is.
    """

    event: str
    of: str
    thing: UUID | None
    at: datetime
    tags: tuple[str, ...] = ()
    days: int = 0
    act: UUID | None = None

    def fits(self, token: Token) -> bool:
        """Tell whether a row that asks for `token` means this fact."""
        return self.event == token.event and token.tags <= set(self.tags)

    def anew(self, other: "Mark") -> bool:
        """Tell whether it is the same act as another, told anew."""
        return self.act is not None and self.what == other.what

    @property
    def what(self) -> tuple[str, str, UUID | None, tuple[str, ...]]:
        """What tells it from others, whenever it was."""
        return (self.event, self.of, self.act, self.tags)


Marks = tuple[Mark, ...]


def marked(marks: Marks, fact: Fact, tags: frozenset[str]) -> Marks:
    """Return the marks with those of one more fact; `tags` are the words of its matter, where it has one."""
    for mark in _marks(fact, tags):
        marks = (*(each for each in marks if not each.anew(mark)), mark)
    return marks


def _marks(fact: Any, tags: frozenset[str]) -> Marks:  # its fields are those that FEEDS names
    own = {getattr(fact, name) for name in _WORDS if hasattr(fact, name)}
    words = tuple(sorted(tags | own))
    days, feed = getattr(fact, "days", 0), FEEDS[type(fact)]
    act = getattr(fact, feed.act) if feed.act and not own & REPEATED else None
    things = ((of, None if of == CASE else getattr(fact, of)) for of in feed.of)
    return tuple(
        Mark(fact.type, of, thing, fact.occurred_at, words, days, act)
        for of, thing in things
        if thing is not None or of == CASE
    )
