"""The four services as they are deployed, but for fewer partitions and fewer beds, so that there is more to quarrel over."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from services.intake.domain import domain as intake
from services.intake.policy import Policy
from services.notifications.domain import Readers
from services.notifications.domain import domain as notifications
from services.notifications.policy import reminders
from services.routing.domain import domain as routing
from services.routing.law import Law
from services.routing.policy import Policies
from services.shelter import data
from services.shelter.domain import domain as shelter
from services.shelter.domain.house import Houses
from shared.contracts.directory import Directory
from shared.contracts.message import Deadline, Decide, Domain, Events, Message, Refusal, Woken
from shared.contracts.profiles import Profiles
from shared.contracts.topics import STREAMS, Stream
from shared.runtime.wiring import Wiring

START: Final = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
"""22:00 WITA on a Monday."""
LANES: Final = 3

Fires = Callable[[str, UUID, datetime], None]


class Data(NamedTuple):
    """What is read from files, once for all seeds."""

    directory: Directory
    policies: Policies
    profiles: Profiles
    streams: dict[str, Stream]


@cache
def packaged() -> Data:
    directory = Directory.load(START.date())
    streams = {name: replace(s, partitions=LANES) if s.partitions > 1 else s for name, s in STREAMS.items()}
    return Data(directory, Policies.load(directory), Profiles.load(), streams)


@cache
def without_beds() -> tuple[Domain, Domain, Domain]:
    """Intake, routing and notifications."""
    at = packaged()
    parties = {party.code: party.profile for party in at.directory.parties}
    return (
        intake(at.directory, Policy.load()),
        routing(policies=at.policies, directory=at.directory, law=Law.load()),
        notifications(Readers(at.profiles, parties), reminders()),
    )


def houses(chance: random.Random) -> Houses:
    """Two protection shelters for any child, with a handful of beds between them, and the other houses as they are."""
    units = data.houses().units
    some = next(unit for unit in units if unit.kind == "rpsa")
    small = [
        replace(
            some, house=code, name="semua", sex="mixed", ages=(0, 17), beds=range(1, chance.choice((1, 2, 3, 5)) + 1)
        )
        for code in ("rpsa", "rpsa-dua")
    ]
    return Houses((*small, *(unit for unit in units if unit.kind != "rpsa")))


def wirings(chance: random.Random, beds: Houses, fires: Fires) -> list[Wiring]:
    """The four services of one run. `fires` is told of each deadline before it is decided upon."""
    domains = [*without_beds(), shelter(beds, data.limits())]
    token_key, streams = chance.randbytes(32), packaged().streams
    return [Wiring(_watched(domain, fires), token_key, streams=streams, lanes=LANES) for domain in domains]


def _watched(domain: Domain, fires: Fires) -> Domain:
    dues = {kind: decide for kind, decide in domain.decides.items() if issubclass(kind, Deadline) and kind is not Woken}
    return replace(domain, decides={**domain.decides, **{kind: _seen(domain, dues[kind], fires) for kind in dues}})


def _seen(domain: Domain, decide: Decide, fires: Fires) -> Decide:
    def seen(state: Any, message: Message, now: datetime) -> Events | Refusal:
        assert isinstance(message.body, Deadline)
        fires(domain.name, message.subject, domain.deadlines(state)[message.body])
        return decide(state, message, now)

    return seen
