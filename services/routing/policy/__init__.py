"""The policy as data: versions of tables that say who is asked for which child, and how soon an answer is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from importlib.resources import files as packaged
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Final

from services.routing.policy.checks import check
from services.routing.policy.reading import Version, answers, hearings, rules, versions
from services.routing.policy.tables import Policy, Rule
from shared.contracts.directory import Directory, DirectoryError, UnknownCodeError
from shared.contracts.model import Reason

__all__ = ["Policies", "Policy", "PolicyError", "Rule"]

WITA: Final = timezone(timedelta(hours=8), "WITA")
"""The city's time: a version holds from the midnight of its first day there."""


class PolicyError(ValueError):
    """The policy's data cannot be used: the message names version, file, line and what to do."""


@dataclass(frozen=True, slots=True)
class Policies:
    """All versions, for what was begun under an old one goes on under it; `chosen` is a version named in settings."""

    versions: Mapping[str, Policy]
    days: tuple[tuple[date, str], ...]
    chosen: str = ""

    @classmethod
    def load(cls, directory: Directory, chosen: str = "", data: Traversable | None = None) -> "Policies":
        """Read and check all versions, packaged or in the folder `data`; raises `PolicyError`."""
        folder = data or packaged(__name__)
        try:
            listed = versions(folder / "versions.csv")
            days = _in_succession([version for version in listed if not version.by_name])
        except DirectoryError as error:
            raise PolicyError(str(error)) from None
        loaded = {version.name: _load(version, listed, folder, directory) for version in listed}
        if chosen and chosen not in loaded:
            raise PolicyError(f"No policy is called {chosen!r}; choose one of: {' '.join(loaded)}.")
        return cls(loaded, days, chosen)

    def at(self, moment: datetime) -> Policy:
        """Return the version that is chosen by name, else the one that holds on that day; the first before its time."""
        day = moment.astimezone(WITA).date()
        begun = [name for first, name in self.days if first <= day] or [self.days[0][1]]
        return self.versions[self.chosen or begun[-1]]

    def rule(self, reason: Reason) -> Rule | None:
        """Return the row of `referrals.csv` that a referral names, of whatever version; None if another table's."""
        policy = self.versions.get(reason.version)
        return policy.rule(reason.row) if policy and reason.table == "referrals" else None


def _load(version: Version, listed: list[Version], folder: Traversable, directory: Directory) -> Policy:
    home, base = folder / version.name, folder / (version.based_on or version.name)
    if version.based_on and version.based_on not in {other.name for other in listed}:
        raise PolicyError(str(version.row.wrong(f"based_on {version.based_on!r} is no version", "name one above")))
    try:
        found = rules(_file(home, base, "referrals.csv"), version.city, directory)
        check(found, directory)
        return Policy(
            version=version.name,
            owner=version.owner,
            coordinator=version.coordinator,
            city=directory.area(version.city).code,
            rules=tuple(rule for _, rule in found),
            answers=answers(_file(home, base, "answers.csv")),
            hearings=hearings(_file(home, base, "hearings.csv")),
        )
    except (DirectoryError, UnknownCodeError) as error:
        raise PolicyError(f"Policy {version.name}: {error}") from None


def _file(home: Traversable, base: Traversable, name: str) -> Traversable:
    """Return a version's own file, else that of the version it is based on."""
    return home / name if (home / name).is_file() else base / name


def _in_succession(dated: list[Version]) -> tuple[tuple[date, str], ...]:
    ordered = sorted(dated, key=lambda version: version.first or date.min)
    if not ordered:
        raise DirectoryError("versions.csv: no version is chosen by date; add one.")
    for before, after in pairwise(ordered):
        if before.last is None or after.first != before.last + timedelta(days=1):
            raise after.row.wrong(
                f"{after.name} does not follow {before.name} day by day", f"end {before.name} the day before"
            )
    return tuple((version.first or date.min, version.name) for version in ordered)
