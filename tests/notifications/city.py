"""Builders: a case as notifications hears of it, told by the services and the agencies that cause it."""

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

import msgspec

from services.notifications.domain import domain
from services.notifications.domain.readers import Readers
from services.notifications.policy import reminders
from shared.contracts import cases, placements, proceedings, referrals
from shared.contracts.codec import encode
from shared.contracts.directory import Directory
from shared.contracts.directory.codes import PartyCode, Profile
from shared.contracts.message import Domain, Message, Say, part_name
from shared.contracts.model import UNSEALED, AboutChild, Custodian, Fact, Group, Reason
from shared.contracts.outcomes import CommandAccepted, CommandRefused
from shared.contracts.profiles import Profiles
from shared.contracts.topics import SUBJECT_STREAMS, inbox
from tests.harness import CASE, NIGHT, Desk

PROFILES: Final = Profiles.load()
PARTIES: Final[dict[Any, Profile]] = {party.code: party.profile for party in Directory.load(date(2026, 11, 2)).parties}
READERS: Final = Readers(PROFILES, PARTIES)
STREAM_OF: Final = {type_: stream.name for stream in SUBJECT_STREAMS for type_ in stream.types}
BOY: Final = AboutChild(
    age_years=15, sex="male", found_area="64.71.03.1004", home_area="64.71.05.1009", category="NAPZA",
    national_code="AMPK-5", role="offender",
)  # fmt: skip
"""Everything about him is known, so that everything could leak."""

HOUSE: Final = "rpsa-uji"
RAID: Final = Group(id=uuid5(CASE, "raid"), size=4)
SIBLINGS: Final = Group(id=uuid5(CASE, "siblings"), size=2)
AT_THE_HOUSE: Final = Custodian(kind="house", house=HOUSE)


def notifications() -> Domain:
    return domain(READERS, reminders())


def with_agency(party: PartyCode) -> Custodian:
    return Custodian(kind="community" if PARTIES[party] == "K" else "agency", party=party)


def id_of(name: str) -> UUID:
    """The same id for the same name: a referral, a hearing, a hand-over."""
    return uuid5(CASE, name)


