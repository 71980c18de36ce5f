"""Who may send which command: the agency asked, the owner of the case, or those whose forum it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias
from uuid import UUID

from services.routing.domain.given import Given
from shared.contracts.message import Refusal
from shared.contracts.model import Command

WORKERS: Final = frozenset({"officer", "intake", "coordinator"})
COORDINATORS: Final = frozenset({"coordinator"})
CARERS: Final = WORKERS | {"companion", "house"}
"""Whoever is with the child may tell that a service began, ended or was held."""

NOT_YOURS: Final = Refusal("not-permitted", ("case-owner",))

Parties: TypeAlias = Callable[[Given, Any], frozenset[str] | Refusal]


class AboutReferral(Protocol):
    """A command about one referral."""

    @property
    def referral(self) -> UUID: ...  # noqa: D102  # the class says it


@dataclass(frozen=True, slots=True)
class May:
    """Who may: `parties` are the agencies, an agency's own system has all its rights, an officer needs one of `roles`.

    `refusal` answers others, naming who could. `begins` tells that it begins something, which no closed case allows.
    """

    parties: Parties
    roles: frozenset[str] = WORKERS
    refusal: Refusal = NOT_YOURS
    begins: bool = False


Rights: TypeAlias = Mapping[type[Command], May]


def asked(given: Given, command: AboutReferral) -> frozenset[str] | Refusal:
    """Name the agency that a referral asks."""
    referral = given.referrals.get(command.referral)
    return frozenset({referral.agency}) if referral else Refusal("unknown-referral", ("sender",))


def sender(given: Given, command: AboutReferral) -> frozenset[str] | Refusal:
    """Name who sent a referral: always the owner of the case (R148)."""
    return owner(given, command) if command.referral in given.referrals else Refusal("unknown-referral", ("sender",))


def owner(given: Given, _: object) -> frozenset[str]:
    """Name the owner of the case."""
    return frozenset({given.state.referrals.owner} if given.state.referrals.owner else ())


def stranger(given: Given, command: Command, may: May) -> Refusal | None:
    """Tell why a command may not be decided at all, or None where it may."""
    if given.state.cases.source is None:
        return Refusal("unknown-case")
    parties = may.parties(given, command)
    if isinstance(parties, Refusal):
        return parties
    if given.agency not in parties:
        return may.refusal
    if not given.message.caller.acts_as(may.roles):
        return Refusal("not-permitted", may.refusal.who_could)
    return Refusal("case-closed", ("case-owner",)) if may.begins and given.state.cases.closed else None
