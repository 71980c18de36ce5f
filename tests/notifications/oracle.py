"""What must be told, worked out a second time and in another way: from the bare file and the whole history."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from shared.contracts import cases as c
from shared.contracts import casework as w
from shared.contracts import clocks
from shared.contracts import placements as p
from shared.contracts import proceedings as h
from shared.contracts import referrals as r
from shared.contracts.model import Fact

FOLDER = Path("shared/contracts/profiles")
ENDS = (r.ReferralDeclined, r.ReferralWithdrawn, r.ReferralExpired, r.ReferralCompleted, r.ReferralFailed)
LEGS = (p.HandoverOffered, p.HandoverAccepted, p.HandoverDeclined)
OF_A_HEARING = (h.HearingScheduled, h.CompanionAssigned, h.CompanionMissing, h.EscortedToHearing, h.HearingHeld,
                h.HearingCancelled, h.ReturnedFromHearing)  # fmt: skip


class Told(NamedTuple):
    """A notice: to whom, of which type, with which fields."""

    party: str
    type: str
    fields: frozenset[str]


class Tables:
    """The files as anybody reads them."""

    def __init__(self) -> None:
        with (FOLDER / "profiles.csv").open() as file:
            self.rows = {(line["type"], line["field"]): line for line in csv.DictReader(file)}
        with (FOLDER / "subjects.csv").open() as file:
            self.subjects = {line["profile"]: line["subject"] for line in csv.DictReader(file)}

    def sent(self, profile: str, type_: str, relation: str) -> str | None:
        """The type of the notice, None for none."""
        reaches = {"own": ("own", "part", "all"), "part": ("part", "all"), "none": ("all",)}[relation]
        for word in self.rows[type_, "*"][profile].split():
            scope, _, as_type = word.partition(">")
            if scope in reaches:
                return as_type or type_
        return None

    def fields(self, profile: str, type_: str, relation: str) -> frozenset[str]:
        reaches = {"own": ("own", "part", "all"), "part": ("part", "all"), "none": ("all",)}[relation]
        return frozenset(
            field for (of, field), line in self.rows.items()
            if of == type_ and field != "*" and line[profile] in reaches
        )  # fmt: skip


def party_of(custodian: object) -> set[str]:
    party = getattr(custodian, "party", None)
    return {party} if party else set()


def custodian_after(history: Sequence[Fact]) -> set[str]:
    """The party that has the child, from the last movement."""
    for fact in reversed(history):
        match fact:
            case p.ChildSecured():
                return party_of(fact.custodian)
            case p.HandoverAccepted():
                return party_of(fact.receiver)
            case p.Discharged():
                return party_of(fact.to)
            case p.AdmittedToRpsa() | p.Placed() | p.LeftPlacement():
                return set()
    return set()


def finders(history: Iterable[Fact]) -> set[str]:
    found = [fact for fact in history if isinstance(fact, c.ChildIdentified)]
    return {party for fact in found for party in (fact.reported_by, fact.secured_by) if party}


def worker(history: Sequence[Fact]) -> set[str]:
    """Whose worker has the case; nobody's once it was closed."""
    last = next((f for f in reversed(history) if isinstance(f, w.WorkerAssigned | c.CaseClosed)), None)
    return {last.agency} if isinstance(last, w.WorkerAssigned) else set()


def forum(history: Iterable[Fact], hearing: UUID) -> set[str]:
    set_ = [fact for fact in history if isinstance(fact, h.HearingScheduled) and fact.hearing == hearing]
    return {fact.by for fact in set_} | ({"pn"} if any(fact.forum == "court" for fact in set_) else set())


def companion(history: Iterable[Fact], hearing: UUID) -> set[str]:
    """The last one named, by assignment or by who came along."""
    named = [
        fact.agency if isinstance(fact, h.CompanionAssigned) else fact.companion
        for fact in history
        if isinstance(fact, h.CompanionAssigned | h.EscortedToHearing) and fact.hearing == hearing
    ]
    return set(named[-1:])


def since_last(history: Sequence[Fact], begins: type[Fact], ends: tuple[type[Fact], ...], key: str) -> Iterator[Fact]:
    """Facts that began something which no later fact has ended."""
    for index, fact in enumerate(history):
        later = history[index + 1 :]
        if isinstance(fact, begins) and not any(
            isinstance(end, ends) and getattr(end, key) == getattr(fact, key) for end in later
        ):
            yield fact


def takes_part(history: Sequence[Fact]) -> set[str]:
    """Whoever takes part after a history."""
    parties = set(custodian_after(history))
    parties |= {f.agency for f in since_last(history, r.Referred, ENDS, "referral")}  # type: ignore[attr-defined]
    for leg in since_last(history, p.HandoverOffered, LEGS[1:], "handover"):
        assert isinstance(leg, p.HandoverOffered)
        parties |= party_of(leg.giver) | party_of(leg.receiver)
    parties |= {f.by for f in since_last(history, p.EscortDeparted, (p.EscortReturned,), "escort")}  # type: ignore[attr-defined]
    owners = [fact.owner for fact in history if isinstance(fact, r.CaseOwned)]
    over = [isinstance(fact, c.CaseClosed) for fact in history if isinstance(fact, c.CaseClosed | c.CaseReopened)]
    parties |= _of_matters(history) | worker(history)
    return parties | set(owners[-1:]) | _of_hearings(history) | (set() if over[-1:] == [True] else finders(history))


