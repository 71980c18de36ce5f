"""Who may send a command: anyone, whoever takes part in the case, or Dinsos in a role."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from shared.contracts.message import Caller, Decide, Refusal
from shared.contracts.model import Command

if TYPE_CHECKING:
    from datetime import datetime

    from services.intake.domain.state import State
    from shared.contracts.message import Events, Message

DINSOS = "dinsos"
"""The agency that intake works for: it confirms, assesses, links and closes."""


@dataclass(frozen=True, slots=True)
class May:
    """Who may: an agency's own system has the rights of its agency; an officer needs one of `roles`.

    `closed` tells whether it may be done in a closed case too.
    """

    who: Literal["anyone", "party", "caseworker", "dinsos"]
    roles: frozenset[str] = frozenset({"officer", "intake", "coordinator", "house", "companion"})
    closed: bool = False


ANYONE = May("anyone", closed=True)
PARTY = May("party")
WORKER = May("dinsos", frozenset({"officer", "intake", "coordinator"}))
"""Dinsos, whoever of it works on cases."""
CASEWORKERS = May("caseworker", frozenset({"officer", "intake", "coordinator"}))
"""The same, and the party whose worker has the case (R86)."""
INTAKE = May("dinsos", frozenset({"intake", "coordinator"}))
"""Dinsos intake and its coordinator, whose acts need an overview of all cases (R150, R156)."""
ALSO_CLOSED = May(INTAKE.who, INTAKE.roles, closed=True)
"""The same, when a child comes back after its case was closed."""
COORDINATOR = May("dinsos", frozenset({"coordinator"}))
"""Who gives cases to workers and approves what they did (R130)."""

Rights: TypeAlias = Mapping[type[Command], May]


def guarded(may: May, decide: Decide) -> Decide:
    """Wrap a decision upon a case: the case must be known, the caller permitted, and the case open where needed."""

    def guard(state: "State", message: "Message", now: "datetime") -> "Events | Refusal":
        if state.cases.report is None:
            return Refusal("unknown-case")
        if not permitted(may, message.caller, state.parties(), state.cases.assignment.agency):
            return Refusal("not-permitted", (DINSOS,) if may.who == "dinsos" else ("case-owner",))
        if state.cases.closing.status == "closed" and not may.closed:
            return Refusal("case-closed", ("case-owner",))
        return decide(state, message, now)

    return guard


def permitted(may: May, caller: Caller, parties: frozenset[str], assigned: str = "") -> bool:
    """Tell whether `caller` may; `parties` take part in the case, and a worker of `assigned` has it."""
    agency = caller.agency
    of_those = {
        "anyone": True,
        "party": agency in parties,
        "caseworker": agency in {DINSOS, assigned},
        "dinsos": agency == DINSOS,
    }
    return caller.acts_as(may.roles) and of_those[may.who]
