"""Identity learnt later: it goes into the vault, and nothing of it is said in any stream."""

from datetime import datetime
from typing import TYPE_CHECKING

from services.intake.domain.may import PARTY, Rights
from shared.contracts.commands import AddIdentity
from shared.contracts.message import Events, Message, Refusal

if TYPE_CHECKING:
    from services.intake.domain.state import State

MAY: Rights = {AddIdentity: PARTY}


def add(_state: "State", message: Message, _now: datetime) -> Events | Refusal:
    """Take it, saying nothing; whether it can be opened was tried before, where the keys are."""
    assert isinstance(message.body, AddIdentity)
    return []
