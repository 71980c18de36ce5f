"""Stream `clocks`, spoken by routing: every limit of law that runs on a child, from its start to its end (R59)."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.directory.codes import AgencyCode, PartyCode
from shared.contracts.model import Code, Fact, Reason

Percent = Annotated[int, Field(ge=1, le=100)]
"""Of the time from the start to the end, in hundredths."""


class OfClock(Fact):
    """What every fact about a clock tells: which one, by which row of law, whose it is, and who else must know.

    Nobody owns a limit of a body outside the programme; `told` may still name who has the child.
    """

    clock: UUID
    rule: Reason
    owner: PartyCode | None = None
    told: tuple[PartyCode, ...] = ()


class RunsUntil(OfClock):
    """Until when a clock runs, when it warns, and what follows.

    `warns_only`: nobody has confirmed the row of law, so that it never breaches.
    """

    started_at: AwareDatetime
    due: AwareDatetime
    warn_at: tuple[Percent, ...] = ()
    consequence: Code
    warns_only: bool = False


class ClockStarted(RunsUntil):
    """A limit began to run on what `thing` names, by the law as it was at `started_at` (R59).

    `kind`: those that Dinsos or a house owes escalate, those of police and courts are only observed (R153).
    """

    of: Code
    thing: UUID | None = None
    kind: Literal["owned", "observed"]


class ClockExtended(OfClock):
    """Whoever may by law has extended it: it was due at `was`, and is now due at `due`."""

    was: AwareDatetime
    due: AwareDatetime


class ClockWarned(OfClock):
    """So much of the time has passed; at 100 all of it, by a row that nobody has confirmed and that only warns."""

    due: AwareDatetime
    percent: Percent


class ClockSatisfied(OfClock):
    """What had to be done was done; `late`: after it was due."""

    late: bool


class ClockStopped(OfClock):
    """There is nothing left to do, for another reason than that it was done."""


class ClockBreached(OfClock):
    """The time has passed and what had to be done was not; `escalated_to` must act, where the limit is ours."""

    due: AwareDatetime
    consequence: Code
    escalated_to: AgencyCode | None = None


class ClockCorrected(RunsUntil):
    """A fact that came late, or was told anew, moved it: it was due at `was`. What it had become is taken back."""

    was: AwareDatetime
    why: Code


CLOCKS = (
    ClockStarted,
    ClockExtended,
    ClockWarned,
    ClockSatisfied,
    ClockStopped,
    ClockBreached,
    ClockCorrected,
)
