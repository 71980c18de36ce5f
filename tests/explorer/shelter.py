"""What can be done in shelter: to beds and the line for them, to hand-overs and escorts, and so to custody."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID, uuid5

from services.shelter.domain.line import StayRow
from services.shelter.domain.status import MACHINES
from shared.contracts import commands, placements, proceedings, referrals
from shared.contracts.message import Woken
from shared.contracts.model import Custodian
from tests.explorer.routing import hears, takes
from tests.explorer.walk import Act, Case, Statuses, soonest
from tests.harness import CASE, NIGHT
from tests.shelter.city import HEARING, asked, child, found, shelter, unit

DOMAIN: Final = shelter(unit(beds=range(1, 2)), unit("panti", range(1, 2), kind="other"))
ANOTHER: Final = StayRow(uuid5(CASE, "another"), HEARING, "rpsa", 1, "rpsa", "admitted", NIGHT, NIGHT, None)
"""A child that has the only bed."""


def nouns(state: Any, subject: UUID) -> Statuses:
    """Every noun of a case with its status; who waits no more is not kept."""
    part = state.placements
    of = {"placement": part.stays, "handover": part.handovers, "escort": part.escorts}
    found = {(noun, id_): each.status for noun, things in of.items() for id_, each in things.items()}
    found |= {("waiting-list", id_): "waiting" for id_ in part.waits}
    return {**found, ("custody", subject): part.custody.keeper.kind}


def a_case() -> Case:
    case = Case(DOMAIN, nouns, MACHINES)
    case.hears(found(None), "cases")
    return case


def moved(case: Case) -> Iterator[Act]:
    """What anybody does to a child in one house of one bed, which another child may have."""
    part, state = case.state.placements, case.state
    yield from soonest(case)
    if not state.referrals.shelter:
        yield "referred", lambda case: case.hears(asked(case), "referrals", child())
        yield "to a home", lambda case: case.hears(asked(case, "other"), "referrals", child())
    for id_ in state.referrals.shelter:
        yield hears(referrals.ReferralWithdrawn, "referrals", referral=id_, agency="dinsos", reason="need-met")
    yield ("another comes", _full) if not case.shared else ("another goes", _free)
    for id_ in part.stays:
        yield takes("dinsos", commands.AdmitChild, stay=id_)
        yield takes("dinsos", commands.ReleaseHold, stay=id_)
    yield from carried(case)


def carried(case: Case) -> Iterator[Act]:
    """Hand-overs, escorts, discharges, and children who are gone."""
    part = case.state.placements
    keeper = part.custody.keeper
    if keeper.kind == "unknown":
        yield hears(placements.ChildSecured, "placements", custodian=Custodian(kind="agency", party="satpol-pp"))
    if len(part.handovers) < 2:
        for to in ("dinsos", "koppaja"):
            yield takes(keeper.speaker, commands.OfferHandover, to=to)
    for id_, it in part.handovers.items():
        yield takes(it.receiver.speaker, commands.AcceptHandover, handover=id_)
        yield takes(it.receiver.speaker, commands.DeclineHandover, handover=id_)
    yield from _escorted(case)
    for kind, outcome in (("family", "returned-to-family"), ("hospital", "moved-to-hospital"), ("unknown", "died")):
        yield takes("dinsos", commands.DischargeChild, to={"kind": kind}, outcome=outcome)
    yield takes("dinsos", commands.ReportMissing)


def _escorted(case: Case) -> Iterator[Act]:
    part, hearings = case.state.placements, case.state.proceedings.hearings
    if not hearings:
        fact: dict[str, Any] = {
            "hearing": HEARING,
            "forum": "court",
            "by": "pn",
            "at": case.now,
            "companion_by": case.now,
        }
        yield hears(proceedings.HearingScheduled, "proceedings", **fact)
    elif len(part.escorts) < 1:
        yield takes(part.custody.keeper.speaker, commands.DepartEscort, hearing=HEARING)
    for id_, it in part.escorts.items():
        yield takes(it.by, commands.ArriveEscort, escort=id_)
        yield takes(it.by, commands.ReturnEscort, escort=id_)


def _full(case: Case) -> None:
    case.shared = [ANOTHER]


def _free(case: Case) -> None:
    """The other child's bed is free, and who waits is woken."""
    case.shared = []
    case._decide(case._message(Woken()))


def key(case: Case) -> object:
    """What tells two cases apart: every status, and whether the bed is another's."""
    part, state = case.state.placements, case.state
    ways = tuple(tuple(each.status for each in of.values()) for of in (part.handovers, part.escorts))
    beds = tuple((each.status, each.kind) for each in part.stays.values())
    line = (bool(case.shared), len(part.waits), *(each.kind for each in state.referrals.shelter.values()))
    return ways, beds, line, part.custody.keeper.kind, part.custody.disputed, bool(state.proceedings.hearings)
