"""What no sequence of acts may ever put on record, by the rules themselves and not by the code that keeps them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from shared.contracts import proceedings as said
from shared.contracts.model import AboutChild, Fact


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of a matter when it was opened, and whether it was decided jointly since."""

    role: str
    age: int | None
    threat: str
    jointly: bool = False


Ledger = dict[UUID, Told]


def noted(ledger: Ledger, fact: Fact, about: AboutChild) -> Ledger:
    """Return the ledger with one fact more."""
    match fact:
        case said.MatterOpened(matter=id_, threat=threat):
            return {**ledger, id_: Told(about.role, about.age_years, threat)}
        case said.JointlyDecided(matter=id_):
            return {**ledger, id_: replace(ledger[id_], jointly=True)}
        case _:
            return ledger


def wrongs(ledger: Ledger, fact: Any, age_now: int | None, *, closed: bool) -> Iterator[str]:
    """Return by which rules a fact may not be said, of a child whose age now is known or not."""
    matter = ledger.get(getattr(fact, "matter", None))  # type: ignore[arg-type]  # nothing is a key of nothing
    if isinstance(fact, said.HearingScheduled) and fact.forum == "diversion" and _all_below(ledger, fact, age_now):
        yield "R19: a diversion meeting under 12"
    if closed and isinstance(fact, said.MatterOpened | said.HearingScheduled):
        yield "R150: something begins in a closed case"
    if matter is None:
        return
    at_most = matter.age if matter.age is not None else age_now
    if isinstance(fact, said.DiversionOpened | said.DiversionAgreed):
        yield from _diverted(matter, at_most, getattr(fact, "stage", ""))
    if isinstance(fact, said.ChildDetained):
        yield from _detained(matter, at_most, fact)
    if isinstance(fact, said.ChildArrested | said.JointlyDecided) and matter.role != "offender":
        yield "R71: a victim treated as an offender"
    if isinstance(fact, said.JointlyDecided) and matter.age is not None and matter.age >= 12:
        yield "R19: decided jointly from 12 on"


def _diverted(matter: Told, at_most: int | None, stage: str) -> Iterator[str]:
    if _below(12, at_most) or matter.jointly:
        yield "R19: a diversion under 12"
    if matter.role != "offender":
        yield "R71: a victim diverted"
    if stage not in {"", "investigation", "prosecution", "trial"}:
        yield "R20: a diversion after the trial"
    if matter.threat == "7-or-more" and stage in {"investigation", "prosecution"}:
        yield "R20: a diversion where the law threatens seven years"


def _detained(matter: Told, at_most: int | None, fact: said.ChildDetained) -> Iterator[str]:
    if _below(14, at_most):
        yield "R60: a detention under 14"
    if matter.threat == "under-7":
        yield "R60: a detention where the law threatens less than seven years"
    if matter.role != "offender":
        yield "R71: a victim detained"
    if fact.held_by != "lapas":
        yield "R61: a detention in no place of detention"


def _all_below(ledger: Ledger, fact: said.HearingScheduled, age_now: int | None) -> bool:
    """Whether the child was under twelve in every offence that the meeting can be about."""
    meant = [ledger[fact.matter]] if fact.matter else list(ledger.values())
    ages = [it.age if it.age is not None else age_now for it in meant if it.role == "offender"]
    return all(_below(12, age) for age in ages) if ages else not fact.matter and _below(12, age_now)


def _below(years: int, age: int | None) -> bool:
    return age is not None and age < years
