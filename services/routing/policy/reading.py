"""Reads the policy's data files, row by row; every error names file, line and remedy."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from importlib.resources.abc import Traversable
from typing import Final, Literal, NamedTuple, TypeVar, get_args

from services.routing.policy.conditions import Condition, Where, Words, Years
from services.routing.policy.tables import Answer, Asked, Assessed, Preparation, Rule
from shared.contracts.directory import Directory
from shared.contracts.directory.codes import (
    AgencyCode,
    Category,
    Certainty,
    HouseKind,
    NationalCode,
    PartyCode,
    Risk,
    Service,
    Source,
)
from shared.contracts.directory.entries import Ages
from shared.contracts.directory.table import DirectoryError, Row, read
from shared.contracts.model import Forum, Role

T = TypeVar("T")

PARTIES: Final[tuple[Asked, ...]] = ("@community", *get_args(PartyCode))
AGENCIES: Final[tuple[AgencyCode, ...]] = get_args(AgencyCode)
CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)
NATIONAL_CODES: Final[tuple[NationalCode, ...]] = get_args(NationalCode)
ROLES: Final[tuple[Role, ...]] = get_args(Role)
RISKS: Final[tuple[Risk, ...]] = get_args(Risk)
ASSESSED: Final[tuple[Assessed, ...]] = (*RISKS, "unassessed")
SOURCES: Final[tuple[Source, ...]] = get_args(Source)
SERVICES: Final[tuple[Service, ...]] = get_args(Service)
HOUSE_KINDS: Final[tuple[HouseKind, ...]] = get_args(HouseKind)
FORUMS: Final[tuple[Forum, ...]] = get_args(Forum)
CERTAINTIES: Final[tuple[Certainty, ...]] = get_args(Certainty)
YES: Final[tuple[Literal["yes"], ...]] = ("yes",)
SILENCE: Final[tuple[Literal["escalate", "next"], ...]] = ("escalate", "next")
CHOSEN: Final[tuple[Literal["by-date", "by-name"], ...]] = ("by-date", "by-name")

GROUND: Final = ("rule", "certainty", "note")
REFERRALS: Final = (
    "id", "category", "national_code", "role", "age_min", "age_max", "risk", "source", "area", "otherwise",
    "service", "agencies", "house_kind", "on_silence", "answer_within", *GROUND,
)  # fmt: skip
ANSWERS: Final = ("risk", "answer_within", *GROUND)
HEARINGS: Final = ("forum", "companion_before", "at_least", "age_min", *GROUND)
VERSIONS: Final = (
    "version", "chosen", "valid_from", "valid_to", "based_on", "owner", "coordinator", "city", *GROUND,
)  # fmt: skip

_DURATION: Final = re.compile(r"^([1-9][0-9]{0,4})([smhd])$")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_WORD: Final = re.compile(r"^[a-z0-9][a-z0-9-]{0,63}$")


class Version(NamedTuple):
    """A row of `versions.csv`: from which day to which a version holds, or that it is chosen by name only."""

    row: Row
    name: str
    by_name: bool
    first: date | None
    last: date | None
    based_on: str | None
    owner: AgencyCode
    coordinator: AgencyCode
    city: str


def versions(file: Traversable) -> list[Version]:
    """Read `versions.csv`."""
    return [_version(row) for row in read(file, VERSIONS)]


def rules(file: Traversable, city: str, directory: Directory) -> list[tuple[Row, Rule]]:
    """Read `referrals.csv`; `city` is the area code that `inside` and `outside` mean."""
    return [(row, _rule(row, city, directory)) for row in read(file, REFERRALS)]


def answers(file: Traversable) -> dict[Assessed, Answer]:
    """Read `answers.csv`: a row for each risk, and one for children whose risk nobody assessed yet."""
    return _one_each(file, ANSWERS, ASSESSED, lambda row: ("risk", _answer(row).risk, _answer(row)))


def hearings(file: Traversable) -> dict[Forum, Preparation]:
    """Read `hearings.csv`: a row for each forum."""
    return _one_each(file, HEARINGS, FORUMS, lambda row: ("forum", _preparation(row).forum, _preparation(row)))


K = TypeVar("K", bound=str)


def _one_each(
    file: Traversable, columns: tuple[str, ...], keys: tuple[K, ...], entry: Callable[[Row], tuple[str, K, T]]
) -> dict[K, T]:
    found: dict[K, T] = {}
    for row in read(file, columns):
        column, key, value = entry(row)
        if key in found:
            raise row.wrong(f"{column} {key!r} has two rows", "leave one")
        found[key] = value
    if missing := [key for key in keys if key not in found]:
        raise DirectoryError(f"{file.name}: no row for {' '.join(missing)}; add one for each.")
    return found


def _version(row: Row) -> Version:
    _ground(row)
    by_name = row.one_of("chosen", CHOSEN) == "by-name"
    first = row.day("valid_from") if row.optional("valid_from") else None
    last = row.day("valid_to") if row.optional("valid_to") else None
    if by_name == bool(first):
        raise row.wrong("valid_from does not go with chosen", "give a by-date version a first day, a by-name one none")
    return Version(
        row,
        word(row, "version"),
        by_name,
        first,
        last,
        row.optional("based_on"),
        row.one_of("owner", AGENCIES),
        row.one_of("coordinator", AGENCIES),
        row.text("city"),
    )


def _rule(row: Row, city: str, directory: Directory) -> Rule:
    _ground(row)
    service = row.one_of("service", SERVICES)
    silence = row.one_of("on_silence", SILENCE) if row.optional("on_silence") else "escalate"
    return Rule(
        id=word(row, "id"),
        place=row.place,
        condition=_condition(row, city, directory.service(service).ages),
        otherwise=bool(row.many_of("otherwise", YES)),
        service=service,
        agencies=_agencies(row),
        house_kind=row.one_of("house_kind", HOUSE_KINDS) if row.optional("house_kind") else None,
        next_when_silent=silence == "next",
        answer_within=duration(row, "answer_within") if row.optional("answer_within") else None,
        cites=row.cells["rule"],
    )


def _condition(row: Row, city: str, usual: Ages) -> Condition:
    return Condition(
        categories=_words(row, "category", CATEGORIES),
        national_codes=_words(row, "national_code", NATIONAL_CODES),
        roles=_words(row, "role", ROLES),
        years=_years(row, usual),
        risks=_words(row, "risk", RISKS),
        sources=_words(row, "source", SOURCES),
        where=Where(row.cells["area"], city),
    )


def _words(row: Row, column: str, allowed: tuple[str, ...]) -> Words:
    """Codes parted by spaces; a leading `!` means all but these."""
    text = row.cells[column]
    bare = Row(row.file, row.line, {column: text.removeprefix("!")})
    return Words(frozenset(bare.many_of(column, allowed)), excluded=text.startswith("!"))


def _years(row: Row, usual: Ages) -> Years:
    """Ages named, which must then be known; else the service's own, which exclude nobody of unknown age."""
    if not row.optional("age_min") and not row.optional("age_max"):
        return Years() if row.optional("otherwise") else Years(usual.first, usual.last)
    years = Years(row.number("age_min"), row.number("age_max"), unknown=False)
    if years.last < years.first:
        raise row.wrong("age_max lies below age_min", "write the last full year of age that is included")
    return years


