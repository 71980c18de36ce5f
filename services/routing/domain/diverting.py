"""Trying diversion, and telling how it went (R19, R20, R24, R27)."""

from collections.abc import Mapping
from typing import Final

from services.routing.domain.diversion import TABLE, Diversion
from services.routing.domain.given import Given, Outcome
from services.routing.domain.matter import DECIDED, TWELVE, Matter
from services.routing.domain.matter import TABLE as MATTER
from services.routing.domain.may import CARERS, May, Rights
from services.routing.domain.meeting import consented
from services.routing.domain.opening import JUSTICE, offender, these, younger
from services.routing.domain.ordering import make
from shared.contracts.commands import OpenDiversion, RecordDiversion
from shared.contracts.message import Refusal
from shared.contracts.model import Fact
from shared.contracts.proceedings import DiversionAgreed, DiversionFailed, DiversionOpened
from shared.contracts.transitions import final, fits

TRIED: Final = frozenset({"investigation", "prosecution", "trial"})
"""Stages at which diversion is tried (R20)."""
OUTCOMES: Final[Mapping[str, tuple[type[Fact], str]]] = {
    "agreed": (DiversionAgreed, "tried"),
    "not-agreed": (DiversionFailed, "tried"),
    "not-carried-out": (DiversionFailed, "agreed"),
}
"""What is said of each outcome, and of an attempt in which status it can be told (R24, R27)."""
_JUSTICE: Final = Refusal("not-permitted", ("polresta", "kejari", "pn"))
_NOT_OPEN: Final = Refusal("diversion-not-open", ("polresta", "kejari", "pn"))
_UNDER_12: Final = Refusal("no-diversion-under-12", ("polresta", "bapas", "dinsos"))
MAY: Rights = {
    OpenDiversion: May(these(*JUSTICE, "dinsos"), refusal=_JUSTICE),
    RecordDiversion: May(these(*JUSTICE, "dinsos"), CARERS, _JUSTICE),
}


def open_diversion(given: Given, command: OpenDiversion) -> Outcome:
    """Note that diversion is tried; the same stage of the same matter is the same attempt."""
    matter = offender(given, command.matter)
    if isinstance(matter, Refusal):
        return matter
    if refusal := _ineligible(given, matter, command):
        return refusal
    if any(_same(each, command) for each in given.matters.diversions.values()):
        return ()
    if not fits(MATTER, matter.status, DiversionAgreed):
        return _NOT_OPEN
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
    fact, was = OUTCOMES[command.outcome]
    ended = given.matters.by_id[diversion.matter].status in final(MATTER)
    if ended or diversion.status != was or not fits(TABLE, was, fact):
        return _NOT_OPEN
    if fact is DiversionAgreed and (refusal := _not_to_agree(given, diversion, command)):
        return refusal
    told = {"diversion": command.diversion, "matter": diversion.matter, "occurred_at": command.occurred_at}
    if fact is DiversionFailed:
        return [DiversionFailed.model_validate({**told, "why": command.outcome})]
    agreed = DiversionAgreed.model_validate(
        {**told, "consents": command.consents, "without_victim": command.without_victim}
    )
    orders = make(given, command, diversion.matter)
    return orders if isinstance(orders, Refusal) else [agreed, *orders]


def _not_to_agree(given: Given, diversion: Diversion, command: RecordDiversion) -> Refusal | None:
    """Of a matter that ended otherwise, of a child now known to have been under twelve, or without a consent (R24)."""
    matter = given.matters.by_id[diversion.matter]
    if younger(given, matter, TWELVE) or matter.status in DECIDED:
        return _UNDER_12
    if not fits(MATTER, matter.status, DiversionAgreed):
        return _NOT_OPEN
    return None if consented(command, matter) else Refusal("not-all-consented", ("polresta", "kejari", "pn"))


def _ineligible(given: Given, matter: Matter, command: OpenDiversion) -> Refusal | None:
    """Say why it cannot be tried. A repeat offence only ends the duty; a court may divert mixed charges (R20a)."""
    if younger(given, matter, TWELVE) or matter.status in DECIDED:
        return _UNDER_12
    high = matter.threat == "7-or-more" and command.stage != "trial"
    return Refusal("not-eligible-for-diversion", ("pn",)) if high or command.stage not in TRIED else None


def _same(diversion: Diversion, command: OpenDiversion) -> bool:
    place = (diversion.matter, diversion.stage)
    return fits(TABLE, diversion.status, DiversionAgreed) and place == (command.matter, command.stage)
