"""Notifications as pure functions, composed: who decides each message, and what each fact changes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import partial
from typing import Any, Final
from uuid import UUID

from services.notifications.domain import delivery, morning, notice, outcome, participation
from services.notifications.domain.readers import Readers
from services.notifications.domain.state import Case, FactRow, State, fact_rows, heard
from shared.contracts.commands import ConfirmProcessed
from shared.contracts.directory.codes import PartyCode
from shared.contracts.message import Deadline, Decide, Domain, Evolve, Table
from shared.contracts.model import Fact
from shared.contracts.notices import notice_type
from shared.contracts.outcomes import (
    DELIVERIES,
    NOTICES,
    CommandAccepted,
    CommandRefused,
    NoticeProcessed,
    ReminderSent,
)
from shared.contracts.referrals import Referred
from shared.contracts.topics import FACTS, heard_by, spoken_by

__all__ = ["Case", "Readers", "State", "domain"]


def domain(readers: Readers, reminders: Sequence[float], zone: tzinfo = morning.WITA) -> Domain:
    """Return notifications, which tell each of `readers` what the profile table lets it see.

    `reminders` are the fractions of the time to answer a referral after which its party is reminded; `zone` is
    the city's time, in which mornings are.
    """
    return Domain(
        name="notifications",
        state=State,
        speaks=spoken_by("notifications"),
        hears=heard_by("notifications"),
        streams=dict.fromkeys(DELIVERIES, "deliveries"),
        evolves=EVOLVES,
        decides=_decides(readers, zone),
        deadlines=partial(_deadlines, readers, reminders, zone),
        rows=partial(_rows, tuple(readers.parties)),
        tables=TABLES,
        aliases=_aliases,
    )


TABLES: Final = {
    FactRow: Table("facts", key=3),
    participation.ParticipationRow: Table("participation", key=3),
    delivery.NoticeRow: Table("notices", key=3),
}


def _decides(readers: Readers, zone: tzinfo) -> Mapping[type, Decide]:
    return {
        **dict.fromkeys(FACTS, partial(notice.tell, readers)),
        CommandAccepted: partial(outcome.passed_on, readers),
        CommandRefused: partial(outcome.passed_on, readers),
        ConfirmProcessed: partial(delivery.confirm, readers),
        delivery.Remind: partial(delivery.remind, readers),
        morning.Morning: partial(morning.tell, readers, zone),
    }


EVOLVES: Final[Mapping[type[Fact], Evolve]] = {
    **dict.fromkeys(FACTS, heard),
    **morning.EVOLVES,
    Referred: delivery.awaited,
    **dict.fromkeys(delivery.ANSWERS, delivery.answered),
    **dict.fromkeys((*map(notice_type, FACTS), CommandAccepted, CommandRefused, *NOTICES), delivery.kept),
    NoticeProcessed: delivery.processed,
    ReminderSent: delivery.reminded,
}


def _deadlines(readers: Readers, reminders: Sequence[float], zone: tzinfo, state: Case) -> Mapping[Deadline, datetime]:
    return {**delivery.deadlines(readers, reminders, state), **morning.deadlines(readers, zone, state)}


def _aliases(state: Case) -> Iterator[UUID]:
    """Yield the referrals, under which most parties know the case."""
    return (taking.matter for taking in state.referrals.takings if taking.matter)


def _rows(parties: Sequence[PartyCode], subject: UUID, state: Case) -> Iterator[Any]:
    yield from fact_rows(subject, state)
    for stream, story in state.stories():
        yield from participation.rows(subject, stream, story.takings)
    yield from delivery.rows(subject, parties, state)
