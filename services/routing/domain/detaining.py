"""Arrest and detention as told by those who order them, and what no law allows to be recorded (R46-R52, R60, R61)."""

from typing import Final, get_args
from uuid import UUID

from services.routing.domain.detention import OPEN, TABLE, Detention
from services.routing.domain.given import Given, Outcome
from services.routing.domain.matter import Matter
from services.routing.domain.may import CARERS, May, Rights
from services.routing.domain.opening import JUSTICE, offender, these, younger
from services.routing.law import Rule
from services.routing.law.events import Token
from shared.contracts.commands import RecordArrest, RecordDetention, RecordExtension, RecordRelease
from shared.contracts.message import Refusal
from shared.contracts.model import Fact, Stage
from shared.contracts.proceedings import (
    ChildArrested,
    ChildDetained,
    ChildReleased,
    DetentionExtended,
    DetentionPassedOn,
)
from shared.contracts.transitions import fits

STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
FOURTEEN: Final = 14
"""From this age on a child may be detained (R60)."""
PLACES: Final = frozenset({"lapas"})
"""Where there is a unit for children in detention; a shelter is none, and refuses a child that is sent to it (R61)."""

_JUSTICE: Final = Refusal("not-permitted", ("polresta", "kejari", "pn"))
_TELL: Final = May(these(*JUSTICE, "lapas", "dinsos"), CARERS, _JUSTICE)
MAY: Rights = {
    RecordArrest: May(these("polresta", "dinsos"), refusal=_JUSTICE),
    RecordDetention: _TELL,
    RecordExtension: _TELL,
    RecordRelease: _TELL,
}


def arrest(given: Given, command: RecordArrest) -> Outcome:
    """Note an arrest; both readings of its limit run from here (R46)."""
    matter = offender(given, command.matter)
    if isinstance(matter, Refusal):
        return matter
    return [ChildArrested(matter=command.matter, by=given.party, occurred_at=command.occurred_at)]


def detain(given: Given, command: RecordDetention) -> Outcome:
    """Note detention of a stage, where the law allows it at all; that of the stage before has passed on into it."""
    matter = offender(given, command.matter)
    if isinstance(matter, Refusal):
        return matter
    if refusal := _forbidden(given, matter, command):
        return refusal
    before = _of_matter(given, command.matter)
    if any(each.stage == command.stage and each.status in OPEN for each in before.values()):
        return ()
    if any(STAGES.index(each.stage) >= STAGES.index(command.stage) for each in before.values()):
        return Refusal("stage-not-next", ("polresta", "kejari", "pn"))
    new = ChildDetained(
        detention=given.message.draw(),
        matter=command.matter,
        stage=command.stage,
        held_by=command.held_by,
        by=given.party,
        occurred_at=command.occurred_at,
    )
    return [*_passed_on(before, new), new]


def extend(given: Given, command: RecordExtension) -> Outcome:
    """Note an extension: once for each stage, by no more days than the law has, and before the limit passed."""
    detention = given.matters.detentions.get(command.detention)
    if detention is None:
        return Refusal("unknown-detention", ("sender",))
    if not fits(TABLE, detention.status, DetentionExtended):
        return _not_to_extend(detention)
    if refusal := _too_much(given, detention, command):
        return refusal
    return [
        DetentionExtended(
            detention=command.detention,
            matter=detention.matter,
            days=command.days,
            by=given.party,
            occurred_at=command.occurred_at,
        )
    ]


def release(given: Given, command: RecordRelease) -> Outcome:
    """Note that the child is free of detention, or of arrest."""
    matter = offender(given, command.matter)
    if isinstance(matter, Refusal):
        return matter
    held = [id_ for id_, each in _of_matter(given, command.matter).items() if each.status in OPEN]
    if not held and matter.arrested_at is None:
        return Refusal("detention-not-open", ("polresta", "kejari", "pn"))
    return [
        ChildReleased(
            matter=command.matter,
            detention=held[0] if held else None,
            why=command.why,
            by=given.party,
            occurred_at=command.occurred_at,
        )
    ]


def _forbidden(given: Given, matter: Matter, command: RecordDetention) -> Refusal | None:
    """Say why a child may not be detained; an age or a threat that nobody has told forbids nothing."""
    if younger(given, matter, FOURTEEN):
        return Refusal("no-detention-under-14", ("polresta", "kejari", "pn"))
    if matter.threat == "under-7":
        return Refusal("threat-too-low-for-detention", ("polresta", "kejari", "pn"))
    if command.guaranteed:
        return Refusal("child-is-guaranteed", ("polresta", "kejari", "pn"))
    return None if command.held_by in PLACES else Refusal("no-place-of-detention", ("lapas",))


def _too_much(given: Given, detention: Detention, command: RecordExtension) -> Refusal | None:
    rule = limit(given, detention)
    if rule is None or rule.span is None or rule.extension is None or command.days > rule.extension.limit:
        return Refusal("extension-too-long", ("kejari", "pn"))
    late = command.occurred_at > given.law.calendar.due(detention.since, rule.span)
    return Refusal("extension-too-late", ("lapas",)) if late else None


def _not_to_extend(detention: Detention) -> Refusal:
    if detention.status in OPEN:
        return Refusal("already-extended", ("kejari", "pn"))
    return Refusal("detention-not-open", ("polresta", "kejari", "pn"))


def limit(given: Given, detention: Detention) -> Rule | None:
    """Return the row of law that limits detention of this stage."""
    token = Token(ChildDetained.type, frozenset({detention.stage}))
    rules = (given.law.rule(id_, detention.since) for id_ in sorted(given.law.going_by(ChildDetained.type)))
    return next((rule for rule in rules if rule and token in rule.starts), None)


def _of_matter(given: Given, matter: UUID) -> dict[UUID, Detention]:
    return {id_: each for id_, each in given.matters.detentions.items() if each.matter == matter}


def _passed_on(before: dict[UUID, Detention], new: ChildDetained) -> list[Fact]:
    return [
        DetentionPassedOn(detention=id_, matter=new.matter, next=new.detention, occurred_at=new.occurred_at)
        for id_, each in before.items()
        if each.status in OPEN
    ]
