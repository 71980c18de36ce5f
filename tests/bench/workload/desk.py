"""A small service: it hears what is learnt of a child and answers each fact with 1.3 facts of its own."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from shared.contracts.cases import CategoryWithdrawn, RiskAssessed, SameChildLinked
from shared.contracts.message import Deadline, Domain, Events, Message, Part, Rows, State
from shared.contracts.referrals import CaseOwned, ReferralAccepted, ReferralReceived

_ANSWER_WITHIN: Final = timedelta(days=3650)
"""So long that no deadline comes while somebody measures."""


class Heard(Part, frozen=True):
    """What stream `cases` told."""

    facts: int = 0
    risk: str = ""
    links: int = 0


class Answered(Part, frozen=True):
    """What we said in `referrals`."""

    owner: str = ""
    facts: int = 0
    until: datetime | None = None


class Desk(State, frozen=True):
    """A case at this desk."""

    cases: Heard = Heard()
    referrals: Answered = Answered()


class AnswerBy(Deadline, frozen=True):
    """The desk waits for an answer."""


def hear(part: Heard, fact: Message) -> Heard:
    """The part as a fact of `cases` leaves it."""
    match fact.body:
        case RiskAssessed(risk=risk):
            return Heard(part.facts + 1, risk, part.links)
        case SameChildLinked():
            return Heard(part.facts + 1, part.risk, part.links + 1)
        case _:
            return Heard(part.facts + 1, part.risk, part.links)


def note(part: Answered, fact: Message) -> Answered:
    """The part as a fact of our own leaves it."""
    match fact.body:
        case CaseOwned(owner=owner):
            return Answered(owner, part.facts + 1, fact.body.occurred_at + _ANSWER_WITHIN)
        case _:
            return Answered(part.owner, part.facts + 1, part.until)


def own(state: Desk, message: Message, now: datetime) -> Events:
    """A risk makes an owner; a high one is accepted at once too."""
    owned = CaseOwned(occurred_at=message.time, owner="dinsos", cause="risk")
    if state.cases.risk not in {"high", "emergency"}:
        return [owned]
    return [owned, ReferralAccepted(occurred_at=message.time, referral=message.subject, agency="dinkes")]


def acknowledge(state: Desk, message: Message, now: datetime) -> Events:
    """Whatever else is learnt is acknowledged."""
    return [ReferralReceived(occurred_at=message.time, referral=message.subject, agency="dinkes")]


def deadlines(state: Desk) -> Mapping[Deadline, datetime]:
    """What the desk waits for."""
    return {AnswerBy(): state.referrals.until} if state.referrals.until else {}


def expire(state: Desk, message: Message, now: datetime) -> Events:
    """Nothing: it does not come."""
    return []


def rows(subject: UUID, state: Desk) -> Rows:
    """No read tables: the competitors have none."""
    return ()


DESK: Final = Domain(
    name="routing",
    state=Desk,
    speaks=("referrals",),
    hears=("cases",),
    streams=dict.fromkeys((CaseOwned, ReferralAccepted, ReferralReceived), "referrals"),
    evolves={
        RiskAssessed: hear,
        CategoryWithdrawn: hear,
        SameChildLinked: hear,
        CaseOwned: note,
        ReferralAccepted: note,
        ReferralReceived: note,
    },
    decides={RiskAssessed: own, CategoryWithdrawn: acknowledge, SameChildLinked: acknowledge, AnswerBy: expire},
    deadlines=deadlines,
    rows=rows,
    tables={},
    opens=lambda _: 0,
)
