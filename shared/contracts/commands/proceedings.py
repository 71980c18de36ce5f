"""What may be asked about a hearing, and who accompanies the child to it."""

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.commands.deciders import ForRouting
from shared.contracts.diversions import Attendance
from shared.contracts.model import Forum, Officer


class ScheduleHearing(ForRouting):
    """A diversion meeting or a court hearing is set (R22, R64)."""

    forum: Forum
    at: AwareDatetime
    matter: UUID | None = None
    """Which matter it is in, where one was opened."""
    verdict: bool = False
    """The verdict is read: the one part of a hearing that is open to others (R63, R68)."""


class AssignCompanion(ForRouting):
    """Name who accompanies the child (R64, R69)."""

    hearing: UUID
    officer: Officer


class RecordHearing(ForRouting):
    """Tell how the hearing went."""

    hearing: UUID
    outcome: Literal["agreed", "not-agreed", "adjourned", "decided", "returned-to-parents"]
    attendance: Annotated[tuple[Attendance, ...], Field(max_length=20)] = ()
    """Of a diversion meeting: who was there, and why others were not (R22)."""


class CancelHearing(ForRouting):
    """The hearing will not take place."""

    hearing: UUID


COMMANDS: Final = (ScheduleHearing, AssignCompanion, RecordHearing, CancelHearing)
