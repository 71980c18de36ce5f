"""Who can have a child, and who speaks for whom."""

from typing import Final, TypeAlias, get_args

import msgspec

from shared.contracts.directory.codes import CommunityCode, CustodianKind, PartyCode
from shared.contracts.model import Custodian

DINSOS: Final = "dinsos"
"""Runs the houses, and speaks for whoever has no mailbox of its own: a house, a family, a hospital, nobody known."""
COMMUNITIES: tuple[str, ...] = get_args(CommunityCode)

Kinds: TypeAlias = frozenset[CustodianKind]
ANYBODY: Kinds = frozenset(get_args(CustodianKind))
SETTLED: Kinds = ANYBODY - {"escort", "unknown"}
"""Who can have a child for longer than a journey."""


class Keeper(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who has the child: as `Custodian`, fit to be kept in a state."""

    kind: CustodianKind = "unknown"
    party: PartyCode | None = None
    house: str | None = None

    @property
    def speaker(self) -> PartyCode:
        """The party that acts for it."""
        return self.party or DINSOS


def kept(custodian: Custodian) -> Keeper:
    """Return a custodian as a state keeps it."""
    return Keeper(custodian.kind, custodian.party, custodian.house)


def told(keeper: Keeper) -> Custodian:
    """Return a custodian as a fact tells it."""
    return Custodian(kind=keeper.kind, party=keeper.party, house=keeper.house)


def keeper_of(party: PartyCode) -> Keeper:
    """Return a party as the one who has the child."""
    return Keeper("community" if party in COMMUNITIES else "agency", party)
