"""What became of notices: kept, processed; and reminders of referrals that nobody has answered yet."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from services.notifications.domain import outcome
from services.notifications.domain.readers import Readers
from services.notifications.domain.state import Awaited, Case, Deliveries, Kept, Mailbox, Referrals, heard
from shared.contracts import referrals
from shared.contracts.commands import ConfirmProcessed
from shared.contracts.directory.codes import PartyCode
from shared.contracts.message import Deadline, Events, Message, Refusal, Say
from shared.contracts.model import Fact
from shared.contracts.outcomes import (
    CommandAccepted,
    CommandRefused,
    DueToday,
    NoticeProcessed,
    Reminder,
    ReminderSent,
)
from shared.contracts.topics import inbox


class Remind(Deadline, frozen=True):
    """The time has come to remind the party of a referral, for the `nth` time."""

    referral: UUID
    nth: int


ANSWERS: Final = (
    referrals.ReferralAccepted,
    referrals.ReferralDeclined,
    referrals.ReferralWithdrawn,
    referrals.ReferralExpired,
    referrals.ServiceStarted,
    referrals.ReferralCompleted,
    referrals.ReferralFailed,
)
"""Facts after which nobody need be reminded of a referral; that it was received is no answer (R145)."""


OUTCOMES: Final = frozenset({CommandAccepted.type, CommandRefused.type})


def kept(mailbox: Mailbox, said: Message) -> Mailbox:
    """Note what a party was told, and when: in the order of that, for under each of its ids a case has a chain."""
    body = said.body
    assert isinstance(body, Fact)
    mornings = (mailbox.morning, said.time if isinstance(body, DueToday) else None)
    place = bisect_right(mailbox.notices, said.time, key=lambda notice: notice.at)
    notices = (*mailbox.notices[:place], Kept(said.id, body.type, said.time), *mailbox.notices[place:])
    return Mailbox(notices, max(filter(None, mornings), default=None))


def processed(part: Deliveries, said: Message) -> Deliveries:
    """Note that a notice was processed."""
    body = said.body
    assert isinstance(body, NoticeProcessed)
    return msgspec.structs.replace(part, processed={**part.processed, body.notice: body.occurred_at})


def reminded(part: Deliveries, said: Message) -> Deliveries:
    """Note when a party was reminded."""
    body = said.body
    assert isinstance(body, ReminderSent)
    return msgspec.structs.replace(part, reminded={**part.reminded, body.referral: body.occurred_at})


def awaited(part: Referrals, fact: Message) -> Referrals:
    """Wait for the answer to a referral, unless a held bed answers it and nobody's hand."""
    part, body = heard(part, fact), fact.body
    assert isinstance(body, referrals.Referred)
    if body.house_kind is not None:
        return part
    waiting = Awaited(body.agency, fact.time, body.answer_by)
    return msgspec.structs.replace(part, awaited={**part.awaited, body.referral: waiting})


def referral_of(fact: Message) -> UUID | None:
    """Return the referral that a fact names."""
    return getattr(fact.body, "referral", None)


def answered(part: Referrals, fact: Message) -> Referrals:
    """Wait no more for the answer to a referral."""
    part = heard(part, fact)
    rest = {referral: waiting for referral, waiting in part.awaited.items() if referral != referral_of(fact)}
    return msgspec.structs.replace(part, awaited=rest)


def confirm(readers: Readers, state: Case, message: Message, now: datetime) -> Events | Refusal:
    """Only the party that got a notice may say that it has processed it, once.

    It is told that this took effect, but not where the notice was itself such an outcome: that would never end.
    """
    command, agency = message.body, readers.party(message.caller.agency)
    assert isinstance(command, ConfirmProcessed)
    notice = state.mailbox(agency).get(command.notice) if agency else None
    if agency is None or notice is None:
        return Refusal("unknown-notice", ("receiver",))
    if notice.id in state.deliveries.processed:
        return Refusal("already-processed", ("receiver",))
    done = NoticeProcessed(occurred_at=command.occurred_at, agency=agency, notice=notice.id)
    return [done] if notice.type in OUTCOMES else [done, outcome.accepted(readers, state, message, agency, now)]


def remind(readers: Readers, state: Case, message: Message, now: datetime) -> Events:
    """Remind the party in its mailbox, and tell routing that it was reminded."""
    due = message.body
    assert isinstance(due, Remind)
    waiting = state.referrals.awaited[due.referral]
    name = readers.name(state, waiting.agency, message)
    reminder = Reminder(occurred_at=now, referral=due.referral, answer_by=waiting.answer_by)
    sent = ReminderSent(occurred_at=now, agency=waiting.agency, referral=due.referral, answer_by=waiting.answer_by)
    return [Say(reminder, stream=inbox(waiting.agency), alias=name), sent]


def deadlines(readers: Readers, fractions: Sequence[float], state: Case) -> Mapping[Deadline, datetime]:
    """Return of each unanswered referral the next reminder; late ones are not made up for, so none come two at once."""
    dues: dict[Deadline, datetime] = {}
    for referral, waiting in state.referrals.awaited.items():
        if readers.sight(waiting.agency, "own", Reminder.type):
            dues |= _next(referral, waiting, fractions, state.deliveries.reminded.get(referral))
    return dues


def _next(
    referral: UUID, waiting: Awaited, fractions: Sequence[float], last: datetime | None
) -> Mapping[Deadline, datetime]:
    times = [waiting.since + fraction * (waiting.answer_by - waiting.since) for fraction in fractions]
    left = [(nth, time) for nth, time in enumerate(times, 1) if last is None or time > last]
    return {Remind(referral, nth): time for nth, time in left[:1]}


class NoticeRow(NamedTuple):
    """A notice: the `number`th of this case in a party's mailbox. `id` is its `ce_id`; `processed_at` None: not yet."""

    subject: UUID
    party: str
    number: int
    id: str
    type: str
    said_at: datetime
    processed_at: datetime | None


def rows(subject: UUID, parties: Iterable[PartyCode], state: Case) -> Iterator[NoticeRow]:
    """Return the read rows of what every party was told."""
    done = state.deliveries.processed
    for party in parties:
        for number, told in enumerate(state.mailbox(party).notices, 1):
            yield NoticeRow(subject, party, number, told.id, told.type, told.at, done.get(told.id))
