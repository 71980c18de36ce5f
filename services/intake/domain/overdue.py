"""Overdue: what was not done in time is said once, and the coordinator is told (R122, R127)."""

from datetime import datetime
from typing import Final

from shared.contracts.casework import Duty, Step, WorkOverdue

TOLD: Final = Duty(agency="dinsos", role="coordinator")
"""Who must see to it (R145, R130)."""


def overdue(step: Step, due: datetime, now: datetime) -> WorkOverdue:
    """Return the fact that a step was due and is not done."""
    return WorkOverdue(step=step, due=due, duty=TOLD, occurred_at=now)
