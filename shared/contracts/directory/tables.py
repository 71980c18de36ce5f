"""All tables of the directory together."""

from dataclasses import dataclass, fields
from datetime import date
from importlib.resources.abc import Traversable

from shared.contracts.directory import files
from shared.contracts.directory.codes import CustodianKind, HouseKind, Risk, Source, Who
from shared.contracts.directory.entries import (
    Area,
    CategoryEntry,
    CommunityArea,
    Entry,
    National,
    OutcomeEntry,
    Party,
    Reason,
    ServiceEntry,
    Term,
)
from shared.contracts.directory.history import History


@dataclass(frozen=True, slots=True)
class Tables:
    """Every row of every data file, of all days."""

    parties: History[Party]
    areas: History[Area]
    community_areas: History[CommunityArea]
    categories: History[CategoryEntry]
    national_codes: History[National]
    risks: History[Term[Risk]]
    sources: History[Term[Source]]
    reasons: History[Reason]
    outcomes: History[OutcomeEntry]
    services: History[ServiceEntry]
    custodian_kinds: History[Term[CustodianKind]]
    house_kinds: History[Term[HouseKind]]
    who: History[Term[Who]]

    def histories(self) -> tuple[History[Entry], ...]:
        """Return all tables, for what concerns every row alike."""
        return tuple(getattr(self, field.name) for field in fields(self))

    def begins(self) -> date:
        """Return the first day of the directory."""
        return min(party.record.valid_from for party in self.parties.ever())


def read_tables(data: Traversable) -> Tables:
    """Read the data files in a folder, each row checked by itself; raises `DirectoryError`."""
    return Tables(
        parties=History.of("party", [*files.AGENCY_FILE.rows(data), *files.COMMUNITY_FILE.rows(data)]),
        areas=History.of("area", files.AREA_FILE.rows(data)),
        community_areas=History.of("kelurahan with a community", files.COMMUNITY_AREA_FILE.rows(data)),
        categories=History.of("category", files.CATEGORY_FILE.rows(data)),
        national_codes=History.of("national code", files.NATIONAL_FILE.rows(data)),
        risks=History.of("risk", files.RISK_FILE.rows(data)),
        sources=History.of("source", files.SOURCE_FILE.rows(data)),
        reasons=History.of("reason", files.REASON_FILE.rows(data)),
        outcomes=History.of("outcome", files.OUTCOME_FILE.rows(data)),
        services=History.of("service", files.SERVICE_FILE.rows(data)),
        custodian_kinds=History.of("kind of custodian", files.CUSTODIAN_FILE.rows(data)),
        house_kinds=History.of("kind of house", files.HOUSE_FILE.rows(data)),
        who=History.of("one who could", files.WHO_FILE.rows(data)),
    )
