"""What may be asked about a hearing, and who accompanies the child to it."""

from typing import Final, Literal
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.commands.deciders import ForRouting
from shared.contracts.model import Forum, Officer


class ScheduleHearing(ForRouting):
    """A diversion meeting or a court hearing is set (R22, R64)."""

    forum: Forum
    at: AwareDatetime


class AssignCompanion(ForRouting):
    """Name who accompanies the child (R64, R69)."""

    hearing: UUID
    officer: Officer


class RecordHearing(ForRouting):
    """Tell how the hearing went."""

    hearing: UUID
    outcome: Literal["agreed", "not-agreed", "adjourned", "decided", "returned-to-parents"]


class CancelHearing(ForRouting):
    """The hearing will not take place."""

    hearing: UUID


COMMANDS: Final = (ScheduleHearing, AssignCompanion, RecordHearing, CancelHearing)
