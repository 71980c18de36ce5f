"""The account of a case, or of the whole city: what reached each party, what was withheld, and by which row."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from shared.contracts.directory.codes import PartyCode, Profile
from shared.contracts.profiles import NOTICE, Profiles

Counts = Mapping[str, int]
"""How many, by type."""


class Withheld(NamedTuple):
    """A field of a type (`*`: the notice itself) that a party was not told, how often, and the row that says so."""

    type: str
    field: str
    row: str
    times: int


class Account(NamedTuple):
    """What one party was told, by type, and what it was not."""

    party: PartyCode
    profile: Profile
    reached: Counts
    withheld: tuple[Withheld, ...]


def accounts(
    profiles: Profiles, parties: Mapping[PartyCode, Profile], heard: Counts, reached: Mapping[str, Counts]
) -> Iterator[Account]:
    """Give an account for every party, also for those that were told nothing.

    `heard` counts the facts that happened, `reached` per party the notices in its mailbox.
    """
    for party, profile in parties.items():
        got = reached.get(party, {})
        withheld = tuple(
            one for type_, times in heard.items() for one in _withheld(profiles, profile, type_, times, got)
        )
        yield Account(party, profile, got, withheld)


def _withheld(profiles: Profiles, profile: Profile, type_: str, times: int, got: Counts) -> Iterator[Withheld]:
    told = min(got.get(type_, 0), times)
    if told < times:
        yield Withheld(type_, NOTICE, profiles.rows[type_, NOTICE].id, times - told)
    if told:
        rows = ((field, profiles.withheld_by(profile, type_, field)) for field in profiles.fields(type_))
        yield from (Withheld(type_, field, row, told) for field, row in rows if row)
