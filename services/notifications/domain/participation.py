"""Who takes part in a case, how, and until when; kept per stream, from the facts of that stream alone."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Final, Literal, NamedTuple, TypeAlias
from uuid import UUID

import msgspec

from shared.contracts import cases, casework, placements, proceedings, referrals
from shared.contracts.message import Message
from shared.contracts.model import Fact

Way: TypeAlias = Literal[
    "reporter", "secured", "owner", "asked", "forum", "companion", "giver", "receiver", "custodian", "escort", "worker"
]
"""How a party takes part in a case."""

COURT: Final = "pn"
"""A court hearing is before the district court, whoever tells us of it (R63)."""


class Taking(msgspec.Struct, frozen=True, array_like=True):
    """One party's part in a case. `matter` is the referral, hearing, hand-over or escort it is about, where it is."""

    party: str
    way: Way
    matter: UUID | None
    since: datetime
    until: datetime | None = None


Takings: TypeAlias = tuple[Taking, ...]
"""In the order in which they began; none is ever taken out, so that each keeps its number."""


class Begin(NamedTuple):
    """Whom the fact's field `party` names takes part from now on, in what its field `matter` names."""

    way: Way
    party: str
    matter: str = ""


class BeginAtCourt(NamedTuple):
    """The court takes part in a hearing that is before it (R63)."""

    way: Way = "forum"


class Resume(NamedTuple):
    """Whoever had one of these parts has it again."""

    ways: tuple[Way, ...]


class End(NamedTuple):
    """These parts end, in what the fact's field `matter` names or, without one, in the whole case."""

    ways: tuple[Way, ...]
    matter: str = ""


Change: TypeAlias = Begin | BeginAtCourt | Resume | End


def changed(takings: Takings, change: Change, fact: Message) -> Takings:
    """Return the parts as one change of a fact leaves them."""
    body, at = fact.body, fact.time
    match change:
        case Begin(way, party, matter):
            return _begun(takings, way, attrgetter(party)(body), attrgetter(matter)(body) if matter else None, at)
        case BeginAtCourt(way):
            court = isinstance(body, proceedings.HearingScheduled) and body.forum == "court"
            return _begun(takings, way, COURT, getattr(body, "hearing", None), at) if court else takings
        case Resume(ways):
            return _resumed(takings, ways, at)
        case End(ways, matter):
            meant = getattr(body, matter) if matter else None
            return takings if matter and meant is None else tuple(_ended(t, ways, meant, at) for t in takings)


def _begun(takings: Takings, way: Way, party: str | None, matter: UUID | None, at: datetime) -> Takings:
    """Add a part, unless there is no such party or it has that part already."""
    has = any(t.party == party and t.way == way and t.matter == matter and t.until is None for t in takings)
    return takings if party is None or has else (*takings, Taking(party, way, matter, at))


def _resumed(takings: Takings, ways: tuple[Way, ...], at: datetime) -> Takings:
    for taking in takings:
        if taking.way in ways:
            takings = _begun(takings, taking.way, taking.party, taking.matter, at)
    return takings


def _ended(taking: Taking, ways: tuple[Way, ...], matter: UUID | None, at: datetime) -> Taking:
    ends = taking.until is None and taking.way in ways and matter in {None, taking.matter}
    return msgspec.structs.replace(taking, until=at) if ends else taking


FROM_THE_BEGINNING: Final[tuple[Way, ...]] = ("reporter", "secured")
_HEARING: Final[tuple[Way, ...]] = ("forum", "companion")
_LEG: Final[tuple[Way, ...]] = ("giver", "receiver")
_ANSWERED: Final = (End(("asked",), "referral"),)
_LEFT: Final = End(("custodian",))
_REPLACED: Final = End(("companion",), "hearing")

