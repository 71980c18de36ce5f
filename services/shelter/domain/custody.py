"""Custody: who has the child, at every instant exactly one (R87a); a movement that does not fit is never lost."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from services.shelter.domain.keeper import ANYBODY, SETTLED, Keeper, Kinds, keeper_of, kept, told
from shared.contracts.cases import ChildIdentified
from shared.contracts.message import Events, Message
from shared.contracts.model import Fact
from shared.contracts.placements import (
    AdmittedToRpsa,
    ChildSecured,
    CustodyDisputed,
    Discharged,
    EscortDeparted,
    EscortReturned,
    HandoverAccepted,
    LeftPlacement,
    Placed,
)


class Move(NamedTuple):
    """A movement: from whom it can take the child, to whom, and by which rule."""

    leaves: Kinds
    enters: Kinds
    rule: str


MOVES: Final[Mapping[type[Fact], Move]] = {
    ChildSecured: Move(frozenset({"unknown"}), frozenset({"agency", "community"}), "R87a"),
    HandoverAccepted: Move(ANYBODY, frozenset({"agency", "community"}), "R87a"),
    AdmittedToRpsa: Move(frozenset({"agency", "family", "hospital", "unknown"}), frozenset({"house"}), "R74"),
    Placed: Move(frozenset({"agency", "family", "hospital", "unknown"}), frozenset({"house"}), "R83"),
    EscortDeparted: Move(SETTLED, frozenset({"escort"}), "R69"),
    EscortReturned: Move(frozenset({"escort"}), SETTLED, "R69"),
    LeftPlacement: Move(ANYBODY - {"unknown"}, frozenset({"unknown"}), "R148"),
    Discharged: Move(ANYBODY, ANYBODY - {"escort", "community"}, "R80"),
}
"""Every fact that changes who has the child."""


class Spell(msgspec.Struct, frozen=True):
    """From `since` until the next spell, `keeper` has the child, by an act and its rule."""

    keeper: Keeper
    since: datetime
    act: str
    rule: str


class Dispute(msgspec.Struct, frozen=True):
    """A movement that did not fit. Open until the next that does."""

    at: datetime
    held: Keeper
    claimed: Keeper
    act: str
    by: str
    settled: datetime | None = None


class Custody(msgspec.Struct, frozen=True, omit_defaults=True):
    """All spells and disputes, in their order."""

    spells: tuple[Spell, ...] = ()
    disputes: tuple[Dispute, ...] = ()

    @property
    def keeper(self) -> Keeper:
        """Who has the child now."""
        return self.spells[-1].keeper if self.spells else Keeper()

    def since(self, otherwise: datetime) -> datetime:
        """Since when."""
        return self.spells[-1].since if self.spells else otherwise

    @property
    def disputed(self) -> bool:
        """Whether a movement that did not fit is still not explained."""
        return any(dispute.settled is None for dispute in self.disputes)


class CustodyRow(NamedTuple):
    """Table `custody`: who had this child when, and by which act and rule. The last row has no end."""

    subject: UUID
    number: int
    since: datetime
    until: datetime | None
    kind: str
    party: str | None
    house: str | None
    act: str
    rule: str


class DisputeRow(NamedTuple):
    """Table `disputes`: movements that did not fit."""

    subject: UUID
    number: int
    at: datetime
    held_kind: str
    held_party: str
    claimed_kind: str
    claimed_party: str
    act: str
    by_party: str
    settled: datetime | None


class AdriftRow(NamedTuple):
    """Table `adrift`: nobody is known to have this child of an open case."""

    subject: UUID
    since: datetime


def entered(fact: object) -> Keeper | None:
    """Return who has the child after a fact, or None where the fact does not move it."""
    match fact:
        case ChildSecured(custodian=custodian) | EscortReturned(custodian=custodian):
            return kept(custodian)
        case HandoverAccepted(receiver=custodian) | Discharged(to=custodian):
            return kept(custodian)
        case AdmittedToRpsa(house=house) | Placed(house=house):
            return Keeper("house", house=house)
        case EscortDeparted(by=party):
            return Keeper("escort", party)
        case LeftPlacement():
            return Keeper()
        case _:
            return None


def begin(state: object, message: Message, now: datetime) -> Events:
    """Somebody took the child into its care where it was found: custody begins (R87a)."""
    found = message.body
    assert isinstance(found, ChildIdentified)
    if found.secured_by is None:
        return []
    return [ChildSecured(custodian=told(keeper_of(found.secured_by)), occurred_at=found.occurred_at)]


def fits(custody: Custody, fact: Fact) -> bool:
    """Tell whether a movement can follow upon who has the child now, and since when: a late one cannot."""
    leaves = MOVES[type(fact)].leaves if type(fact) in MOVES else frozenset({"escort"})
    return custody.keeper.kind in leaves and fact.occurred_at >= custody.since(fact.occurred_at)


def move(custody: Custody, message: Message, *facts: Fact, allowed: bool = True) -> Events:
    """Say a movement and what follows from it; or, where it does not fit, that it was reported all the same."""
    if allowed and fits(custody, facts[0]):
        return facts
    return [disputed(custody, message, entered(facts[0]) or custody.keeper)]


def disputed(custody: Custody, message: Message, claimed: Keeper) -> CustodyDisputed:
    """Return the fact that a movement was reported which does not fit who has the child."""
    body: Any = message.body
    return CustodyDisputed(
        held=told(custody.keeper),
        claimed=told(claimed),
        act=body.type,
        by=message.caller.party,
        occurred_at=body.occurred_at,
    )


def evolve(custody: Custody, message: Message) -> Custody:
    """Evolve by any fact of `placements`; spells follow one another without gap or overlap."""
    fact = message.body
    if isinstance(fact, CustodyDisputed):
        dispute = Dispute(fact.occurred_at, kept(fact.held), kept(fact.claimed), fact.act, fact.by)
        return msgspec.structs.replace(custody, disputes=(*custody.disputes, dispute))
    keeper = entered(fact)
    if keeper is None or not isinstance(fact, Fact):
        return custody
    since = max(fact.occurred_at, custody.since(fact.occurred_at))
    return Custody((*custody.spells, *_spell(custody, keeper, since, fact)), _settled(custody.disputes, since))


def _spell(custody: Custody, keeper: Keeper, since: datetime, fact: Fact) -> tuple[Spell, ...]:
    if custody.spells and keeper == custody.keeper:
        return ()
    return (Spell(keeper, since, fact.type, MOVES[type(fact)].rule),)


def _settled(disputes: tuple[Dispute, ...], at: datetime) -> tuple[Dispute, ...]:
    return tuple(d if d.settled else msgspec.structs.replace(d, settled=max(at, d.at)) for d in disputes)


def rows(subject: UUID, custody: Custody, identified: datetime | None) -> Iterator[CustodyRow | DisputeRow]:
    """Return the history; before the first movement nobody is known to have the child."""
    for number, (spell, until) in enumerate(_timeline(custody, identified)):
        who = spell.keeper
        yield CustodyRow(subject, number, spell.since, until, who.kind, who.party, who.house, spell.act, spell.rule)
    for number, dispute in enumerate(custody.disputes):
        held, claimed = dispute.held, dispute.claimed
        yield DisputeRow(
            subject, number, dispute.at, held.kind, held.speaker, claimed.kind, claimed.speaker, dispute.act,
            dispute.by, dispute.settled,
        )  # fmt: skip


def adrift(subject: UUID, custody: Custody, identified: datetime | None) -> Iterator[AdriftRow]:
    """Return a row while nobody is known to have the child; `identified` is when it was found, None before that."""
    if identified is not None and custody.keeper.kind == "unknown":
        yield AdriftRow(subject, custody.since(identified))


def _timeline(custody: Custody, identified: datetime | None) -> list[tuple[Spell, datetime | None]]:
    spells = custody.spells
    if identified is not None and (not spells or identified < spells[0].since):
        spells = (Spell(Keeper(), identified, "child-identified", "R118"), *spells)
    return list(zip(spells, [*(spell.since for spell in spells[1:]), None], strict=False))
