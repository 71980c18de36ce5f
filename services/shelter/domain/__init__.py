"""Shelter as pure functions, composed: which function decides each message, and what each fact changes."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final, get_args
from uuid import UUID

from services.shelter.domain import (
    closing,
    custody,
    escort,
    handover,
    heard,
    line,
    stay,
    wait,
    whereabouts,
)
from services.shelter.domain.house import Houses
from services.shelter.domain.limits import Limits
from services.shelter.domain.may import Rights, guarded
from services.shelter.domain.state import State, evolve
from services.shelter.domain.wait import Rooms
from shared.contracts import cases, commands, placements, proceedings, referrals
from shared.contracts.message import Deadline, Decide, Domain, Evolve, Shared, Table, Woken
from shared.contracts.model import Fact
from shared.contracts.topics import heard_by, spoken_by

__all__ = ["State", "domain"]

MAY: Final[Rights] = {**handover.MAY, **escort.MAY, **stay.MAY, **whereabouts.MAY}
"""Who may send each command."""

ENDED: Final = get_args(heard.Ended)
USERS: Final = frozenset({
    *(Woken, stay.AdmitBy, wait.SiblingsBy),
    *(referrals.Referred, *ENDED, cases.RiskAssessed, cases.CategoryConfirmed, cases.CaseClosed),
    *(commands.AdmitChild, commands.ReleaseHold, commands.DischargeChild),
    *(commands.AcceptHandover, commands.ReportMissing),
    *placements.PLACEMENTS,
})  # fmt: skip
"""What reads the beds of all cases, or changes a case's own: of the placements when they are read back."""

TABLES: Final = {
    line.StayRow: Table("stays", key=2),
    line.WaitRow: Table("waits", key=2),
    custody.CustodyRow: Table("custody", key=2),
    custody.DisputeRow: Table("disputes", key=2),
    custody.AdriftRow: Table("adrift"),
    handover.HandoverRow: Table("handovers", key=2),
    escort.EscortRow: Table("escorts", key=2),
}


def domain(houses: Houses, limits: Limits) -> Domain:
    """Return the service's functions over its data."""
    decides = _decides(Rooms(houses, limits))
    return Domain(
        name="shelter",
        state=State,
        speaks=spoken_by("shelter"),
        hears=heard_by("shelter"),
        streams=dict.fromkeys(placements.PLACEMENTS, "placements"),
        evolves=EVOLVES,
        decides=decides,
        deadlines=_deadlines,
        rows=_rows,
        tables=TABLES,
        aliases=lambda state: state.referrals.names,
        opens=lambda _: 0,
        shared=Shared(
            rows=(line.StayRow, line.WaitRow),
            users=USERS,
            locks=houses.codes,
            wakes=line.wakes(houses),
        ),
    )


def _decides(rooms: Rooms) -> Mapping[type, Decide]:
    look = partial(wait.look, rooms=rooms)
    upon_a_case: dict[type, Decide] = {
        commands.OfferHandover: handover.offer,
        commands.AcceptHandover: handover.accept,
        commands.DeclineHandover: handover.decline,
        commands.AdmitChild: stay.admit,
        commands.ReleaseHold: stay.release,
        commands.DischargeChild: partial(stay.discharge, rooms=rooms),
        commands.ReportMissing: stay.miss,
        commands.DepartEscort: escort.depart,
        commands.ArriveEscort: escort.arrive,
        commands.ReturnEscort: escort.come_back,
        commands.AskWhereabouts: whereabouts.ask,
    }
    return {
        **{command: guarded(MAY[command], decide) for command, decide in upon_a_case.items()},
        cases.ChildIdentified: custody.begin,
        cases.RiskAssessed: look,
        cases.CategoryConfirmed: look,
        cases.ClosingRequested: closing.answer,
        cases.CaseClosed: wait.close,
        referrals.Referred: partial(wait.refer, rooms=rooms),
        **dict.fromkeys(ENDED, wait.leave),
        stay.AdmitBy: stay.expire,
        wait.SiblingsBy: partial(wait.go_without, rooms=rooms),
        Woken: partial(wait.wake, rooms=rooms),
    }


EVOLVES: Final[Mapping[type[Fact], Evolve]] = {
    cases.ChildIdentified: heard.case,
    cases.RiskAssessed: heard.case,
    cases.CategoryConfirmed: heard.case,
    cases.CaseClosed: heard.case,
    cases.CaseReopened: heard.case,
    referrals.Referred: heard.referred,
    **dict.fromkeys(ENDED, heard.ended),
    proceedings.HearingScheduled: heard.hearing,
    proceedings.HearingHeld: heard.hearing,
    proceedings.HearingCancelled: heard.hearing,
    **dict.fromkeys(placements.PLACEMENTS, evolve),
}


def _deadlines(state: State) -> Mapping[Deadline, datetime]:
    return {**stay.deadlines(state.placements.stays), **wait.deadlines(state.placements.waits)}


def _rows(subject: UUID, state: State) -> Iterator[Any]:
    yield from state.beds(subject)
    yield from custody.rows(subject, state.placements.custody, state.cases.identified)
    if not state.cases.closed:
        yield from custody.adrift(subject, state.placements.custody, state.cases.identified)
    yield from handover.rows(subject, state.placements.handovers)
    yield from escort.rows(subject, state.placements.escorts)
