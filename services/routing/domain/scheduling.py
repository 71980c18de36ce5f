"""Setting a hearing, naming its companion, and telling how it went (R22, R64)."""

from collections.abc import Mapping
from typing import Final

from services.routing.domain.escort import accompanied
from services.routing.domain.given import Given, Outcome
from services.routing.domain.hearing import OPEN, TABLE, CompanionBy, Hearing
from services.routing.domain.may import CARERS, May, Rights
from services.routing.domain.meeting import complete, unfit
from services.routing.domain.opening import UNKNOWN as UNKNOWN_MATTER
from services.routing.domain.opening import younger
from services.routing.domain.referral import TAKEN
from shared.contracts.commands import AssignCompanion, CancelHearing, RecordHearing, ScheduleHearing
from shared.contracts.directory.codes import AgencyCode, Service
from shared.contracts.message import Events, Refusal
from shared.contracts.model import Forum
from shared.contracts.proceedings import (
    CompanionAssigned,
    CompanionMissing,
    HearingCancelled,
    HearingHeld,
    HearingScheduled,
)
from shared.contracts.transitions import fits

FORUMS: Final[Mapping[Forum, frozenset[AgencyCode]]] = {
    "diversion": frozenset({"polresta", "kejari", "pn", "dinsos"}),
    "court": frozenset({"kejari", "pn", "dinsos"}),
}
"""Whose forum it is: diversion is tried at investigation, prosecution and trial (R20); Dinsos notes what it is told."""

ACCOMPANIMENT: Final[Service] = "accompaniment"
UNKNOWN: Final = Refusal("unknown-hearing", ("sender",))


def its_forum(_: Given, command: ScheduleHearing) -> frozenset[str]:
    """Name those whose forum is to be used."""
    return FORUMS[command.forum]


def that_forum(given: Given, command: RecordHearing | CancelHearing) -> frozenset[str] | Refusal:
    """Name those whose forum a hearing is in."""
    hearing = given.hearings.get(command.hearing)
    return FORUMS[hearing.forum] if hearing else UNKNOWN


def companions(given: Given, command: AssignCompanion) -> frozenset[str] | Refusal:
    """Name who provides a companion: the owner of the case, and whoever accepted to accompany the child (R65, R69)."""
    return accompanying(given) if command.hearing in given.hearings else UNKNOWN


def accompanying(given: Given) -> frozenset[str]:
    """Name the owner of the case, and whoever accepted to accompany the child."""
    taken = [each for each in given.referrals.values() if each.service == ACCOMPANIMENT and each.status in TAKEN]
    return frozenset(str(party) for party in (given.state.referrals.owner, *(each.agency for each in taken)) if party)


_JUSTICE: Final = Refusal("not-permitted", ("polresta", "kejari", "pn", "dinsos"))
MAY: Rights = {
    ScheduleHearing: May(its_forum, refusal=_JUSTICE, begins=True),
    RecordHearing: May(that_forum, CARERS, _JUSTICE),
    CancelHearing: May(that_forum, refusal=_JUSTICE),
    AssignCompanion: May(companions),
}


def schedule(given: Given, command: ScheduleHearing) -> Outcome:
    """Set a hearing. Nobody under the age of the table is brought to diversion: those take another way (R19).

    The same forum at the same moment is the same hearing, and changes nothing.
    """
    preparation = given.policy.hearings[command.forum]
    if command.matter is not None and command.matter not in given.matters.by_id:
        return UNKNOWN_MATTER
    if _too_young(given, command, preparation.min_years):
        return Refusal("no-diversion-under-12", ("polresta", "bapas", "dinsos"))
    if any(_same(hearing, command) for hearing in given.hearings.values()):
        return ()
    return [
        HearingScheduled(
            hearing=given.message.draw(),
            forum=command.forum,
            at=command.at,
            by=given.party,
            companion_by=preparation.companion_by(command.at, given.now),
            matter=command.matter,
            closed=not (command.forum == "court" and command.verdict),
            occurred_at=command.occurred_at,
        )
    ]


def assign(given: Given, command: AssignCompanion) -> Outcome:
    """Name the companion, who may be another than before; a child that already waits there is now accompanied."""
    hearing = given.hearings[command.hearing]
    if not fits(TABLE, hearing.status, CompanionAssigned):
        return not_open()
    if (hearing.companion, hearing.officer) == (given.agency, command.officer):
        return ()
    fact = CompanionAssigned(
        hearing=command.hearing, agency=given.party, officer=command.officer, occurred_at=command.occurred_at
    )
    there = accompanied(given, command.hearing, fact)
    return [fact, there] if there else [fact]


def record(given: Given, command: RecordHearing) -> Outcome:
    """Tell how it went; whether a companion had been named is evidence (R64, R142)."""
    hearing = given.hearings[command.hearing]
    if not fits(TABLE, hearing.status, HearingHeld):
        return not_open()
    matter = given.matters.by_id.get(hearing.matter) if hearing.matter else None
    if command.attendance and (refusal := unfit(command.attendance, matter)):
        return refusal
    return [
        HearingHeld(
            hearing=command.hearing,
            forum=hearing.forum,
            outcome=command.outcome,
            companion_present=hearing.companion is not None,
            attendance=command.attendance,
            complete=complete(command.attendance),
            occurred_at=command.occurred_at,
        )
    ]


def cancel(given: Given, command: CancelHearing) -> Outcome:
    """The hearing will not take place."""
    if not fits(TABLE, given.hearings[command.hearing].status, HearingCancelled):
        return not_open()
    return [HearingCancelled(hearing=command.hearing, by=given.party, occurred_at=command.occurred_at)]


def missing(given: Given, due: CompanionBy) -> Events:
    """Nobody named a companion in time: Dinsos must act before the hearing."""
    return [CompanionMissing(hearing=due.hearing, at=given.hearings[due.hearing].at, occurred_at=given.now)]


def not_open() -> Refusal:
    """Say that a hearing is over or cancelled."""
    return Refusal("hearing-not-open", ("polresta", "kejari", "pn"))


def _too_young(given: Given, command: ScheduleHearing, years: int) -> bool:
    """Tell whether the child of the matter was younger at the offence; where no matter is named, in all there are.

    A victim of any age may come to the meeting about what was done to it (R22).
    """
    known = given.matters.by_id
    matters = [known[command.matter]] if command.matter else list(known.values())
    if command.matter and matters[0].role != "offender":
        return False
    offences = [each for each in matters if each.role == "offender"]
    now = given.state.cases.age_years
    young = now is not None and now < years
    return all(younger(given, each, years) for each in offences) if offences else young


def _same(hearing: Hearing, command: ScheduleHearing) -> bool:
    return hearing.status in OPEN and (hearing.forum, hearing.at) == (command.forum, command.at)
