"""What social workers do for a child before the law, told as one of the eight duties of theirs (R69)."""

from typing import Final

from services.routing.domain.given import Given, Outcome
from services.routing.domain.may import CARERS, May, Rights
from services.routing.domain.opening import UNKNOWN
from services.routing.domain.scheduling import UNKNOWN as UNKNOWN_HEARING
from services.routing.domain.scheduling import accompanying
from shared.contracts.commands import LogActivity
from shared.contracts.message import Refusal
from shared.contracts.proceedings import ActivityLogged

WORKERS: Final = frozenset({"dinsos", "sakti-peksos"})
"""Whose social workers they are, beside whoever accepted to accompany the child."""


def social_workers(given: Given, _: LogActivity) -> frozenset[str]:
    """Name who may tell of what it did."""
    return WORKERS | accompanying(given)


MAY: Rights = {LogActivity: May(social_workers, CARERS, Refusal("not-permitted", ("dinsos", "sakti-peksos")))}


def log(given: Given, command: LogActivity) -> Outcome:
    """Note what was done, of which kind, by whom, and in which matter or at which hearing, where it was for one."""
    if command.matter is not None and command.matter not in given.matters.by_id:
        return UNKNOWN
    if command.hearing is not None and command.hearing not in given.hearings:
        return UNKNOWN_HEARING
    return [
        ActivityLogged(
            activity=given.message.draw(),
            kind=command.kind,
            by=given.party,
            officer=command.officer,
            matter=command.matter,
            hearing=command.hearing,
            occurred_at=command.occurred_at,
        )
    ]
