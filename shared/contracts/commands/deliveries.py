"""What an agency tells of the notices that it got."""

from typing import Final

from shared.contracts.commands.deciders import ForNotifications
from shared.contracts.model import Code


class ConfirmProcessed(ForNotifications):
    """Our system has done what the notice was for."""

    notice: Code


COMMANDS: Final = (ConfirmProcessed,)
