"""Diversion: tried at each stage, agreed or failed (R20, R24, R27)."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec

from shared.contracts.model import AboutChild, Stage
from shared.contracts.proceedings import DiversionAgreed, DiversionFailed, DiversionOpened
from shared.contracts.transitions import NONE, Table, after

if TYPE_CHECKING:
    from services.routing.domain.matter import Matters

TABLE: Final[Table] = {
    (NONE, DiversionOpened): "tried",
    ("tried", DiversionAgreed): "agreed",
    ("tried", DiversionFailed): "failed",
    ("agreed", DiversionFailed): "failed",
}


class Diversion(msgspec.Struct, frozen=True, omit_defaults=True):
    """An attempt at one stage of a matter."""

    matter: UUID
    stage: Stage
    status: str = "tried"


def opened(matters: "Matters", fact: DiversionOpened, _: AboutChild) -> "Matters":
    """Evolve by `diversion-opened`."""
    new = Diversion(matter=fact.matter, stage=fact.stage)
    return msgspec.structs.replace(matters, diversions={**matters.diversions, fact.diversion: new})


def moved(matters: "Matters", fact: DiversionAgreed | DiversionFailed, _: AboutChild) -> "Matters":
    """Evolve by how it went; of an attempt that was never said nothing changes."""
    was = matters.diversions.get(fact.diversion)
    if was is None:
        return matters
    told = msgspec.structs.replace(was, status=after(TABLE, was.status, fact))
    return msgspec.structs.replace(matters, diversions={**matters.diversions, fact.diversion: told})
