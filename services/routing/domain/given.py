"""What a decision of routing goes by: the case, the message, the moment, and the tables of policy and law."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from services.routing.domain.hearing import Hearing
from services.routing.domain.matter import Matters
from services.routing.domain.referral import Referral
from services.routing.domain.state import State
from services.routing.law import Law
from services.routing.policy import Policies
from services.routing.policy.tables import Policy
from shared.contracts.directory import Directory
from shared.contracts.directory.codes import PartyCode
from shared.contracts.message import Events, Message, Refusal

Outcome: TypeAlias = Events | Refusal


@dataclass(frozen=True, slots=True)
class Given:
    """What every decider is given beside the body that it decides upon."""

    state: State
    message: Message
    now: datetime
    policies: Policies
    directory: Directory
    law: Law

    @property
    def policy(self) -> Policy:
        """The version in force now."""
        return self.policies.at(self.now)

    @property
    def agency(self) -> str:
        """Who sent the command."""
        return self.message.caller.agency

    @property
    def party(self) -> PartyCode:
        """The same, of a sender that the directory knows; raises `UnknownCodeError`."""
        return self.directory.party(self.agency).code

    @property
    def referrals(self) -> Mapping[UUID, Referral]:
        """All referrals of the case."""
        return self.state.referrals.by_id

    @property
    def hearings(self) -> Mapping[UUID, Hearing]:
        """All hearings of the case."""
        return self.state.proceedings.by_id

    @property
    def matters(self) -> Matters:
        """All matters of law of the case, with their reports, detentions and diversions."""
        return self.state.proceedings.matters
