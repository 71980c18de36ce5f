"""Keeps clocks in step with the facts: what is said of one is the difference to what was said before."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.routing.domain.clock import ALL, OPEN, Clock, Clocks, LookAt, moved, started
from services.routing.domain.given import Given
from services.routing.domain.spell import Spell, spells
from services.routing.domain.state import State
from shared.contracts.clocks import (
    ClockBreached,
    ClockCorrected,
    ClockExtended,
    ClockSatisfied,
    ClockStarted,
    ClockStopped,
    ClockWarned,
)
from shared.contracts.message import Events
from shared.contracts.model import AboutChild, Fact

NOTHING: Final = AboutChild()
"""Clocks tell nothing of the child."""


def in_step(given: Given, state: State, rules: Iterable[str]) -> Iterator[Fact]:
    """Return what is to be said of the clocks of these rows of law, in a state that the facts have made."""
    marks = (*state.proceedings.marks, *state.placements.marks)
    for id_ in sorted(rules):
        said = state.clocks.of(id_)
        for thing, true in spells(given.law, id_, marks).items():
            ids = said.get(thing, [])
            for number, spell in enumerate(true):
                yield from _one(given, spell, thing, ids[number] if number < len(ids) else None, state.clocks)
            for surplus in ids[len(true) :]:
                yield from _groundless(given, surplus, state.clocks.by_id[surplus])


def look(given: Given, due: LookAt) -> Events:
    """Warn, or say that the time has passed; a row that nobody confirmed only ever warns."""
    clock = given.state.clocks.by_id[due.clock]
    percent = max(clock.reached(given.now), due.percent)
    if percent == ALL and not clock.warns_only:
        return [_breached(given, due.clock, clock, clock.due)]
    due_at = clock.due.astimezone(given.law.calendar.zone)
    return [ClockWarned(**_of(due.clock, clock), due=due_at, percent=percent, occurred_at=given.now)]


def _one(given: Given, spell: Spell, thing: UUID | None, id_: UUID | None, part: Clocks) -> Iterator[Fact]:
    """From what was said of one clock, if anything, to what it is."""
    if id_ is None:
        id_ = given.message.draw()
        begun = ClockStarted(**_until(id_, spell), of=spell.rule.of, thing=thing, kind=spell.rule.kind)
        part = started(part, begun, NOTHING)
        yield begun
    elif why := _moved(spell, part.by_id[id_]):
        was = part.by_id[id_].due
        mended = ClockCorrected(**_until(id_, spell), was=was, why=why)
        part = moved(part, mended, NOTHING)
        yield mended
    yield from _onwards(given, spell, id_, part.by_id[id_])


def _moved(spell: Spell, said: Clock) -> str:
    """Tell in a word why what was said of a clock does not hold; nothing where it does, or only goes on."""
    if (said.started_at, said.version) != (spell.started_at, spell.rule.version):
        return "start"
    if said.due != (spell.due if said.extended else spell.first_due):
        return "extension" if said.extended else "calendar"
    if spell.extended and not said.extended and said.status != "running":
        return "extension"
    if said.status == "breached":
        return "in-time" if spell.end and not spell.late else ""
    return "" if said.status in {"running", spell.end} and said.ended_at in {None, spell.ended_at} else "end"


def _onwards(given: Given, spell: Spell, id_: UUID, clock: Clock) -> Iterator[Fact]:
    """What is new of a clock that is still open: its extension, and its end."""
    if clock.status not in OPEN:
        return
    of = _of(id_, clock)
    if spell.extended and not clock.extended:
        yield ClockExtended(**of, was=clock.due, due=spell.due, occurred_at=given.now)
    if spell.late and clock.status == "running" and not clock.warns_only:
        yield _breached(given, id_, clock, spell.due)
    if spell.ended_at and spell.end == "satisfied":
        yield ClockSatisfied(**of, late=spell.late, occurred_at=spell.ended_at)
    elif spell.ended_at:
        yield ClockStopped(**of, occurred_at=spell.ended_at)


def _groundless(given: Given, id_: UUID, clock: Clock) -> Iterator[Fact]:
    """A clock that no fact starts any more."""
    if clock.status in OPEN:
        yield ClockStopped(**_of(id_, clock), occurred_at=given.now)


def _breached(given: Given, id_: UUID, clock: Clock, due: datetime) -> ClockBreached:
    """Owned limits escalate to the coordinator; of those of others their owners are reminded, no more (R0.4, R153)."""
    to = given.policy.coordinator if clock.kind == "owned" else None
    at = due.astimezone(given.law.calendar.zone)
    return ClockBreached(**_of(id_, clock), due=at, consequence=clock.consequence, escalated_to=to, occurred_at=at)


def _of(id_: UUID, clock: Clock) -> dict[str, Any]:
    return {"clock": id_, "rule": clock.reason, "owner": clock.owner, "told": clock.told}


def _until(id_: UUID, spell: Spell) -> dict[str, Any]:
    rule = spell.rule
    return {
        "clock": id_,
        "rule": rule.reason,
        "owner": rule.owner,
        "told": rule.told,
        "started_at": spell.started_at,
        "due": spell.first_due,
        "warn_at": rule.warn_at,
        "consequence": rule.consequence,
        "warns_only": rule.warns_only,
        "occurred_at": spell.started_at,
    }


def nothing_else(_: Given, __: Fact) -> Events:
    """Of a fact that only limits go by."""
    return ()