class Post(Desk):
    """A case at notifications' desk, and the mailboxes of all parties."""

    def __init__(self, **more: Any) -> None:
        super().__init__(notifications(), **more)
        self.told: list[Fact] = []
        self.heard_ids: list[str] = []

    def tells(self, fact: Fact, about: AboutChild = BOY, *, by: str = "", command: str = "") -> "Post":
        """A fact is heard; `by` is the agency whose command it answers."""
        cause = {"actor": f"{by}/officer/uji-7", "causation": command or f"perintah-{len(self.told)}"} if by else {}
        sealed = "about_child" in type(fact).model_fields
        stream = STREAM_OF[type(fact)]
        self.now += timedelta(minutes=1)
        message = self._message(fact, stream=stream, about=about if sealed else AboutChild(), **cause)
        self.told.append(fact)
        self.heard_ids.append(message.id)
        self._evolve(message)
        self._decide(message)
        return self

    def answers(self, outcome: CommandAccepted | CommandRefused, service: str = "intake") -> "Post":
        """A service says what became of a command."""
        self._decide(self._message(outcome, stream=f"answers.{service}"))
        return self

    def mail(self, party: str) -> list[Say]:
        """What lies in a party's mailbox."""
        return [say for say in self.said if say.stream == inbox(party)]

    def types(self, party: str) -> list[str]:
        return [say.body.type for say in self.mail(party)]

    def data(self, party: str) -> list[dict[str, Any]]:
        """What a party's own system reads: the data of its notices as they lie in the topic."""
        return [msgspec.json.decode(encode(say.body)) for say in self.mail(party)]

    def last_data(self, party: str) -> dict[str, Any]:
        return self.data(party)[-1]

    def mailboxes(self) -> dict[str, list[str]]:
        """The types in every mailbox that is not empty."""
        return {party: types for party in PARTIES if (types := self.types(party))}

    def ids_of_facts(self) -> set[str]:
        """The ids of what was heard: one of them in two mailboxes would join them."""
        return set(self.heard_ids)

    def clear(self) -> "Post":
        """Look away from what was said until now."""
        self.said.clear()
        return self

    def _evolve(self, message: Message) -> None:
        """Of a stream that the state keeps no part of nothing is kept."""
        if part_name(message.stream) in self.state.__struct_fields__:
            super()._evolve(message)

    # -- what happens in the city ---------------------------------------------------------------------------------

    def identified(self, by: PartyCode = "dinsos", secured: bool = False, **more: Any) -> "Post":
        command = more.pop("command", "")
        fields = {"report": cases.report_id(self.subject), "source": "community", "reported_by": by, **more}
        secured_by = by if secured else None
        fact = _said(cases.ChildIdentified, secured_by=secured_by, about_child=UNSEALED, **fields)
        return self.tells(fact, by=by, command=command)

    def owned(self) -> "Post":
        return self.tells(_said(referrals.CaseOwned, owner="dinsos", cause="identified"))

    def referred(self, agency: PartyCode, service: str = "psychosocial", **more: Any) -> "Post":
        fields = {
            "referral": id_of(agency), "agency": agency, "service": service,
            "answer_by": self.now + timedelta(hours=10),
            "reason": Reason(table="referrals", version="2026-1", row="napza-12-high"), "about_child": UNSEALED,
        }  # fmt: skip
        about = more.pop("told_about", BOY)
        return self.tells(_said(referrals.Referred, **{**fields, **more}), about)

    def tells_referred(self, agency: PartyCode, about: AboutChild) -> "Post":
        return self.referred(agency, told_about=about)

    def accepted(self, agency: PartyCode) -> "Post":
        fact = _said(referrals.ReferralAccepted, referral=id_of(agency), agency=agency)
        return self.tells(fact, by=agency)

    def declined(self, agency: PartyCode) -> "Post":
        fact = _said(referrals.ReferralDeclined, referral=id_of(agency), agency=agency, reason="no-capacity")
        return self.tells(fact, by=agency)

    def completed(self, agency: PartyCode) -> "Post":
        fact = _said(referrals.ReferralCompleted, referral=id_of(agency), agency=agency, outcome="service-given")
        return self.tells(fact, by=agency)

    def secured(self, by: PartyCode) -> "Post":
        return self.tells(_said(placements.ChildSecured, custodian=with_agency(by)))

    def offered(self, giver: Custodian, receiver: Custodian) -> "Post":
        return self.tells(_leg(placements.HandoverOffered, giver, receiver), by=giver.party or "dinsos")

    def handed_over(self, giver: Custodian, receiver: Custodian, by: str = "") -> "Post":
        return self.tells(_leg(placements.HandoverAccepted, giver, receiver), by=by or receiver.party or "dinsos")

    def bed_held(self) -> "Post":
        fields = {"stay": id_of("stay"), "house": HOUSE, "bed": 3, "house_kind": "rpsa", "referral": id_of("dinsos")}
        return self.tells(_said(placements.BedHeld, until=self.now, **fields))

    def admitted(self) -> "Post":
        fields = {"stay": id_of("stay"), "house": HOUSE, "referral": id_of("dinsos")}
        return self.tells(_said(placements.AdmittedToRpsa, **fields), by="dinsos")

    def hearing(self, by: PartyCode = "polresta", forum: str = "diversion") -> "Post":
        at = self.now + timedelta(days=2)
        fields = {"hearing": id_of("hearing"), "forum": forum, "at": at, "by": by, "companion_by": at}
        return self.tells(_said(proceedings.HearingScheduled, **fields), by=by)

    def companion(self, agency: PartyCode = "dinsos") -> "Post":
        fields = {"hearing": id_of("hearing"), "agency": agency, "officer": "peksos-7"}
        return self.tells(_said(proceedings.CompanionAssigned, **fields), by="dinsos")

    def departed(self) -> "Post":
        fields = {"escort": id_of("escort"), "hearing": id_of("hearing"), "origin": AT_THE_HOUSE, "by": "dinsos"}
        return self.tells(_said(placements.EscortDeparted, **fields), by="dinsos")

    def arrived(self, forum: str = "diversion", companion: PartyCode = "dinsos") -> "Post":
        fields = {"escort": id_of("escort"), "hearing": id_of("hearing")}
        self.tells(_said(placements.EscortArrived, **fields), by="dinsos")
        arrived = {"hearing": id_of("hearing"), "forum": forum, "companion": companion, "arrived_at": self.now}
        return self.tells(_said(proceedings.EscortedToHearing, officer="peksos-7", **arrived))

    def arrived_at_court(self) -> "Post":
        return self.departed().arrived("court").returned()

    def returned(self) -> "Post":
        fields = {"escort": id_of("escort"), "hearing": id_of("hearing"), "custodian": AT_THE_HOUSE}
        self.tells(_said(placements.EscortReturned, **fields), by="dinsos")
        return self.tells(_said(proceedings.ReturnedFromHearing, hearing=id_of("hearing")))

    def held(self, by: PartyCode = "polresta", forum: str = "diversion") -> "Post":
        fields = {"hearing": id_of("hearing"), "forum": forum, "outcome": "agreed", "companion_present": True}
        return self.tells(_said(proceedings.HearingHeld, **fields), by=by)

    def missing(self) -> "Post":
        return self.tells(_said(placements.LeftPlacement, last=AT_THE_HOUSE), by="dinsos")

    def discharged(self, to: Custodian, by: PartyCode = "dinsos") -> "Post":
        return self.tells(_said(placements.Discharged, to=to, outcome="returned-to-family"), by=by)

    def closed(self) -> "Post":
        return self.tells(_said(cases.CaseClosed, closing=id_of("closing"), outcome="returned-to-family"))


def _said(type_: type[Fact], **fields: Any) -> Any:
    return type_(occurred_at=NIGHT, **fields)


def _leg(type_: type[Fact], giver: Custodian, receiver: Custodian) -> Any:
    return _said(type_, handover=id_of(f"{giver}{receiver}"), giver=giver, receiver=receiver)
