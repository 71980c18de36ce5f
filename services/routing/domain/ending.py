"""The end of a matter of law: judged, diverted and carried out, decided jointly, or not pursued (R19, R25, R52)."""

from collections.abc import Mapping
from typing import Final

from services.routing.domain import detention, order
from services.routing.domain.given import Given, Outcome
from services.routing.domain.may import May, Rights
from services.routing.domain.opening import ENDED, JUSTICE, UNKNOWN, these
from shared.contracts.commands import EndMatter
from shared.contracts.message import Refusal
from shared.contracts.model import MatterOutcome
from shared.contracts.proceedings import MatterEnded

MAY: Rights = {
    EndMatter: May(these(*JUSTICE, "dinsos"), refusal=Refusal("not-permitted", ("polresta", "kejari", "pn")))
}

FROM: Final[Mapping[MatterOutcome, frozenset[str]]] = {
    "judged": frozenset({"open"}),
    "diverted": frozenset({"diverted"}),
    "decided-jointly": frozenset({"decided"}),
    "not-pursued": frozenset({"open"}),
}
"""In which status a matter can end so."""


def end(given: Given, command: EndMatter) -> Outcome:
    """Note the end; not while the child is held, nor while something of an agreement is still to be done."""
    matter = given.matters.by_id.get(command.matter)
    if matter is None:
        return UNKNOWN
    if matter.arrested_at or _held(given, command):
        return Refusal("still-detained", ("lapas",))
    if matter.status not in FROM[command.why] or _ordered(given, command):
        return ENDED
    return [MatterEnded(matter=command.matter, why=command.why, by=given.party, occurred_at=command.occurred_at)]


def _held(given: Given, command: EndMatter) -> bool:
    detentions = given.matters.detentions.values()
    return any(each.matter == command.matter and each.status in detention.OPEN for each in detentions)


def _ordered(given: Given, command: EndMatter) -> bool:
    orders = given.matters.orders.values()
    return any(each.matter == command.matter and each.status in order.OPEN for each in orders)
