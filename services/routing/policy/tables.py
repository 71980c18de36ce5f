"""What a version of the policy holds: whom to ask for which child, how soon, and how hearings are prepared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from services.routing.policy.conditions import Child, Condition
from shared.contracts.directory import Directory, UnknownCodeError
from shared.contracts.directory.codes import AgencyCode, HouseKind, PartyCode, Risk, Service
from shared.contracts.model import Forum

Asked: TypeAlias = PartyCode | Literal["@community"]
"""Whom a row asks: a party, or the community of the kelurahan where the child was found (R105)."""

SHELTER: Final[Service] = "shelter-rpsa"
"""The service that a bed answers."""

Assessed: TypeAlias = Risk | Literal["unassessed"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of `referrals.csv`: for which child which service is asked for, of whom, in which order.

    `otherwise` rows hold only where no other fits. `next_when_silent` asks the next agency when one did not answer in
    time, besides telling the coordinator. `answer_within` goes before the risk's own.
    """

    id: str
    place: str
    condition: Condition
    otherwise: bool
    service: Service
    agencies: tuple[Asked, ...]
    house_kind: HouseKind | None
    next_when_silent: bool
    answer_within: timedelta | None
    cites: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A row of `answers.csv`: how long an agency has for its answer (R146)."""

    risk: Assessed
    within: timedelta


@dataclass(frozen=True, slots=True)
class Preparation:
    """A row of `hearings.csv`.

    A companion is to be named `before` the hearing, but whoever must name one has `at_least` so long. `min_years` is
    the age from which a child may be brought there at all (R0.2, R19).
    """

    forum: Forum
    before: timedelta
    at_least: timedelta
    min_years: int

    def companion_by(self, at: datetime, now: datetime) -> datetime:
        """Return until when a companion must be named: never after the hearing begins."""
        return min(at, max(at - self.before, now + self.at_least))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A service that a child should have by policy: the row, the category it goes by, and whom to ask, in order."""

    rule: Rule
    child: Child
    agencies: tuple[PartyCode, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """One version. `owner` answers for every new case, `coordinator` for what nobody answers (R148); `city` is home."""

    version: str
    owner: AgencyCode
    coordinator: AgencyCode
    city: str
    rules: tuple[Rule, ...]
    answers: Mapping[Assessed, Answer]
    hearings: Mapping[Forum, Preparation]

    def rule(self, id_: str) -> Rule | None:
        """Return the row of that id."""
        return next((rule for rule in self.rules if rule.id == id_), None)

    def wanted(self, children: Sequence[Child], directory: Directory) -> tuple[Wanted, ...]:
        """Return what a child should have, each service by the first row that fits one of its categories.

        `children` are the categories of one child; it is never without any row, for there is an `otherwise` one.
        """
        usual = self._firsts(children, directory, otherwise=False)
        return tuple((usual or self._firsts(children, directory, otherwise=True)).values())

    def answer_within(self, risk: Risk | None, rule: Rule | None = None) -> timedelta:
        """Return how long an agency has for its answer."""
        return (rule and rule.answer_within) or self.answers[risk or "unassessed"].within

    def _firsts(self, children: Sequence[Child], directory: Directory, *, otherwise: bool) -> dict[Service, Wanted]:
        found: dict[Service, Wanted] = {}
        for rule in self.rules:
            child = next((child for child in children if rule.condition.fit(child)), None)
            if child and rule.otherwise == otherwise and (agencies := whom(rule, children, directory)):
                found.setdefault(rule.service, Wanted(rule, child, agencies))
        return found


def whom(rule: Rule, children: Sequence[Child], directory: Directory) -> tuple[PartyCode, ...]:
    """Return whom a row asks for a child, in order; nobody where it names only a community and none may be asked."""
    parties = (_party(asked, rule.service, children, directory) for asked in rule.agencies)
    return tuple(dict.fromkeys(party for party in parties if party))


def may_be_told(party: PartyCode, service: Service, children: Sequence[Child], directory: Directory) -> bool:
    """Tell whether a party may be asked: a community never hears of a justice or violence case (R152).

    `services.csv` says which categories a community's service is for; every category of the child must be one.
    """
    entry, community = directory.service(service), directory.party(party).kind == "community"
    return not community or all(child.category is None or entry.takes(child.category, None) for child in children)


def _party(asked: Asked, service: Service, children: Sequence[Child], directory: Directory) -> PartyCode | None:
    if asked != "@community":
        return asked
    community = _community(next((child.found for child in children if child.found), ""), directory)
    return community if community and may_be_told(community, service, children, directory) else None


def _community(found: str, directory: Directory) -> PartyCode | None:
    """Return the community of a kelurahan; there is none elsewhere than in the city."""
    try:
        return directory.community_for(found)
    except UnknownCodeError:
        return None
