"""Builders: a case in intake with sensible defaults, and what other services say to it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid5

from services.intake.domain import domain
from services.intake.policy import Policy
from shared.contracts import commands as ask
from shared.contracts.directory import Directory
from shared.contracts.message import Domain
from shared.contracts.model import AboutChild, Body, Custodian, Reason
from shared.contracts.placements import BedHeld, ChildSecured, NothingOpenInShelter, StillOpenInShelter
from shared.contracts.proceedings import HearingScheduled
from shared.contracts.referrals import (
    CaseOwned,
    NothingOpenInRouting,
    Referred,
    StillOpenInRouting,
    StillOpenThing,
)
from tests.harness import CASE, NIGHT, Desk

B = TypeVar("B", bound=Body)
RAPAK = "64.71.03.1004"
"""Muara Rapak, where the street children of the tests are found."""
REFERRAL = uuid5(CASE, "referral")
DIRECTORY = Directory.load(date(2026, 11, 2))
POLICY = Policy.load()


def intake() -> Domain:
    return domain(DIRECTORY, POLICY)


def a_report(*children: ask.ReportedChild, **more: Any) -> ask.ReportChild:
    """A report; without children one of a boy of 11 in Muara Rapak who was found by the community."""
    boy = ask.ReportedChild(about_child=AboutChild(age_years=11, sex="male", found_area=RAPAK, category="AT"))
    return ask.ReportChild(**{"source": "community", "occurred_at": NIGHT, "children": children or (boy,), **more})


def a_case(by: str = "koppaja", **more: Any) -> Desk:
    """A case that intake has opened on a report."""
    return Desk(intake()).takes(a_report(**more), by)


def an_empty_desk() -> Desk:
    """A case that is not there: nobody has reported it."""
    return Desk(intake())


def children_of(report: ask.ReportChild, by: str) -> Sequence[Desk]:
    """A desk for each child of a report, all told of it as the engine does."""
    subjects = tuple(uuid5(CASE, str(n)) for n in range(len(report.children)))
    desks = [Desk(intake(), subject=subject, seed=n) for n, subject in enumerate(subjects)]
    return [desk.takes(report, by, index=n, subjects=subjects) for n, desk in enumerate(desks)]


def told(type_: type[B], **fields: object) -> B:
    """A fact or a command at the desk's hour."""
    return type_.model_validate({"occurred_at": NIGHT, **fields})


def owned(owner: str = "dinsos") -> CaseOwned:
    return told(CaseOwned, owner=owner, cause="identified")


def referred(agency: str = "dinkes", referral: UUID = REFERRAL) -> Referred:
    reason = Reason(table="policy", version="2026-1", row="r1")
    fields = {"referral": referral, "agency": agency, "service": "health", "reason": reason}
    return told(Referred, answer_by=NIGHT + timedelta(hours=24), about_child={"kid": "k", "box": "AA"}, **fields)


def scheduled() -> HearingScheduled:
    at = datetime(2026, 11, 9, 1, 0, tzinfo=UTC)
    return told(HearingScheduled, hearing=REFERRAL, forum="court", at=at, by="pn", companion_by=at)


def secured(by: str = "satpol-pp") -> ChildSecured:
    return told(ChildSecured, custodian=Custodian.model_validate({"kind": "agency", "party": by}))


def a_held_bed() -> BedHeld:
    fields = {"stay": REFERRAL, "house": "rpsa-balikpapan", "house_kind": "rpsa", "referral": REFERRAL, "bed": 1}
    return told(BedHeld, until=NIGHT + timedelta(hours=12), **fields)


def nothing_open(desk: Desk, service: str) -> Desk:
    """Routing or shelter answers that nothing is open with it."""
    type_ = NothingOpenInRouting if service == "routing" else NothingOpenInShelter
    return desk.hears(told(type_, closing=asked(desk)), STREAM[service])


def still_open(desk: Desk, service: str, *kinds: str) -> Desk:
    """Routing or shelter answers what is still open with it."""
    type_ = StillOpenInRouting if service == "routing" else StillOpenInShelter
    things = [StillOpenThing(kind=kind, id=REFERRAL) for kind in kinds]
    return desk.hears(told(type_, closing=asked(desk), open=things), STREAM[service])


def asked(desk: Desk) -> UUID:
    """The closing that was asked for last."""
    id_ = desk.state.cases.closing.id
    assert isinstance(id_, UUID)
    return id_


STREAM = {"routing": "referrals", "shelter": "placements"}
