"""Who may send a command: a role of whoever has the child, of the receiver, or of the house's own staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from services.shelter.domain.keeper import DINSOS
from shared.contracts.directory.codes import Who
from shared.contracts.message import Caller, Decide, Refusal
from shared.contracts.model import Command

if TYPE_CHECKING:
    from datetime import datetime

    from services.shelter.domain.state import State
    from shared.contracts.message import Events, Message


@dataclass(frozen=True, slots=True)
class May:
    """Who may: an agency's own system has the rights of its agency; an officer needs one of `roles`.

    `dinsos` tells whether only Dinsos may, whose the houses are; which party it must be otherwise is a matter of who
    has the child, and decided with it. `could` is whom a refusal names; `closed` whether a closed case allows it.
    """

    roles: frozenset[str]
    dinsos: bool = False
    could: Who = "house-staff"
    closed: bool = False


GIVE: Final = May(frozenset({"officer", "intake", "house", "coordinator"}), could="custodian")
"""Whoever of a party takes and gives children."""
ESCORT: Final = May(frozenset({"officer", "companion", "house", "coordinator"}), could="custodian")
"""Whoever of a party goes with children."""
HOUSE: Final = May(frozenset({"house", "coordinator"}), dinsos=True)
"""The staff of the house."""
CARE: Final = May(frozenset({"officer", "house", "coordinator"}), dinsos=True)
"""Dinsos, whoever of it cares for children."""
ASK: Final = May(frozenset({"officer", "intake", "companion", "house", "coordinator"}), closed=True)
"""Anybody may ask."""

Rights: TypeAlias = Mapping[type[Command], May]


def guarded(may: May, decide: Decide) -> Decide:
    """Wrap a decision upon a case: the case must be known, the caller permitted, and the case open where needed."""

    def guard(state: "State", message: "Message", now: "datetime") -> "Events | Refusal":
        if state.cases.identified is None:
            return Refusal("unknown-case")
        if not permitted(may, message.caller):
            return Refusal("not-permitted", (may.could,))
        if state.cases.closed and not may.closed:
            return Refusal("case-closed", ("case-owner",))
        return decide(state, message, now)

    return guard


def permitted(may: May, caller: Caller) -> bool:
    """Tell whether a caller may."""
    return caller.acts_as(may.roles) and (not may.dinsos or caller.agency == DINSOS)
