"""Detention, stage by stage: each has its own limit, and no day is carried over (R47-R52, R60)."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec

from shared.contracts.directory.codes import PartyCode
from shared.contracts.model import AboutChild, Stage
from shared.contracts.proceedings import ChildDetained, ChildReleased, DetentionExtended, DetentionPassedOn
from shared.contracts.transitions import NONE, Table, after, before

if TYPE_CHECKING:
    from services.routing.domain.matter import Matters

TABLE: Final[Table] = {
    (NONE, ChildDetained): "detained",
    ("detained", DetentionExtended): "extended",
    ("detained", DetentionPassedOn): "passed-on",
    ("extended", DetentionPassedOn): "passed-on",
    ("detained", ChildReleased): "released",
    ("extended", ChildReleased): "released",
}
OPEN: Final = before(TABLE, ChildReleased)

Move = DetentionExtended | DetentionPassedOn | ChildReleased


class Detention(msgspec.Struct, frozen=True, omit_defaults=True):
    """Detention of one stage of a matter."""

    matter: UUID
    stage: Stage
    held_by: PartyCode
    since: datetime
    status: str = "detained"


def detained(matters: "Matters", fact: ChildDetained, _: AboutChild) -> "Matters":
    """Evolve by `child-detained`."""
    new = Detention(matter=fact.matter, stage=fact.stage, held_by=fact.held_by, since=fact.occurred_at)
    return msgspec.structs.replace(matters, detentions={**matters.detentions, fact.detention: new})


def moved(matters: "Matters", fact: Move, _: AboutChild) -> "Matters":
    """Evolve by any later fact about a detention; one about none that was said changes nothing."""
    was = matters.detentions.get(fact.detention) if fact.detention else None
    if was is None or fact.detention is None:
        return matters
    told = msgspec.structs.replace(was, status=after(TABLE, was.status, fact))
    return msgspec.structs.replace(matters, detentions={**matters.detentions, fact.detention: told})