CHANGES: Final[Mapping[type[Fact], tuple[Change, ...]]] = {
    cases.ChildIdentified: (Begin("reporter", "reported_by"), Begin("secured", "secured_by")),
    cases.CaseClosed: (End((*FROM_THE_BEGINNING, "worker")),),
    cases.CaseReopened: (Resume(FROM_THE_BEGINNING),),
    casework.WorkerAssigned: (End(("worker",)), Begin("worker", "agency")),
    referrals.CaseOwned: (End(("owner",)), Begin("owner", "owner")),
    referrals.Referred: (Begin("asked", "agency", "referral"),),
    referrals.ReferralDeclined: _ANSWERED,
    referrals.ReferralWithdrawn: _ANSWERED,
    referrals.ReferralExpired: _ANSWERED,
    referrals.ReferralCompleted: _ANSWERED,
    referrals.ReferralFailed: _ANSWERED,
    proceedings.HearingScheduled: (Begin("forum", "by", "hearing"), BeginAtCourt()),
    proceedings.CompanionAssigned: (_REPLACED, Begin("companion", "agency", "hearing")),
    proceedings.EscortedToHearing: (_REPLACED, Begin("companion", "companion", "hearing")),
    proceedings.HearingHeld: (End(_HEARING, "hearing"),),
    proceedings.HearingCancelled: (End(_HEARING, "hearing"),),
    proceedings.MatterOpened: (Begin("forum", "by", "matter"),),
    proceedings.ReportRequested: (Begin("forum", "by", "matter"), Begin("forum", "of", "report")),
    proceedings.ReportDelivered: (End(("forum",), "report"),),
    proceedings.ChildDetained: (Begin("forum", "by", "matter"), Begin("forum", "held_by", "detention")),
    proceedings.DetentionPassedOn: (End(("forum",), "detention"),),
    proceedings.ChildReleased: (End(("forum",), "detention"),),
    proceedings.OrderMade: (Begin("forum", "through", "order"), Begin("forum", "supervised_by", "order")),
    proceedings.OrderCarriedOut: (End(("forum",), "order"),),
    proceedings.OrderNotCarriedOut: (End(("forum",), "order"),),
    placements.ChildSecured: (_LEFT, Begin("custodian", "custodian.party")),
    placements.HandoverOffered: (
        Begin("giver", "giver.party", "handover"),
        Begin("receiver", "receiver.party", "handover"),
    ),
    placements.HandoverAccepted: (End(_LEG, "handover"), _LEFT, Begin("custodian", "receiver.party")),
    placements.HandoverDeclined: (End(_LEG, "handover"),),
    placements.AdmittedToRpsa: (_LEFT,),
    placements.Placed: (_LEFT,),
    placements.EscortDeparted: (Begin("escort", "by", "escort"),),
    placements.EscortReturned: (End(("escort",), "escort"),),
    placements.LeftPlacement: (_LEFT,),
    placements.Discharged: (_LEFT, Begin("custodian", "to.party")),
}
"""What each fact changes, in this order; a type that is not there changes nobody's part.

A referral's part ends with a refusal, an expiry, a withdrawal or its end (R124), a hearing's when it was held or
cancelled, a reporter's and a worker's with the case (R156).
"""


def picture() -> str:
    """Draw how parts begin and end, as a mermaid state diagram."""
    arrows = dict.fromkeys(
        arrow for fact, changes in CHANGES.items() for change in changes for arrow in _arrows(fact, change)
    )
    return "\n".join(["stateDiagram-v2", *(f"    {arrow}" for arrow in arrows)])


def _arrows(fact: type[Fact], change: Change) -> list[str]:
    match change:
        case Begin(way) | BeginAtCourt(way):
            return [f"[*] --> {way}: {fact.type}"]
        case Resume(ways):
            return [f"[*] --> {way}: {fact.type}" for way in ways]
        case End(ways):
            return [f"{way} --> [*]: {fact.type}" for way in ways]


class ParticipationRow(NamedTuple):
    """A party's part in a case: the `number`th that a stream began. `until` is None while it lasts."""

    subject: UUID
    stream: str
    number: int
    party: str
    way: str
    matter: UUID | None
    since: datetime
    until: datetime | None


def rows(subject: UUID, stream: str, takings: Takings) -> Iterator[ParticipationRow]:
    """Return the read rows of one stream's parts."""
    for number, t in enumerate(takings, 1):
        yield ParticipationRow(subject, stream, number, t.party, t.way, t.matter, t.since, t.until)
