"""What an agreement asks to be done, each with its own end, until it was carried out or not (R25, R26)."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec

from shared.contracts.directory.codes import PartyCode
from shared.contracts.diversions import OrderKind
from shared.contracts.message import Deadline
from shared.contracts.model import AboutChild
from shared.contracts.proceedings import (
    DiversionFailed,
    OrderCarriedOut,
    OrderMade,
    OrderNotCarriedOut,
    OrderOverdue,
)
from shared.contracts.transitions import NONE, Table, after, before

if TYPE_CHECKING:
    from services.routing.domain.matter import Matters

TABLE: Final[Table] = {
    (NONE, OrderMade): "made",
    ("made", OrderOverdue): "overdue",
    ("made", OrderCarriedOut): "carried-out",
    ("overdue", OrderCarriedOut): "carried-out",
    ("made", OrderNotCarriedOut): "not-carried-out",
    ("overdue", OrderNotCarriedOut): "not-carried-out",
    ("made", DiversionFailed): "void",
    ("overdue", DiversionFailed): "void",
}
OPEN: Final = before(TABLE, OrderCarriedOut)

Move = OrderCarriedOut | OrderNotCarriedOut | OrderOverdue


class OrderBy(Deadline, frozen=True):
    """It must have been carried out (R25)."""

    order: UUID


class Order(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing to be done, through whom and by when."""

    diversion: UUID
    matter: UUID
    kind: OrderKind
    through: PartyCode
    until: datetime
    status: str = "made"


def made(matters: "Matters", fact: OrderMade, _: AboutChild) -> "Matters":
    """Evolve by `order-made`."""
    new = Order(fact.diversion, fact.matter, fact.kind, fact.through, fact.until)
    return msgspec.structs.replace(matters, orders={**matters.orders, fact.order: new})


def moved(matters: "Matters", fact: Move, _: AboutChild) -> "Matters":
    """Evolve by what became of an order; of one that was never made nothing changes."""
    was = matters.orders.get(fact.order)
    if was is None:
        return matters
    told = msgspec.structs.replace(was, status=after(TABLE, was.status, fact))
    return msgspec.structs.replace(matters, orders={**matters.orders, fact.order: told})


def voided(matters: "Matters", fact: DiversionFailed) -> "Matters":
    """Evolve by the end of the agreement that they came from (R27)."""
    orders = {
        id_: msgspec.structs.replace(it, status=after(TABLE, it.status, fact)) if it.diversion == fact.diversion else it
        for id_, it in matters.orders.items()
    }
    return msgspec.structs.replace(matters, orders=orders)


def deadlines(matters: "Matters") -> dict[Deadline, datetime]:
    """Return until when each order must have been carried out."""
    return {OrderBy(id_): it.until for id_, it in matters.orders.items() if it.status in before(TABLE, OrderOverdue)}
