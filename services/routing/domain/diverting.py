"""Trying diversion, and telling how it went (R19, R20, R24, R27)."""

from typing import Final

from services.routing.domain.diversion import Diversion
from services.routing.domain.given import Given, Outcome
from services.routing.domain.matter import Matter
from services.routing.domain.may import CARERS, May, Rights
from services.routing.domain.opening import JUSTICE, offender, these
from shared.contracts.commands import OpenDiversion, RecordDiversion
from shared.contracts.message import Refusal
from shared.contracts.proceedings import DiversionAgreed, DiversionFailed, DiversionOpened

TRIED: Final = frozenset({"investigation", "prosecution", "trial"})
"""Stages at which diversion is tried (R20)."""
_JUSTICE: Final = Refusal("not-permitted", ("polresta", "kejari", "pn"))
MAY: Rights = {
    OpenDiversion: May(these(*JUSTICE, "dinsos"), refusal=_JUSTICE),
    RecordDiversion: May(these(*JUSTICE, "dinsos"), CARERS, _JUSTICE),
}


def open_diversion(given: Given, command: OpenDiversion) -> Outcome:
    """Note that diversion is tried; the same stage of the same matter is the same attempt."""
    matter = offender(given, command.matter)
    if isinstance(matter, Refusal):
        return matter
    if refusal := _ineligible(matter, command):
        return refusal
    if any(_same(each, command) for each in given.matters.diversions.values()):
        return ()
    return [
        DiversionOpened(
            diversion=given.message.draw(),
            matter=command.matter,
            stage=command.stage,
            by=given.party,
            occurred_at=command.occurred_at,
        )
    ]


def record(given: Given, command: RecordDiversion) -> Outcome:
    """Note that all agreed, that they did not, or that what was agreed was not done."""
    diversion = given.matters.diversions.get(command.diversion)
    if diversion is None:
        return Refusal("unknown-diversion", ("sender",))
    if diversion.status != ("agreed" if command.outcome == "not-carried-out" else "tried"):
        return Refusal("diversion-not-open", ("polresta", "kejari", "pn"))
    told = {"diversion": command.diversion, "matter": diversion.matter, "occurred_at": command.occurred_at}
    if command.outcome == "agreed":
        return [DiversionAgreed.model_validate(told)]
    return [DiversionFailed.model_validate({**told, "why": command.outcome})]


def _ineligible(matter: Matter, command: OpenDiversion) -> Refusal | None:
    """Say why it cannot be tried. A repeat offence only ends the duty; a court may divert mixed charges (R20a)."""
    if matter.under_12:
        return Refusal("no-diversion-under-12", ("polresta", "bapas", "dinsos"))
    high = matter.threat == "7-or-more" and command.stage != "trial"
    return Refusal("not-eligible-for-diversion", ("pn",)) if high or command.stage not in TRIED else None


def _same(diversion: Diversion, command: OpenDiversion) -> bool:
    place = (diversion.matter, diversion.stage)
    return diversion.status == "tried" and place == (command.matter, command.stage)
