"""Who takes part in a case, how, and until when; kept per stream, from the facts of that stream alone."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Final, Literal, NamedTuple, TypeAlias
from uuid import UUID

import msgspec

from shared.contracts import cases, placements, proceedings, referrals
from shared.contracts.message import Message
from shared.contracts.model import Fact

Way: TypeAlias = Literal[
    "reporter", "secured", "owner", "asked", "forum", "companion", "giver", "receiver", "custodian", "escort"
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

Step: TypeAlias = Callable[[Takings, Message], Takings]


def begins(way: Way, party: str, matter: str = "") -> Step:
    """Return a step: whom the fact's field `party` names takes part from now on, in what its field `matter` names."""
    who, what = attrgetter(party), attrgetter(matter) if matter else None

    def step(takings: Takings, message: Message) -> Takings:
        return begun(takings, way, who(message.body), what(message.body) if what else None, message.time)

    return step


def begun(takings: Takings, way: Way, party: str | None, matter: UUID | None, at: datetime) -> Takings:
    """Add a part, unless there is no such party or it has that part already."""
    has = any(t.party == party and t.way == way and t.matter == matter and t.until is None for t in takings)
    return takings if party is None or has else (*takings, Taking(party, way, matter, at))


def ends(*ways: Way, matter: str = "") -> Step:
    """Return a step: those parts end, in what the fact's field `matter` names or, without one, in the whole case."""
    what = attrgetter(matter) if matter else None

    def step(takings: Takings, message: Message) -> Takings:
        about = what(message.body) if what else None
        return tuple(
            msgspec.structs.replace(t, until=message.time)
            if t.until is None and t.way in ways and (what is None or t.matter == about)
            else t
            for t in takings
        )

    return step


def before_the_court(takings: Takings, message: Message) -> Takings:
    """Let the court take part in what is before it (R63)."""
    body = message.body
    if not isinstance(body, proceedings.HearingScheduled) or body.forum != "court":
        return takings
    return begun(takings, "forum", COURT, body.hearing, message.time)


def resumes(takings: Takings, message: Message) -> Takings:
    """Let whoever reported or secured the child take part again in a case that is open again."""
    for taking in takings:
        if taking.way in FROM_THE_BEGINNING:
            takings = begun(takings, taking.way, taking.party, taking.matter, message.time)
    return takings


FROM_THE_BEGINNING: Final[tuple[Way, ...]] = ("reporter", "secured")
_HEARING: Final[tuple[Way, ...]] = ("forum", "companion")
_LEG: Final[tuple[Way, ...]] = ("giver", "receiver")
_ANSWERED: Final = (ends("asked", matter="referral"),)

STEPS: Final[Mapping[type[Fact], tuple[Step, ...]]] = {
    cases.ChildIdentified: (begins("reporter", "reported_by"), begins("secured", "secured_by")),
    cases.CaseClosed: (ends(*FROM_THE_BEGINNING),),
    cases.CaseReopened: (resumes,),
    referrals.CaseOwned: (ends("owner"), begins("owner", "owner")),
    referrals.Referred: (begins("asked", "agency", "referral"),),
    **dict.fromkeys((referrals.ReferralDeclined, referrals.ReferralWithdrawn, referrals.ReferralExpired), _ANSWERED),
    **dict.fromkeys((referrals.ReferralCompleted, referrals.ReferralFailed), _ANSWERED),
    proceedings.HearingScheduled: (begins("forum", "by", "hearing"), before_the_court),
    proceedings.CompanionAssigned: (ends("companion", matter="hearing"), begins("companion", "agency", "hearing")),
    proceedings.EscortedToHearing: (begins("companion", "companion", "hearing"),),
    proceedings.HearingHeld: (ends(*_HEARING, matter="hearing"),),
    proceedings.HearingCancelled: (ends(*_HEARING, matter="hearing"),),
    placements.ChildSecured: (ends("custodian"), begins("custodian", "custodian.party")),
    placements.HandoverOffered: (
        begins("giver", "giver.party", "handover"),
        begins("receiver", "receiver.party", "handover"),
    ),
    placements.HandoverAccepted: (
        ends(*_LEG, matter="handover"),
        ends("custodian"),
        begins("custodian", "receiver.party"),
    ),
    placements.HandoverDeclined: (ends(*_LEG, matter="handover"),),
    placements.AdmittedToRpsa: (ends("custodian"),),
    placements.Placed: (ends("custodian"),),
    placements.EscortDeparted: (begins("escort", "by", "escort"),),
    placements.EscortReturned: (ends("escort", matter="escort"),),
    placements.LeftPlacement: (ends("custodian"),),
    placements.Discharged: (ends("custodian"), begins("custodian", "to.party")),
}
"""What each fact changes; a type that is not there changes nobody's part.

A referral's part ends with a refusal, an expiry, a withdrawal or its end (R124), a hearing's when it was held or
cancelled, a reporter's with the case.
"""


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
