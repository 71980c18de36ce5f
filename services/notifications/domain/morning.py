"""Each morning a party is told what of a case it must do before the next, and what it has let pass (R59, R145)."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta, timezone, tzinfo
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from services.notifications.domain.readers import Readers
from services.notifications.domain.state import Case, Clocks, Lacks, Proceedings, Runs, heard
from shared.contracts import clocks, proceedings
from shared.contracts.directory.codes import PartyCode
from shared.contracts.message import Deadline, Events, Evolve, Message, Say
from shared.contracts.model import Fact
from shared.contracts.outcomes import DueThing, DueToday, Reminder
from shared.contracts.topics import inbox

WITA: Final = timezone(timedelta(hours=8), "WITA")
SEVEN: Final = time(7)
DAY: Final = timedelta(days=1)


class Morning(Deadline, frozen=True):
    """It is seven o'clock, and a party must be told."""

    party: PartyCode
    at: datetime


class Thing(NamedTuple):
    """What a party must do, of which we know since `since`."""

    party: PartyCode
    id: UUID
    action: str
    since: datetime
    due: datetime

    def mornings(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Return the morning on which it is told, and the one after, on which it is overdue."""
        due = self.due.astimezone(zone)
        seven = datetime.combine(due.date(), SEVEN, zone)
        first = seven if seven <= due else seven - DAY
        return first, first + DAY


def started(part: Clocks, fact: Message) -> Clocks:
    """Evolve by a limit that began to run, or was reckoned anew."""
    part, body = heard(part, fact), fact.body
    assert isinstance(body, clocks.RunsUntil)
    whom = tuple(dict.fromkeys((*((body.owner,) if body.owner else ()), *body.told)))
    return msgspec.structs.replace(
        part, open={**part.open, body.clock: Runs(whom, fact.time, body.due, body.consequence)}
    )


def extended(part: Clocks, fact: Message) -> Clocks:
    """Evolve by an extension."""
    part, body = heard(part, fact), fact.body
    assert isinstance(body, clocks.ClockExtended)
    if body.clock not in part.open:
        return part
    longer = msgspec.structs.replace(part.open[body.clock], due=body.due)
    return msgspec.structs.replace(part, open={**part.open, body.clock: longer})


def over(part: Clocks, fact: Message) -> Clocks:
    """Evolve by the end of a limit."""
    part, ended = heard(part, fact), getattr(fact.body, "clock", None)
    return msgspec.structs.replace(part, open={id_: each for id_, each in part.open.items() if id_ != ended})


def lacking(part: Proceedings, fact: Message) -> Proceedings:
    """Evolve by a hearing that was set."""
    part, body = heard(part, fact), fact.body
    assert isinstance(body, proceedings.HearingScheduled)
    return msgspec.structs.replace(part, lacking={**part.lacking, body.hearing: Lacks(fact.time, body.companion_by)})


def not_lacking(part: Proceedings, fact: Message) -> Proceedings:
    """Evolve by a companion who was named, or the end of a hearing."""
    part, named = heard(part, fact), getattr(fact.body, "hearing", None)
    return msgspec.structs.replace(part, lacking={id_: each for id_, each in part.lacking.items() if id_ != named})


EVOLVES: Final[Mapping[type[Fact], Evolve]] = {
    clocks.ClockStarted: started,
    clocks.ClockCorrected: started,
    clocks.ClockExtended: extended,
    clocks.ClockSatisfied: over,
    clocks.ClockStopped: over,
    proceedings.HearingScheduled: lacking,
    proceedings.CompanionAssigned: not_lacking,
    proceedings.HearingHeld: not_lacking,
    proceedings.HearingCancelled: not_lacking,
}


def things(readers: Readers, state: Case) -> Iterator[Thing]:
    """Return what each party must do in a case: of what it would be told in its time too, and of nothing else."""
    for id_, waiting in state.referrals.awaited.items():
        if readers.sight(waiting.agency, "own", Reminder.type):
            yield Thing(waiting.agency, id_, "answer", waiting.since, waiting.answer_by)
    for id_, runs in state.clocks.open.items():
        for party in runs.whom:
            if readers.sight(party, "own", clocks.ClockWarned.type):
                yield Thing(party, id_, runs.action, runs.since, runs.due)
    owner = readers.party(state.owner or "")
    for id_, hearing in state.proceedings.lacking.items():
        if owner:
            yield Thing(owner, id_, "assign-companion", hearing.since, hearing.companion_by)


def deadlines(readers: Readers, zone: tzinfo, state: Case) -> Mapping[Deadline, datetime]:
    """Return for each party the next morning on which it must be told something; those that passed are not made up."""
    dues: dict[PartyCode, datetime] = {}
    for thing in things(readers, state):
        after = max(thing.since, state.mailbox(thing.party).morning or thing.since)
        at = next((morning for morning in thing.mornings(zone) if morning > after), None)
        if at is not None:
            dues[thing.party] = min(at, dues.get(thing.party, at))
    return {Morning(party, at): at for party, at in dues.items()}


def tell(readers: Readers, zone: tzinfo, state: Case, message: Message, now: datetime) -> Events:
    """Tell a party in its mailbox all that is due before the next morning, the soonest first."""
    morning = message.body
    assert isinstance(morning, Morning)
    mine = (each for each in things(readers, state) if each.party == morning.party and each.mornings(zone)[0] <= now)
    due = sorted(mine, key=_order)
    told = DueToday(occurred_at=now, due=tuple(DueThing(id=t.id, action=t.action, overdue=t.due < now) for t in due))
    return [Say(told, stream=inbox(morning.party), alias=readers.name(state, morning.party, message))]


def _order(thing: Thing) -> tuple[datetime, UUID]:
    return thing.due, thing.id
