"""What the law makes of the facts as they are known: when each limit ran, until when, and how it ended.

Of the facts alone, in whatever order they were told: so what comes late or is told anew moves a limit as if it had been
known at once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias
from uuid import UUID

from services.routing.domain.mark import Mark, Marks
from services.routing.law import Law, Rule
from services.routing.law.clock import Calendar
from services.routing.law.events import Token

End: TypeAlias = Literal["", "satisfied", "stopped"]


class Spell(NamedTuple):
    """A limit from its start; `first_due` is without its extension. It holds by the law of the day of its start."""

    rule: Rule
    started_at: datetime
    first_due: datetime
    due: datetime
    end: End = ""
    ended_at: datetime | None = None

    @property
    def extended(self) -> bool:
        """Whether it was extended in time."""
        return self.due != self.first_due

    @property
    def late(self) -> bool:
        """Whether it ended after it was due."""
        return self.ended_at is not None and self.ended_at > self.due


def spells(law: Law, id_: str, marks: Marks) -> dict[UUID | None, list[Spell]]:
    """Return when a row's limit ran on each thing, the first first; `id_` is the row's."""
    of = law.editions[id_][-1].of
    by_thing: dict[UUID | None, list[Mark]] = {}
    for mark in marks:
        if mark.of == of:
            by_thing.setdefault(mark.thing, []).append(mark)
    return {thing: list(_walk(law, id_, found)) for thing, found in by_thing.items()}


def _walk(law: Law, id_: str, marks: Iterable[Mark]) -> Iterator[Spell]:
    running: Spell | None = None
    for mark in _in_time(law, id_, marks):
        if running and (end := _end(running.rule, mark)):
            yield running._replace(end=end, ended_at=mark.at)
            running = None
        if running is None:
            running = _start(law, id_, mark)
        elif _extends(running, mark):
            running = running._replace(due=_due(law.calendar, running, mark.days))
    if running:
        yield running


def _in_time(law: Law, id_: str, marks: Iterable[Mark]) -> list[Mark]:
    """In the order of their times; at one and the same moment what starts a limit comes first."""
    return sorted(marks, key=lambda mark: (mark.at, _start(law, id_, mark) is None, mark.event, mark.tags, mark.days))


def _start(law: Law, id_: str, mark: Mark) -> Spell | None:
    rule = law.rule(id_, mark.at)
    if rule is None or rule.span is None or not _any(mark, rule.starts):
        return None
    due = law.calendar.due(mark.at, rule.span)
    return Spell(rule, mark.at, due, due)


def _end(rule: Rule, mark: Mark) -> End:
    if _any(mark, rule.satisfied_by):
        return "satisfied"
    return "stopped" if _any(mark, rule.stopped_by) else ""


def _extends(spell: Spell, mark: Mark) -> bool:
    """Once, and only before the limit has passed (R52)."""
    extension = spell.rule.extension
    return extension is not None and mark.fits(extension.by) and not spell.extended and mark.at <= spell.first_due


def _due(calendar: Calendar, spell: Spell, days: int) -> datetime:
    """When it is due with an extension of so many days; never with more than the law has."""
    rule = spell.rule
    assert rule.span, "what runs has a span"
    assert rule.extension, "what was extended may be"
    granted = min(days or rule.extension.limit, rule.extension.limit)
    return calendar.due(spell.started_at, replace(rule.span, limit=rule.span.limit + granted))


def _any(mark: Mark, tokens: tuple[Token, ...]) -> bool:
    return any(mark.fits(token) for token in tokens)
