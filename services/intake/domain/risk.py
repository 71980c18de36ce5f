"""Risk: how soon somebody must act (R122); assessed as often as the situation changes."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import msgspec

from services.intake.domain.may import WORKER, Rights
from services.intake.policy import Policy
from shared.contracts.cases import RiskAssessed
from shared.contracts.commands import AssessRisk
from shared.contracts.directory.codes import Risk
from shared.contracts.message import Events, Message, Refusal

if TYPE_CHECKING:
    from services.intake.domain.state import State

MAY: Rights = {AssessRisk: WORKER}


class Assessed(msgspec.Struct, frozen=True):
    """The last assessment."""

    risk: Risk
    at: datetime


class RiskRow(NamedTuple):
    """Table `risks`: the last assessment of each case."""

    subject: UUID
    risk: str
    assessed_at: datetime


def assess(_state: "State", message: Message, now: datetime, *, policy: Policy) -> Events | Refusal:
    """Take an assessment; a second one with the same result is a fact too, for it was made anew (R138).

    How soon the child itself must be assessed runs from then (R122).
    """
    command = message.body
    assert isinstance(command, AssessRisk)
    due = policy.due("assess", command.risk, now)
    return [RiskAssessed(risk=command.risk, assess_by=due, occurred_at=command.occurred_at)]


def assessed(was: Assessed | None, message: Message) -> Assessed | None:
    """Evolve by `risk-assessed`: the latest by when it was made, for paper arrives late."""
    fact = message.body
    assert isinstance(fact, RiskAssessed)
    return was if was and was.at > fact.occurred_at else Assessed(fact.risk, fact.occurred_at)


def rows(subject: UUID, last: Assessed | None) -> Iterator[RiskRow]:
    """Return the row of the last assessment, where there is one."""
    if last:
        yield RiskRow(subject, last.risk, last.at)
