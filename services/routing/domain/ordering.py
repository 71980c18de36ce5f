"""Making the orders of an agreement, and telling what became of each (R25, R26)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from services.routing.domain.given import Given, Outcome
from services.routing.domain.may import CARERS, May, Rights
from services.routing.domain.opening import JUSTICE
from services.routing.domain.order import TABLE, OrderBy
from services.routing.law.clock import Span
from services.routing.law.events import Token
from shared.contracts.commands import RecordDiversion, RecordOrder
from shared.contracts.diversions import Order
from shared.contracts.message import Events, Refusal
from shared.contracts.model import Fact
from shared.contracts.proceedings import OrderCarriedOut, OrderMade, OrderNotCarriedOut, OrderOverdue
from shared.contracts.transitions import fits

PROBATION: Final = "bapas"
"""Accompanies, guides and watches until all is carried out, and reports at once where it is not (R26)."""
UNKNOWN: Final = Refusal("unknown-order", ("sender",))
OUTCOMES: Final[dict[str, type[OrderCarriedOut | OrderNotCarriedOut]]] = {
    "carried-out": OrderCarriedOut,
    "not-carried-out": OrderNotCarriedOut,
}


def tellers(given: Given, command: RecordOrder) -> frozenset[str] | Refusal:
    """Name who may tell of it: through whom it is done, who supervises it, and who led the diversion (R26)."""
    order = given.matters.orders.get(command.order)
    return frozenset({order.through, PROBATION, "dinsos", *JUSTICE}) if order else UNKNOWN


MAY: Rights = {RecordOrder: May(tellers, CARERS, Refusal("not-permitted", ("bapas", "dinsos")))}


def make(given: Given, command: RecordDiversion, matter: UUID) -> list[Fact] | Refusal:
    """Make each order of an agreement, within the time that the law has for its kind."""
    if any(_too_long(given, order, command) for order in command.orders):
        return Refusal("order-too-long", ("polresta", "kejari", "pn"))
    return [
        OrderMade(
            order=given.message.draw(),
            diversion=command.diversion,
            matter=matter,
            kind=order.kind,
            through=order.through,
            supervised_by=PROBATION,
            until=_until(given, order, command),
            occurred_at=command.occurred_at,
        )
        for order in command.orders
    ]


def record(given: Given, command: RecordOrder) -> Outcome:
    """Note that it was carried out, or that it was not; to tell it again changes nothing."""
    order, fact = given.matters.orders[command.order], OUTCOMES[command.outcome]
    if order.status == command.outcome:
        return ()
    if not fits(TABLE, order.status, fact):
        return Refusal("order-not-open", ("bapas",))
    return [fact(order=command.order, matter=order.matter, by=given.party, occurred_at=command.occurred_at)]


def overdue(given: Given, due: OrderBy) -> Events:
    """Nobody told of its end in time: who supervises it must look (R26)."""
    order = given.matters.orders[due.order]
    return [
        OrderOverdue(
            order=due.order, matter=order.matter, through=order.through, until=order.until, occurred_at=given.now
        )
    ]


def _too_long(given: Given, order: Order, command: RecordDiversion) -> bool:
    """Tell whether it ends later than a row of law lets one of its kind last."""
    token = Token(OrderMade.type, frozenset({order.kind}))
    rules = (given.law.rule(id_, command.occurred_at) for id_ in sorted(given.law.going_by(OrderMade.type)))
    spans = [rule.span for rule in rules if rule and rule.span and token in rule.starts]
    until = _until(given, order, command)
    return any(until > given.law.calendar.due(command.occurred_at, span) for span in spans)


def _until(given: Given, order: Order, command: RecordDiversion) -> datetime:
    return given.law.calendar.due(command.occurred_at, Span(order.days, "calendar-days", "day-after"))
