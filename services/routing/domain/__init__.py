"""Routing as pure functions, composed: what decides and what evolves stands in `deciding` and `evolving`."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from uuid import UUID

from services.routing.domain import clock, hearing, order, referral
from services.routing.domain.clock import ClockRow
from services.routing.domain.deciding import DECIDES, MAY, bound
from services.routing.domain.evolving import EVOLVES, STEPS, STREAMS, by_message
from services.routing.domain.hearing import HearingRow
from services.routing.domain.referral import OwnerRow, ReferralRow
from services.routing.domain.state import State
from services.routing.law import Law
from services.routing.policy import Policies
from shared.contracts.directory import Directory
from shared.contracts.message import Deadline, Domain, Table
from shared.contracts.topics import heard_by, spoken_by

__all__ = ["DECIDES", "EVOLVES", "MAY", "STEPS", "State", "domain"]


def domain(*, policies: Policies, directory: Directory, law: Law) -> Domain:
    """Compose routing from its policy, the law and the directory."""
    return Domain(
        name="routing",
        state=State,
        speaks=spoken_by("routing"),
        hears=heard_by("routing"),
        streams=STREAMS,
        evolves={fact: by_message(step) for fact, step in STEPS.items()},
        decides={body: bound(rule, policies, directory, law) for body, rule in DECIDES.items()},
        deadlines=deadlines,
        rows=rows,
        tables={
            OwnerRow: Table("owners"),
            ReferralRow: Table("referrals", 2),
            HearingRow: Table("hearings", 2),
            ClockRow: Table("clocks", 2),
        },
        aliases=aliases,
    )


def deadlines(state: State) -> dict[Deadline, datetime]:
    """Return every answer and every companion that is awaited, and until when; and when each clock has news."""
    return {
        **referral.deadlines(state.referrals),
        **hearing.deadlines(state.proceedings),
        **order.deadlines(state.proceedings.matters),
        **clock.deadlines(state.clocks),
    }


def rows(subject: UUID, state: State) -> Iterator[OwnerRow | ReferralRow | HearingRow | ClockRow]:
    """Return the whole read model of a case."""
    return chain(
        referral.owner_rows(subject, state.referrals, closed=state.cases.closed),
        referral.rows(subject, state.referrals, state.deliveries.reminded),
        hearing.rows(subject, state.proceedings),
        clock.rows(subject, state.clocks),
    )


def aliases(state: State) -> Iterator[UUID]:
    """Return the ids of referrals, by which agencies that may not know the case name it."""
    return iter(state.referrals.by_id)