def _of_matters(history: Sequence[Fact]) -> set[str]:
    """Who tells of a matter takes part for good, who owes something or holds the child until that is over."""
    told = (fact for fact in history if isinstance(fact, h.MatterOpened | h.ReportRequested | h.ChildDetained))
    owed = since_last(history, h.ReportRequested, (h.ReportDelivered,), "report")
    held = since_last(history, h.ChildDetained, (h.DetentionPassedOn, h.ChildReleased), "detention")
    done = since_last(history, h.OrderMade, (h.OrderCarriedOut, h.OrderNotCarriedOut), "order")
    watched = {party for f in done for party in (f.through, f.supervised_by)}  # type: ignore[attr-defined]
    return watched | {f.by for f in told} | {f.of for f in owed} | {f.held_by for f in held}  # type: ignore[attr-defined]


def _of_hearings(history: Sequence[Fact]) -> set[str]:
    parties: set[str] = set()
    over = (h.HearingHeld, h.HearingCancelled)
    for fact in since_last(history, h.HearingScheduled, over, "hearing"):
        assert isinstance(fact, h.HearingScheduled)
        parties |= {fact.by} | ({"pn"} if fact.forum == "court" else set())
    named = (h.CompanionAssigned, h.EscortedToHearing)
    for kind in named:
        for fact in since_last(history, kind, (*over, *named), "hearing"):
            parties |= {fact.agency} if isinstance(fact, h.CompanionAssigned) else {fact.companion}  # type: ignore[attr-defined]
    return parties


def concerns(history: Sequence[Fact], fact: Fact) -> set[str]:  # noqa: C901, PLR0911, PLR0912  # one case for each way to be concerned
    """Whom the last fact of a history concerns itself."""
    before = custodian_after(history[:-1])
    match fact:
        case c.ChildIdentified():
            return finders([fact])
        case c.CategoryProposed():
            return {fact.by}
        case c.CaseClosed() | c.CaseReopened():
            return finders(history)
        case w.WorkerAssigned():
            return {fact.agency} | worker(history[:-1])
        case w.WorkOverdue():
            return {fact.duty.agency}
        case r.CaseOwned():
            return {fact.owner}
        case r.ReferralEscalated():
            return {fact.agency, fact.to}
        case p.ChildSecured():
            return party_of(fact.custodian)
        case p.CustodyDisputed():
            return {fact.by} | party_of(fact.held) | party_of(fact.claimed)
        case p.LeftPlacement():
            return party_of(fact.last) | before
        case p.Discharged():
            return party_of(fact.to) | before
        case p.AdmittedToRpsa() | p.Placed():
            return before | _asked(history, fact.referral)
        case p.BedHeld() | p.HoldExpired() | p.HoldReleased() | p.Waitlisted() | p.LeftWaitingList():
            return _asked(history, fact.referral)
        case p.EscortDeparted():
            return {fact.by} | party_of(fact.origin) | companion(history, fact.hearing)
        case p.EscortArrived():
            return _escort(history, fact.escort) | companion(history, fact.hearing)
        case p.EscortReturned():
            return party_of(fact.custodian) | _escort(history, fact.escort) | companion(history, fact.hearing)
    if isinstance(fact, clocks.OfClock):
        return {party for party in (fact.owner, *fact.told) if party}
    if isinstance(fact, LEGS):
        return party_of(fact.giver) | party_of(fact.receiver)
    if isinstance(fact, OF_A_HEARING):
        named = {fact.by} if isinstance(fact, h.HearingCancelled) else set()
        return named | forum(history, fact.hearing) | companion(history, fact.hearing)
    agency = getattr(fact, "agency", None)
    return {agency} if agency else set()


def _asked(history: Iterable[Fact], referral: UUID) -> set[str]:
    return {f.agency for f in history if isinstance(f, r.Referred) and f.referral == referral}


def _escort(history: Iterable[Fact], escort: UUID) -> set[str]:
    return {f.by for f in history if isinstance(f, p.EscortDeparted) and f.escort == escort}


def expected(
    tables: Tables, parties: Mapping[Any, str], history: Sequence[Fact], told: Mapping[Any, Sequence[str]]
) -> set[Told]:
    """All notices of the last fact of a history; `told` is what lay in every mailbox before it."""
    fact = history[-1]
    own, part = concerns(history, fact), takes_part(history)
    asked = {f.agency for f in history if isinstance(f, r.Referred)}
    notices: set[Told] = set()
    for party, profile in parties.items():
        relation = "own" if party in own else "part" if party in part else "none"
        type_ = tables.sent(profile, fact.type, relation)
        named = {"case": True, "referral": party in asked, "none": False}[tables.subjects[profile]]
        if type_ is None or not (named or relation == "own"):
            continue
        if type_ != fact.type and _believes_it_safe(told[party]):
            continue
        fields = tables.fields(profile, type_, relation if type_ == fact.type else "part")
        notices.add(Told(party, type_, fields))
    return notices


def _believes_it_safe(types: Sequence[str]) -> bool:
    news = [type_ for type_ in types if type_ in {"in-protection", "left-placement", "discharged"}]
    return news[-1:] == ["in-protection"]