def _agencies(row: Row) -> tuple[Asked, ...]:
    bare = Row(row.file, row.line, {"agencies": row.text("agencies").replace(">", " ")})
    return bare.many_of("agencies", PARTIES)


def _answer(row: Row) -> Answer:
    _ground(row)
    return Answer(row.one_of("risk", ASSESSED), duration(row, "answer_within"))


def _preparation(row: Row) -> Preparation:
    _ground(row)
    before, at_least = duration(row, "companion_before"), duration(row, "at_least")
    return Preparation(row.one_of("forum", FORUMS), before, at_least, row.number("age_min"))


def _ground(row: Row) -> None:
    if row.one_of("certainty", CERTAINTIES) != "DESIGN" and not row.optional("rule"):
        raise row.wrong("column rule is empty", "cite the rule, or mark the row DESIGN")


def duration(row: Row, column: str) -> timedelta:
    """Return a duration such as 30s, 15m, 3h or 7d."""
    if found := _DURATION.match(row.text(column)):
        return timedelta(**{_UNITS[found[2]]: int(found[1])})
    raise row.wrong(f"{column} {row.cells[column]!r} is not a duration", "write it as 30s, 15m, 3h or 7d")


def word(row: Row, column: str) -> str:
    """Return a name that can stand in messages."""
    if _WORD.match(row.text(column)):
        return row.text(column)
    raise row.wrong(f"{column} {row.cells[column]!r} cannot be used", "write small letters, digits and hyphens")
