"""Which data file holds what: its columns, and how a row becomes an entry."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Generic, TypeVar, get_args

from shared.contracts.directory import codes
from shared.contracts.directory.entries import (
    Ages,
    Area,
    CategoryEntry,
    CommunityArea,
    Entry,
    National,
    OutcomeEntry,
    Party,
    PublicKey,
    Reason,
    Record,
    ServiceEntry,
    Term,
    Text,
)
from shared.contracts.directory.keys import public_key
from shared.contracts.directory.table import Row, read

E = TypeVar("E", bound=Entry)
Code = TypeVar("Code", bound=str)

AGENCIES: tuple[codes.AgencyCode, ...] = get_args(codes.AgencyCode)
COMMUNITIES: tuple[codes.CommunityCode, ...] = get_args(codes.CommunityCode)
PARTIES: tuple[codes.PartyCode, ...] = get_args(codes.PartyCode)
PROFILES: tuple[codes.Profile, ...] = get_args(codes.Profile)
CERTAINTIES: tuple[codes.Certainty, ...] = get_args(codes.Certainty)
LEVELS: tuple[codes.AreaLevel, ...] = get_args(codes.AreaLevel)
BASES: tuple[codes.CommunityBasis, ...] = get_args(codes.CommunityBasis)
CATEGORIES: tuple[codes.Category, ...] = get_args(codes.Category)
NATIONAL_CODES: tuple[codes.NationalCode, ...] = get_args(codes.NationalCode)
RISKS: tuple[codes.Risk, ...] = get_args(codes.Risk)
SOURCES: tuple[codes.Source, ...] = get_args(codes.Source)
REASONS: tuple[codes.ReasonCode, ...] = get_args(codes.ReasonCode)
REASON_KINDS: tuple[codes.ReasonKind, ...] = get_args(codes.ReasonKind)
OUTCOMES: tuple[codes.Outcome, ...] = get_args(codes.Outcome)
OUTCOMES_OF: tuple[codes.OutcomeOf, ...] = get_args(codes.OutcomeOf)
SERVICES: tuple[codes.Service, ...] = get_args(codes.Service)
CUSTODIAN_KINDS: tuple[codes.CustodianKind, ...] = get_args(codes.CustodianKind)
HOUSE_KINDS: tuple[codes.HouseKind, ...] = get_args(codes.HouseKind)
WHO: tuple[codes.Who, ...] = get_args(codes.Who)


@dataclass(frozen=True, slots=True)
class File(Generic[E]):
    """A data file: its name, its columns between validity and ground, and how a row becomes an entry."""

    name: str
    own: tuple[str, ...]
    entry: Callable[[Row], E]

    def rows(self, data: Traversable) -> list[tuple[Row, E]]:
        """Read the file in the folder `data`; each entry comes with its row, for messages."""
        columns = ("code", "valid_from", "valid_to", *self.own, "rule", "certainty", "note")
        return [(row, self.entry(row)) for row in read(data / self.name, columns)]


def terms(name: str, allowed: tuple[Code, ...]) -> File[Term[Code]]:
    """Describe a file that holds only codes and their names."""
    return File(name, NAME, lambda row: Term(row.one_of("code", allowed), _record(row), _name(row)))


def _record(row: Row) -> Record:
    certainty = row.one_of("certainty", CERTAINTIES)
    if certainty != "DESIGN" and not row.optional("rule"):
        raise row.wrong("column rule is empty", "cite the rule, or mark the row DESIGN")
    first, last = row.day("valid_from"), row.day("valid_to") if row.optional("valid_to") else None
    if last and last < first:
        raise row.wrong("valid_to lies before valid_from", "write the last day on which the row holds")
    return Record(row.place, first, last, row.cells["rule"], certainty, row.cells["note"])


def _name(row: Row) -> Text:
    return Text(row.text("name_id"), row.text("name_en"))


def _ages(row: Row) -> Ages:
    ages = Ages(row.number("age_from"), row.number("age_to"))
    if ages.last < ages.first:
        raise row.wrong("age_to lies below age_from", "write the last full year of age that is included")
    return ages


def _party_key(row: Row) -> PublicKey | None:
    if not (row.optional("public_key") or row.optional("key_id")):
        return None
    return public_key(row.place, row.text("key_id"), row.text("public_key"))


def _agency(row: Row) -> Party:
    code, kind = row.one_of("code", AGENCIES), row.one_of("kind", AGENCY_KIND)
    return Party(code, _record(row), _name(row), kind, row.one_of("profile", PROFILES), None, _party_key(row))


def _community(row: Row) -> Party:
    code, kind, seat = row.one_of("code", COMMUNITIES), row.one_of("kind", COMMUNITY_KIND), row.text("kelurahan")
    return Party(code, _record(row), _name(row), kind, row.one_of("profile", PROFILES), seat, _party_key(row))


def _area(row: Row) -> Area:
    code, level = row.text("code"), row.one_of("level", LEVELS)
    if level != LEVELS[code.count(".")]:
        raise row.wrong(f"{code} does not have the form of a {level}", "write codes as PP.CC.KK.DDDD")
    return Area(code, _record(row), _name(row), level)


def _community_area(row: Row) -> CommunityArea:
    community, basis = row.one_of("community", COMMUNITIES), row.one_of("basis", BASES)
    return CommunityArea(row.text("code"), _record(row), community, basis)


def _category(row: Row) -> CategoryEntry:
    return CategoryEntry(row.one_of("code", CATEGORIES), _record(row), _name(row), _ages(row))


def _national(row: Row) -> National:
    group_of = row.one_of("group_of", NATIONAL_CODES) if row.optional("group_of") else None
    mapped = row.many_of("categories", CATEGORIES)
    if not mapped:
        raise row.wrong("column categories is empty", "name the category that the national code maps to")
    return National(row.one_of("code", NATIONAL_CODES), _record(row), _name(row), group_of, mapped)


def _reason(row: Row) -> Reason:
    kinds, who = row.many_of("kinds", REASON_KINDS), row.many_of("who_could", (*WHO, *PARTIES))
    if not (kinds and who):
        raise row.wrong("column kinds or who_could is empty", "name at least one of each")
    sentence = Text(row.text("sentence_id"), row.text("sentence_en"))
    return Reason(row.one_of("code", REASONS), _record(row), _name(row), kinds, sentence, who)


def _outcome(row: Row) -> OutcomeEntry:
    ends = row.many_of("ends", OUTCOMES_OF)
    if not ends:
        raise row.wrong("column ends is empty", "name what the outcome ends")
    return OutcomeEntry(row.one_of("code", OUTCOMES), _record(row), _name(row), ends)


def _service(row: Row) -> ServiceEntry:
    givers, mapped = row.many_of("given_by", PARTIES), row.many_of("categories", CATEGORIES)
    if not givers:
        raise row.wrong("column given_by is empty", "name who gives the service")
    return ServiceEntry(row.one_of("code", SERVICES), _record(row), _name(row), givers, mapped, _ages(row))


NAME = ("name_id", "name_en")
AGENCY_KIND: tuple[codes.PartyKind, ...] = ("agency",)
COMMUNITY_KIND: tuple[codes.PartyKind, ...] = ("community",)

AGENCY_FILE = File("agencies.csv", (*NAME, "kind", "profile", "public_key", "key_id"), _agency)
COMMUNITY_FILE = File("communities.csv", (*NAME, "kind", "profile", "kelurahan", "public_key", "key_id"), _community)
AREA_FILE = File("areas.csv", (*NAME, "level"), _area)
COMMUNITY_AREA_FILE = File("community_areas.csv", ("community", "basis"), _community_area)
CATEGORY_FILE = File("categories.csv", (*NAME, "age_from", "age_to"), _category)
NATIONAL_FILE = File("national_codes.csv", (*NAME, "group_of", "categories"), _national)
RISK_FILE = terms("risks.csv", RISKS)
SOURCE_FILE = terms("sources.csv", SOURCES)
REASON_FILE = File("reasons.csv", (*NAME, "kinds", "sentence_id", "sentence_en", "who_could"), _reason)
OUTCOME_FILE = File("outcomes.csv", (*NAME, "ends"), _outcome)
SERVICE_FILE = File("services.csv", (*NAME, "given_by", "categories", "age_from", "age_to"), _service)
CUSTODIAN_FILE = terms("custodian_kinds.csv", CUSTODIAN_KINDS)
HOUSE_FILE = terms("house_kinds.csv", HOUSE_KINDS)
WHO_FILE = terms("who.csv", WHO)
