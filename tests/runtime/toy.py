"""A toy service for tests of the engine: it counts what it hears of a subject, and answers a few commands."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from shared.contracts.cases import CategoryWithdrawn, ChildIdentified, RiskAssessed
from shared.contracts.commands import AcceptReferral, ReferChild, WithdrawReferral
from shared.contracts.message import Deadline, Domain, Events, Message, Part, Refusal, Rows, Say, State, Table
from shared.contracts.model import AboutChild
from shared.contracts.referrals import CaseOwned, ReferralAccepted, ReferralExpired, ReferralReceived

START = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)


class Heard(Part, frozen=True):
    """What stream `cases` told."""

    facts: int = 0
    risks: tuple[str, ...] = ()
    age: int = -1


class Answers(Part, frozen=True):
    """What we said in `referrals`."""

    owned: int = 0
    accepted: tuple[UUID, ...] = ()
    until: datetime | None = None
    expired: int = 0


class Toy(State, frozen=True):
    cases: Heard = Heard()
    referrals: Answers = Answers()


class AnswerBy(Deadline, frozen=True):
    """The toy waits for an answer."""


class Count(NamedTuple):
    subject: UUID
    heard: int
    owned: int


def hear(part: Heard, fact: Message) -> Heard:
    risk = (fact.body.risk,) if isinstance(fact.body, RiskAssessed) else ()
    age = part.age if fact.about.age_years is None else fact.about.age_years
    return Heard(part.facts + 1, part.risks + risk, age)


def note(part: Answers, fact: Message) -> Answers:
    body = fact.body
    match body:
        case CaseOwned():
            return Answers(part.owned + 1, part.accepted, fact.time + timedelta(hours=1), part.expired)
        case ReferralAccepted():
            return Answers(part.owned, (*part.accepted, body.referral), None, part.expired)
        case ReferralExpired():
            return Answers(part.owned, part.accepted, None, part.expired + 1)
        case _:
            return part


def own(state: Toy, message: Message, now: datetime) -> Events:
    """Each risk makes an owner; a poisoned one makes trouble."""
    assert isinstance(message.body, RiskAssessed)
    if message.body.risk == "emergency":
        raise ZeroDivisionError
    return [CaseOwned(occurred_at=now, owner="dinsos", cause="toy")]


def accept(state: Toy, message: Message, now: datetime) -> Events | Refusal:
    assert isinstance(message.body, AcceptReferral)
    if message.body.referral in state.referrals.accepted:
        return Refusal("already-accepted", ("dinsos",))
    return [ReferralAccepted(occurred_at=now, referral=message.body.referral, agency="dinkes")]


def expire(state: Toy, message: Message, now: datetime) -> Events:
    assert state.referrals.until is not None
    return [
        ReferralExpired(occurred_at=now, referral=message.subject, agency="dinkes", answer_by=state.referrals.until)
    ]


def nothing(state: Toy, message: Message, now: datetime) -> Events:
    return []


def fail(state: Toy, message: Message, now: datetime) -> Events:
    raise ZeroDivisionError


def rows(subject: UUID, state: Toy) -> Rows:
    yield Count(subject, state.cases.facts, state.referrals.owned)


TOY = Domain(
    name="routing",
    state=Toy,
    speaks=("referrals",),
    hears=("cases",),
    streams=dict.fromkeys((CaseOwned, ReferralAccepted, ReferralExpired, ReferralReceived), "referrals"),
    evolves={
        ChildIdentified: hear, RiskAssessed: hear, CategoryWithdrawn: hear,
        CaseOwned: note, ReferralAccepted: note, ReferralExpired: note,
    },
    decides={RiskAssessed: own, AcceptReferral: accept, WithdrawReferral: nothing, ReferChild: fail, AnswerBy: expire},
    deadlines=lambda state: {AnswerBy(): state.referrals.until} if state.referrals.until else {},
    rows=rows,
    tables={Count: Table("counts", key=1)},
    opens=lambda _: 0,
)  # fmt: skip
TABLES = """
CREATE TABLE counts (subject uuid PRIMARY KEY, heard integer NOT NULL CHECK (heard <> 13), owned integer NOT NULL)"""


ABOUT = AboutChild(age_years=11, sex="female", category="AT")
__all__ = ["ABOUT", "START", "TABLES", "TOY", "AnswerBy", "Count", "Say", "Toy"]
