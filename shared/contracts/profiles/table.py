"""The rows of the profile table, read from its files and checked against one another."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Final, Literal, TypeAlias, get_args

from shared.contracts.directory.codes import Certainty, Profile
from shared.contracts.directory.table import Row, read
from shared.contracts.profiles.cells import SCOPES, Cell, cell_of, covering, reach

PROFILES: Final[tuple[Profile, ...]] = get_args(Profile)
CERTAINTIES: Final[tuple[Certainty, ...]] = get_args(Certainty)
NOTICE: Final = "*"
"""Stands for the notice as a whole, where a row names no field."""

WHEN: Final = "occurred_at"
"""The field that every notice has, so that it goes wherever the notice goes."""

Subject: TypeAlias = Literal["case", "referral", "none"]
SUBJECTS: Final[tuple[Subject, ...]] = get_args(Subject)
_ID: Final = re.compile(r"P-[0-9]{3,4}")


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One row: what each profile gets of one field of one type, or of the notice itself, and by which rule."""

    source: Row
    id: str
    type: str
    field: str
    cells: Mapping[Profile, Cell]
    rule: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """Under which id a profile knows a case (`none`: it never learns one), and whether it learns who acted."""

    profile: Profile
    subject: Subject
    actor: bool
    rule: str


def profile_rows(file: Traversable) -> tuple[ProfileRow, ...]:
    """Read and check the table; raises `DirectoryError`, which names the file, the line and the remedy."""
    rows = tuple(_row(row) for row in read(file, ("id", "type", "field", *PROFILES, "rule", "certainty", "note")))
    _once(rows)
    notices = {row.type: row for row in rows if row.field == NOTICE}
    for row in rows:
        _fits(row, notices)
    return rows


def subject_rows(file: Traversable) -> dict[Profile, SubjectRow]:
    """Read under which id each profile knows a case; raises `DirectoryError`."""
    rows = read(file, ("profile", "subject", "actor", "rule", "certainty", "note"))
    found: dict[Profile, SubjectRow] = {}
    for row in rows:
        profile = row.one_of("profile", PROFILES)
        if profile in found:
            raise row.wrong(f"profile {profile} is there twice", "keep one of the rows")
        actor = row.optional("actor") is not None and row.one_of("actor", ("all",)) == "all"
        found[profile] = SubjectRow(profile, row.one_of("subject", SUBJECTS), actor, _rule(row))
    if missing := set(PROFILES) - found.keys():
        raise rows[-1].wrong(f"profile {min(missing)} is missing", "add a row for it")
    return found


def _row(row: Row) -> ProfileRow:
    id_ = row.text("id")
    if not _ID.fullmatch(id_):
        raise row.wrong(f"id {id_!r} does not have the form P-001", "take the next free number")
    cells = {profile: _cell(row, profile) for profile in PROFILES}
    certainty = row.one_of("certainty", CERTAINTIES)
    return ProfileRow(row, id_, row.text("type"), row.text("field"), cells, _rule(row), certainty)


def _rule(row: Row) -> str:
    row.one_of("certainty", CERTAINTIES)
    return row.text("rule")


def _cell(row: Row, profile: Profile) -> Cell:
    cell = cell_of(row.cells[profile])
    if cell is None:
        raise row.wrong(
            f"column {profile} {row.cells[profile]!r} cannot be read",
            f"leave it empty or write one of: {' '.join(SCOPES)}, for a notice also such as part>in-protection",
        )
    if row.cells["field"] != NOTICE and (len(cell) > 1 or any(grant.as_type for grant in cell)):
        raise row.wrong(f"column {profile} gives a field as more than one scope", "only a notice is sent as another")
    return cell


def _once(rows: Iterable[ProfileRow]) -> None:
    """Each id once, each field of a type once, and the notice itself before its fields."""
    ids: set[str] = set()
    fields: set[tuple[str, str]] = set()
    for row in rows:
        if row.id in ids:
            raise row.source.wrong(f"id {row.id} is there twice", "take the next free number")
        if (row.type, row.field) in fields:
            raise row.source.wrong(f"{row.type} {row.field} is there twice", "keep one of the rows")
        if row.field != NOTICE and (row.type, NOTICE) not in fields:
            raise row.source.wrong(f"{row.type} has no row for {NOTICE} before its fields", "add it")
        ids.add(row.id)
        fields.add((row.type, row.field))


def _fits(row: ProfileRow, notices: Mapping[str, ProfileRow]) -> None:
    for profile in PROFILES:
        if row.field == NOTICE:
            _sent_as(row, profile, notices)
        else:
            _within(row, profile, notices[row.type].cells[profile])


def _within(row: ProfileRow, profile: Profile, notice: Cell) -> None:
    """A field goes no further than the notice that carries it."""
    given, carried = reach(row.cells[profile]), reach(notice)
    if given > carried:
        raise row.source.wrong(f"column {profile} reaches further than the notice itself", "narrow it")
    if row.field == WHEN and given != carried:
        raise row.source.wrong(f"column {profile} differs from the notice itself", "every notice has this field")


def _sent_as(row: ProfileRow, profile: Profile, notices: Mapping[str, ProfileRow]) -> None:
    """A notice sent as another type needs that type's own leave."""
    for scope, as_type in row.cells[profile]:
        if not as_type:
            continue
        other = notices.get(as_type)
        if other is None:
            raise row.source.wrong(f"column {profile} names {as_type}, which is no type of this table", "mend it")
        grant = covering(other.cells[profile], scope if scope != "all" else "none")
        if grant is None or grant.as_type:
            raise row.source.wrong(f"column {profile} sends {as_type}, which that profile does not get", "let it")
