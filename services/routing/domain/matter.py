"""Matters of law: what the child is in each, and which track that puts it on (R3, R19, R20, R71)."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import msgspec

from services.routing.domain import detention, diversion, order
from services.routing.domain.detention import Detention
from services.routing.domain.diversion import Diversion
from services.routing.domain.order import Order
from services.routing.domain.report import Report
from shared.contracts.model import AboutChild, Role, Suspect
from shared.contracts.proceedings import (
    ChildArrested,
    ChildDetained,
    ChildReleased,
    DiversionAgreed,
    DiversionFailed,
    JointlyDecided,
    MatterEnded,
    MatterOpened,
)
from shared.contracts.transitions import NONE, Table, after, before

TABLE: Final[Table] = {
    (NONE, MatterOpened): "open",
    ("open", JointlyDecided): "decided",
    ("decided", JointlyDecided): "decided",
    ("open", DiversionAgreed): "diverted",
    ("diverted", DiversionFailed): "open",
    ("open", MatterEnded): "ended",
    ("diverted", MatterEnded): "ended",
    ("decided", MatterEnded): "ended",
}
"""R19, R24, R27. To decide jointly once more corrects what was told."""

DECIDED: Final = before(TABLE, JointlyDecided) - before(TABLE, DiversionAgreed)
"""Decided jointly, and so about a child under twelve, of whatever age nobody told (R19)."""

Move = JointlyDecided | DiversionAgreed | DiversionFailed | MatterEnded

TWELVE: Final = 12
"""Below it at the offence there is no diversion and no trial, but a joint decision (R0.2, R15, R19)."""


class Matter(msgspec.Struct, frozen=True, omit_defaults=True):
    """One child in one matter. `age_years` is the age at the offence, as told; None where nobody has told it."""

    opened_at: datetime
    role: Role = "none"
    age_years: int | None = None
    threat: Literal["under-7", "7-or-more", "unknown"] = "unknown"
    repeat: bool | None = None
    arrested_at: datetime | None = None
    status: str = "open"
    suspect: Suspect = "unknown"

    @property
    def parent_suspected(self) -> bool:
        """Whether a parent is a suspect, and so left out of all that is done for the child (R65)."""
        return self.suspect == "parent"

    @property
    def under_12(self) -> bool:
        """Whether it is an offender's matter on the track of those under twelve."""
        return self.role == "offender" and self.age_years is not None and self.age_years < TWELVE

    @property
    def eligible(self) -> bool:
        """Whether diversion must be tried (R20)."""
        return self.role == "offender" and not self.under_12 and self.threat != "7-or-more" and not self.repeat

    @property
    def tags(self) -> frozenset[str]:
        """The words by which rows of law tell matters apart."""
        track = "under-12" if self.under_12 else self.role
        return frozenset({track, "eligible"} if self.eligible else {track})


class Matters(msgspec.Struct, frozen=True, omit_defaults=True):
    """All matters of a case, with their reports, detentions, diversions and orders, by id."""

    by_id: dict[UUID, Matter] = msgspec.field(default_factory=dict)
    reports: dict[UUID, Report] = msgspec.field(default_factory=dict)
    detentions: dict[UUID, Detention] = msgspec.field(default_factory=dict)
    diversions: dict[UUID, Diversion] = msgspec.field(default_factory=dict)
    orders: dict[UUID, Order] = msgspec.field(default_factory=dict)

    def tags(self, matter: UUID | None) -> frozenset[str]:
        """The words of a matter; of one that is not known none."""
        known = self.by_id.get(matter) if matter else None
        return known.tags if known else frozenset()


def opened(matters: Matters, fact: MatterOpened, about: AboutChild) -> Matters:
    """Evolve by `matter-opened`."""
    matter = Matter(
        opened_at=fact.occurred_at,
        role=about.role,
        age_years=about.age_years,
        threat=fact.threat,
        repeat=fact.repeat,
        suspect=fact.suspect,
    )
    return msgspec.structs.replace(matters, by_id={**matters.by_id, fact.matter: matter})


def arrested(matters: Matters, fact: ChildArrested, _: AboutChild) -> Matters:
    """Evolve by `child-arrested`."""
    return _with(matters, fact.matter, arrested_at=fact.occurred_at)


def detained(matters: Matters, fact: ChildDetained, about: AboutChild) -> Matters:
    """Evolve by `child-detained`, with which an arrest ends."""
    return _with(detention.detained(matters, fact, about), fact.matter, arrested_at=None)


def released(matters: Matters, fact: ChildReleased, about: AboutChild) -> Matters:
    """Evolve by `child-released`, of detention or of arrest."""
    return _with(detention.moved(matters, fact, about), fact.matter, arrested_at=None)


def moved(matters: Matters, fact: Move, _: AboutChild) -> Matters:
    """Evolve by what decides a matter, or opens it again."""
    was = matters.by_id.get(fact.matter)
    return _with(matters, fact.matter, status=after(TABLE, was.status, fact)) if was else matters


def diverted(matters: Matters, fact: DiversionAgreed | DiversionFailed, about: AboutChild) -> Matters:
    """Evolve by how an attempt at diversion went; one that nobody agreed on leaves the matter as it was."""
    told = diversion.moved(matters, fact, about)
    told = order.voided(told, fact) if isinstance(fact, DiversionFailed) else told
    ended = isinstance(fact, DiversionFailed) and fact.why == "not-agreed"
    return told if ended else moved(told, fact, about)


def _with(matters: Matters, id_: UUID, **told: object) -> Matters:
    was = matters.by_id.get(id_)
    if was is None:
        return matters
    return msgspec.structs.replace(matters, by_id={**matters.by_id, id_: msgspec.structs.replace(was, **told)})
