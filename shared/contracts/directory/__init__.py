"""The directory of the city: who takes part, which areas, categories, reasons and services there are, on which day.

All of it is data in the files beside this package, with validity dates, names in both languages and the rule behind
each row. Contracts import the codes alone, from `shared.contracts.directory.codes`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files as packaged
from importlib.resources.abc import Traversable
from pathlib import Path

from shared.contracts.directory.checks import check
from shared.contracts.directory.codes import (
    AgencyCode,
    Category,
    CommunityCode,
    CustodianKind,
    HouseKind,
    KeyHolder,
    Lang,
    OutcomeOf,
    PartyCode,
    PartyKind,
    Risk,
    Source,
)
from shared.contracts.directory.entries import (
    Area,
    CategoryEntry,
    CommunityArea,
    National,
    OutcomeEntry,
    Party,
    PublicKey,
    Reason,
    ServiceEntry,
    Term,
    Text,
)
from shared.contracts.directory.history import UnknownCodeError
from shared.contracts.directory.keys import read_keys
from shared.contracts.directory.table import DirectoryError
from shared.contracts.directory.tables import Tables, read_tables

__all__ = [
    "AgencyCode",
    "Area",
    "Category",
    "CategoryEntry",
    "CommunityArea",
    "CommunityCode",
    "Directory",
    "DirectoryError",
    "National",
    "OutcomeEntry",
    "Party",
    "PartyCode",
    "PublicKey",
    "Reason",
    "ServiceEntry",
    "Term",
    "Text",
    "UnknownCodeError",
]


@dataclass(frozen=True, slots=True)
class Directory:
    """The directory as it holds on the day `at`; every look-up of an unknown code raises `UnknownCodeError`."""

    at: date
    tables: Tables
    keys: Mapping[KeyHolder, PublicKey]

    @classmethod
    def load(cls, at: date, keys: Path | None = None, data: Traversable | None = None) -> "Directory":
        """Read and check the packaged data, or those in the folder `data`.

        `keys` is a deployment's file of public keys, which take the place of the packaged ones (see `keys.py`).
        Raises `DirectoryError`, which names file, line and remedy.
        """
        tables = read_tables(data or packaged(__name__) / "data")
        check(tables)
        if at < tables.begins():
            raise DirectoryError(f"The directory begins on {tables.begins()}; ask for that day or a later one.")
        return cls(at, tables, _keys(tables, at) | (read_keys(keys) if keys else {}))

    @property
    def parties(self) -> tuple[Party, ...]:
        """All who have a mailbox: the agencies, then the communities."""
        return self.tables.parties.on(self.at)

    @property
    def agencies(self) -> tuple[Party, ...]:
        """The 19 agencies."""
        return tuple(party for party in self.parties if party.kind == "agency")

    @property
    def communities(self) -> tuple[Party, ...]:
        """The 4 communities."""
        return tuple(party for party in self.parties if party.kind == "community")

    def party(self, code: str) -> Party:
        """Return an agency or a community."""
        return self.tables.parties.find(code, self.at)

    def agency(self, code: str) -> Party:
        """Return one of the agencies."""
        return self._of_kind(code, "agency")

    def community(self, code: str) -> Party:
        """Return one of the communities."""
        return self._of_kind(code, "community")

    def key(self, holder: KeyHolder) -> PublicKey | None:
        """Return the key to seal identity to, or None: who has no key sees identity live or not at all."""
        return self.keys.get(holder)

    def area(self, code: str) -> Area:
        """Return an area by its Kemendagri code."""
        return self.tables.areas.find(code, self.at)

    @property
    def areas(self) -> tuple[Area, ...]:
        """All areas, of every level."""
        return self.tables.areas.on(self.at)

    def kelurahan_of(self, code: str) -> tuple[Area, ...]:
        """Return the kelurahan inside a kecamatan, city or province."""
        inside = f"{self.area(code).code}."
        return tuple(area for area in self.areas if area.level == "kelurahan" and area.code.startswith(inside))

    def community_for(self, kelurahan: str) -> CommunityCode:
        """Return the community that serves a kelurahan.

        It is the one that lies there (R105), else one of the same kecamatan, else the nearest. The last two are a
        proposal, row by row in `community_areas.csv`, until the programme confirms them.
        """
        return self.tables.community_areas.find(kelurahan, self.at).community

    def category(self, code: str) -> CategoryEntry:
        """Return one of the seven categories."""
        return self.tables.categories.find(code, self.at)

    def national(self, code: str) -> National:
        """Return a national child code, with the categories it maps to."""
        return self.tables.national_codes.find(code, self.at)

    def reason(self, code: str) -> Reason:
        """Return a coded reason of whatever kind."""
        return self.tables.reasons.find(code, self.at)

    def sentences(self, code: str) -> tuple[str, str]:
        """Return what to tell people of a coded reason, in Indonesian and in English."""
        sentence = self.reason(code).sentence
        return sentence.into("id"), sentence.into("en")

    def who_could(self, code: str, lang: Lang) -> tuple[str, ...]:
        """Return the names of those who could do what a reason says."""
        parties = {party.code: party.name for party in self.parties}
        names = parties | {who.code: who.name for who in self.tables.who.on(self.at)}
        return tuple(names[could].into(lang) for could in self.reason(code).who_could)

    def outcome(self, code: str) -> OutcomeEntry:
        """Return an outcome of a referral, a stay or a case."""
        return self.tables.outcomes.find(code, self.at)

    def outcomes(self, of: OutcomeOf) -> tuple[OutcomeEntry, ...]:
        """Return how a referral, a stay or a case may end."""
        return tuple(outcome for outcome in self.tables.outcomes.on(self.at) if of in outcome.ends)

    def service(self, code: str) -> ServiceEntry:
        """Return a service that referrals ask for."""
        return self.tables.services.find(code, self.at)

    def services_for(self, category: Category, years: int | None) -> tuple[ServiceEntry, ...]:
        """Return the services that take a child of this category and age in completed years (None = unknown)."""
        return tuple(service for service in self.tables.services.on(self.at) if service.takes(category, years))

    def risk(self, code: str) -> Term[Risk]:
        """Return a risk."""
        return self.tables.risks.find(code, self.at)

    def source(self, code: str) -> Term[Source]:
        """Return a way by which a child came to be known."""
        return self.tables.sources.find(code, self.at)

    def custodian_kind(self, code: str) -> Term[CustodianKind]:
        """Return a kind of custodian."""
        return self.tables.custodian_kinds.find(code, self.at)

    def house_kind(self, code: str) -> Term[HouseKind]:
        """Return a kind of house."""
        return self.tables.house_kinds.find(code, self.at)

    def name(self, code: str, lang: Lang, at: date | None = None) -> str:
        """Return the name a party or an area had on a day (None = the directory's own day)."""
        day = at or self.at
        table = self.tables.areas if code[:1].isdigit() else self.tables.parties
        return table.find(code, day).name.into(lang)

    def _of_kind(self, code: str, kind: PartyKind) -> Party:
        found = self.party(code)
        if found.kind != kind:
            raise UnknownCodeError(f"{code!r} is no {kind} but a {found.kind}; ask for the {found.kind} or the party.")
        return found


def _keys(tables: Tables, at: date) -> dict[KeyHolder, PublicKey]:
    return {party.code: party.key for party in tables.parties.on(at) if party.key}
