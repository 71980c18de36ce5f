"""Reads the tables of law, row by row; every error names file, line and remedy."""

from datetime import date
from importlib.resources.abc import Traversable
from typing import Final, get_args

from services.routing.law.clock import Counting, Span, Unit
from services.routing.law.events import Token
from services.routing.law.rules import Extension, Ground, Kind, Rule, Text
from shared.contracts.directory.codes import Certainty, PartyCode
from shared.contracts.directory.table import Row, read

CERTAINTIES: Final[tuple[Certainty, ...]] = get_args(Certainty)
PARTIES: Final[tuple[PartyCode, ...]] = get_args(PartyCode)
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
COUNTINGS: Final[tuple[Counting, ...]] = get_args(Counting)
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

COLUMNS: Final = (
    "id", "version", "valid_from", "valid_to", "rule", "citation", "certainty", "title_id", "title_en", "of", "starts",
    "satisfied_by", "stopped_by", "limit", "unit", "counting", "extension", "extended_by", "extension_by", "owner",
    "told", "kind", "warn_at", "consequence", "fed_by", "confirmed_by", "note",
)  # fmt: skip


def rules(file: Traversable) -> list[tuple[Row, Rule]]:
    """Read one table; its name is the topic."""
    return [(row, _rule(row, file.name.removesuffix(".csv"))) for row in read(file, COLUMNS)]


def texts(file: Traversable) -> dict[str, Text]:
    """Read `consequences.csv`."""
    rows = read(file, ("code", "text_id", "text_en", "rule"))
    return {row.text("code"): Text(row.text("text_id"), row.text("text_en")) for row in rows}


def yearly(file: Traversable) -> frozenset[tuple[int, int]]:
    """Read `holidays.csv`: those that fall on the same date each year."""
    days = (_monthly(row) for row in read(file, ("day", "name_id", "name_en", "certainty", "note")))
    return frozenset((day.month, day.day) for day in days)


def once(file: Traversable) -> frozenset[date]:
    """Read the file that a deployment supplies: holidays of single years, as decreed."""
    return frozenset(row.day("day") for row in read(file, ("day", "name_id", "name_en", "citation")))


def _monthly(row: Row) -> date:
    return Row(row.file, row.line, {"day": f"2028-{row.text('day')}"}).day("day")


def _rule(row: Row, topic: str) -> Rule:
    return Rule(
        id=row.text("id"),
        version=row.text("version"),
        topic=topic,
        first=row.day("valid_from") if row.optional("valid_from") else None,
        last=row.day("valid_to") if row.optional("valid_to") else None,
        ground=_ground(row),
        title=Text(row.text("title_id"), row.text("title_en")),
        of=row.cells["of"],
        starts=_tokens(row, "starts"),
        satisfied_by=_tokens(row, "satisfied_by"),
        stopped_by=_tokens(row, "stopped_by"),
        span=_span(row),
        extension=_extension(row),
        owner=_party(row, "owner"),
        told=row.many_of("told", PARTIES),
        kind=row.one_of("kind", KINDS),
        warn_at=_percents(row),
        consequence=row.text("consequence"),
        fed_by=row.cells["fed_by"],
    )


def _ground(row: Row) -> Ground:
    certainty = row.one_of("certainty", CERTAINTIES)
    if certainty != "DESIGN" and not row.optional("citation"):
        raise row.wrong("column citation is empty", "say where it is written, or mark the row DESIGN")
    return Ground(row.text("rule"), row.cells["citation"], certainty, row.cells["confirmed_by"], row.cells["note"])


def _tokens(row: Row, column: str) -> tuple[Token, ...]:
    return tuple(Token.of(word) for word in row.cells[column].split())


def _span(row: Row) -> Span | None:
    if not row.optional("limit"):
        return None
    return Span(row.number("limit"), row.one_of("unit", UNITS), row.one_of("counting", COUNTINGS))


def _extension(row: Row) -> Extension | None:
    if not row.optional("extension"):
        return None
    return Extension(row.number("extension"), Token.of(row.text("extended_by")), _party(row, "extension_by"))


def _party(row: Row, column: str) -> PartyCode | None:
    return row.one_of(column, PARTIES) if row.optional(column) else None


def _percents(row: Row) -> tuple[int, ...]:
    found = tuple(Row(row.file, row.line, {"warn_at": word}).number("warn_at") for word in row.cells["warn_at"].split())
    if list(found) != sorted(set(found)) or any(not 0 < each < 100 for each in found):
        raise row.wrong(f"warn_at {row.cells['warn_at']!r} cannot be used", "write rising hundredths such as 50 80")
    return found
