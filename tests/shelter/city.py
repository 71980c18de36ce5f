"""Builders: houses of a few beds, children, referrals; and acts that others do all the time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from services.shelter import data
from services.shelter.domain import domain
from services.shelter.domain.house import Houses, Sexes, Unit
from shared.contracts.cases import ChildIdentified
from shared.contracts.directory.codes import HouseKind, PartyCode
from shared.contracts.directory.reason_codes import RefusalCode
from shared.contracts.message import Domain
from shared.contracts.model import UNSEALED, AboutChild, Body, Group, Reason, Sex
from shared.contracts.placements import BedHeld
from shared.contracts.proceedings import HearingScheduled
from shared.contracts.referrals import Referred
from tests.harness import NIGHT, Desk

B = TypeVar("B", bound=Body)
FIRST = date(2019, 1, 1)
HEARING = UUID("1b6f2f6e-52b5-4d1a-9d52-cb5f3b6f3a01")
GROUP = UUID("2c7a3a7f-63c6-4e2b-8e63-dc6a4c7a4b02")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HOLD, SIBLINGS = timedelta(hours=24), timedelta(hours=2)
"""As in the packaged limits of the RPSA."""


def unit(
    house: str = "rpsa", beds: range = range(1, 4), sex: Sexes = "mixed", *, kind: HouseKind = "rpsa",
    ages: tuple[int, int] = (0, 17), child_only: bool = True, last: date | None = None, first: date = FIRST,
) -> Unit:  # fmt: skip
    """A part of a house: three beds for any child, unless told otherwise."""
    return Unit(house, kind, "Rumah", "House", f"u{beds.start}", child_only, sex, beds, ages, first, last)


def shelter(*units: Unit) -> Domain:
    """The service over these units, or over one house of three beds."""
    return domain(Houses(units or (unit(),)), data.limits())


def told(type_: type[B], when: datetime = NIGHT, /, **fields: Any) -> B:
    """A fact or a command that happened at a time."""
    return type_.model_validate({"occurred_at": when, **fields})


def found(secured_by: PartyCode | None = None, at: datetime = NIGHT) -> ChildIdentified:
    """The first fact of a case."""
    return told(
        ChildIdentified, at, report=HEARING, source="raid", reported_by="satpol-pp", secured_by=secured_by,
        about_child=UNSEALED,
    )  # fmt: skip


def asked(desk: Desk, kind: HouseKind | None = "rpsa", siblings: int = 1, group: UUID = GROUP) -> Referred:
    """A referral for shelter, from the policy."""
    return told(
        Referred, desk.now, referral=desk.draw(), agency="dinsos", service="shelter-rpsa", house_kind=kind,
        answer_by=desk.now + HOUR, reason=Reason(table="policy", version="1", row="1"), about_child=UNSEALED,
        siblings=Group(id=group, size=siblings) if siblings > 1 else None,
    )  # fmt: skip


def child(age: int | None = 10, sex: Sex = "male") -> AboutChild:
    """What a bed depends on."""
    return AboutChild(age_years=age, sex=sex)


def refer(desk: Desk, about: AboutChild | None = None, **more: Any) -> UUID:
    """Let a child be referred; gives the referral's id."""
    referral = asked(desk, **more)
    desk.hears(referral, "referrals", about or child())
    return referral.referral


def a_case(secured_by: PartyCode | None = "dinsos", units: Sequence[Unit] = ()) -> Desk:
    """A case that has just begun."""
    return Desk(shelter(*units)).hears(found(secured_by), "cases")


def a_held_bed(desk: Desk) -> BedHeld:
    """A referral answered by a bed."""
    refer(desk)
    return desk.last(BedHeld)


def hearing(desk: Desk, id_: UUID = HEARING) -> Desk:
    """A hearing is set for tomorrow."""
    at = desk.now + timedelta(days=1)
    return desk.hears(
        told(HearingScheduled, desk.now, hearing=id_, forum="court", at=at, by="pn", companion_by=at), "proceedings"
    )


def code(desk: Desk) -> RefusalCode | None:
    """Why the last command was refused."""
    return desk.refusal.code if desk.refusal else None
