"""What may be asked about the work on a case: who does it, and what the coordinator says to it."""

from typing import Final, Literal
from uuid import UUID

from shared.contracts.commands.deciders import ForIntake
from shared.contracts.directory.codes import ReturnReason
from shared.contracts.model import Officer


class AssignWorker(ForIntake):
    """Take a case oneself, or as the coordinator give it to a worker of Dinsos or of the corps (R86, R123)."""

    agency: Literal["dinsos", "sakti-peksos"] = "dinsos"
    worker: Officer | None = None
    """Whoever sends the command, where nobody is named."""


class GiveApproval(ForIntake):
    """Approve what somebody else has done (R130, R150)."""

    approval: UUID


class RefuseApproval(ForIntake):
    """Give it back, to be done anew (R130)."""

    approval: UUID
    reason: ReturnReason


COMMANDS: Final = (AssignWorker, GiveApproval, RefuseApproval)
