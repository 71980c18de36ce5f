"""What each profile may see of a case, as data: type by field by profile; the default is nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import product
from typing import NamedTuple

from shared.contracts.directory.codes import Profile
from shared.contracts.profiles.cells import RELATIONS, Relation, Scope, covering
from shared.contracts.profiles.table import (
    NOTICE,
    PROFILES,
    ProfileRow,
    Subject,
    SubjectRow,
    profile_rows,
    subject_rows,
)

__all__ = ["NOTICE", "PROFILES", "Profile", "ProfileRow", "Profiles", "Relation", "Scope", "Sight", "Subject"]


class Sight(NamedTuple):
    """What is told of an event: a notice of `type` with `fields`, such as `agency` or `about_child.age_years`.

    `type` is the event's own, or one that tells less (`in-protection`). `rows` are the ids of the rows that allow it,
    the notice's first.
    """

    type: str
    fields: tuple[str, ...]
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profile table."""

    rows: Mapping[tuple[str, str], ProfileRow]
    """By type and field; field `*` is the notice itself."""
    subjects: Mapping[Profile, SubjectRow]
    sights: Mapping[tuple[Profile, Relation, str], Sight]

    @classmethod
    def load(cls, data: Traversable | None = None) -> "Profiles":
        """Read the table, from another folder in tests.

        Raises `DirectoryError`, which names file, line and remedy.
        """
        folder = data or files(__name__)
        rows = {(row.type, row.field): row for row in profile_rows(folder / "profiles.csv")}
        return cls(rows, subject_rows(folder / "subjects.csv"), dict(_sights(rows)))

    def see(self, profile: Profile, relation: Relation, type_: str) -> Sight | None:
        """Return what a party of a profile is told of an event of a type; None for nothing, the default."""
        return self.sights.get((profile, relation, type_))

    def withheld_by(self, profile: Profile, type_: str, field: str, relation: Relation = "own") -> str | None:
        """Return the id of the row that withholds a field (`*`: the notice itself); None where nothing does.

        Without a relation: what is withheld even where the event concerns the party itself. `KeyError` for a field
        that no row names.
        """
        sight = self.see(profile, relation, type_)
        if sight is None or sight.type != type_:
            return self.rows[type_, NOTICE].id
        row = self.rows[type_, field]
        return None if field == NOTICE or field in sight.fields else row.id

    def subject(self, profile: Profile) -> Subject:
        """Return under which id a profile knows a case."""
        return self.subjects[profile].subject

    def types(self) -> tuple[str, ...]:
        """Return every type that has rows, in the table's order."""
        return tuple(type_ for type_, field in self.rows if field == NOTICE)

    def fields(self, type_: str) -> tuple[str, ...]:
        """Return the fields of a type, in the table's order."""
        return tuple(field for of, field in self.rows if of == type_ and field != NOTICE)


def _sights(
    rows: Mapping[tuple[str, str], ProfileRow],
) -> Iterator[tuple[tuple[Profile, Relation, str], Sight]]:
    by_type: dict[str, list[ProfileRow]] = {}
    for row in rows.values():
        by_type.setdefault(row.type, []).append(row)
    for profile, relation, type_ in product(PROFILES, RELATIONS, by_type):
        if sight := _sight(by_type, profile, relation, type_):
            yield (profile, relation, type_), sight


def _sight(by_type: Mapping[str, list[ProfileRow]], profile: Profile, relation: Relation, type_: str) -> Sight | None:
    notice, *fields = by_type[type_]
    grant = covering(notice.cells[profile], relation)
    if grant is None:
        return None
    if grant.as_type:
        other = _sight(by_type, profile, relation, grant.as_type)
        return other and Sight(other.type, other.fields, (notice.id, *other.rows))
    shown = [row for row in fields if covering(row.cells[profile], relation)]
    return Sight(type_, tuple(row.field for row in shown), (notice.id, *(row.id for row in shown)))
