"""Opening a matter of law, telling of its steps, and the joint decision about a child under twelve (R19, R29, R153)."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from services.routing.domain.given import Given, Outcome
from services.routing.domain.matter import TABLE, Matter
from services.routing.domain.may import CARERS, May, Rights
from shared.contracts.commands import DecideJointly, OpenMatter, RecordStep
from shared.contracts.directory.codes import PartyCode
from shared.contracts.message import Refusal, Say
from shared.contracts.model import UNSEALED
from shared.contracts.proceedings import JointlyDecided, MatterOpened, StepTaken
from shared.contracts.transitions import final, fits

JUSTICE: Final = frozenset({"polresta", "kejari", "pn"})
TELLERS: Final = JUSTICE | {"bapas", "lapas", "dinsos", "dp3akb"}
"""Bodies of justice tell of what is theirs; Dinsos and the unit for victims note what they are told (R153)."""
DECIDE: Final = frozenset({"polresta", "bapas", "dinsos"})
UNKNOWN: Final = Refusal("unknown-matter", ("sender",))
ENDED: Final = Refusal("matter-not-open", ("polresta", "kejari", "pn"))


def these(*parties: str) -> Callable[[Given, Any], frozenset[str]]:
    """Name the same parties whatever is asked."""
    named = frozenset(parties)
    return lambda _, __: named


MAY: Rights = {
    OpenMatter: May(these(*JUSTICE, "dinsos", "dp3akb"), refusal=Refusal("not-permitted", ("polresta",)), begins=True),
    RecordStep: May(these(*TELLERS), CARERS, Refusal("not-permitted", ("polresta", "kejari", "pn"))),
    DecideJointly: May(these(*DECIDE), refusal=Refusal("not-permitted", ("polresta", "bapas", "dinsos"))),
}


def open_matter(given: Given, command: OpenMatter) -> Outcome:
    """Open a matter; what the child is in it is sealed, and the registers of roles stay apart by it (R71)."""
    fact = MatterOpened(
        matter=given.message.draw(),
        by=given.party,
        threat=command.threat,
        repeat=command.repeat,
        suspect=command.suspect,
        about_child=UNSEALED,
        occurred_at=command.occurred_at,
    )
    return [Say(fact, about=command.about_child)]


def record_step(given: Given, command: RecordStep) -> Outcome:
    """Note a step of others; to tell it again with another time corrects it."""
    if command.matter not in given.matters.by_id:
        return UNKNOWN
    return [StepTaken(matter=command.matter, step=command.step, by=given.party, occurred_at=command.occurred_at)]


def decide_jointly(given: Given, command: DecideJointly) -> Outcome:
    """All three decide: investigator, probation officer and social worker; and only about a child under twelve."""
    matter = offender(given, command.matter)
    if isinstance(matter, Refusal):
        return matter
    older = matter.age_years is not None and not matter.under_12
    if older or not fits(TABLE, matter.status, JointlyDecided):
        return Refusal("not-under-12", ("polresta", "bapas", "dinsos"))
    if not _complete(command.decided_by):
        return Refusal("joint-decision-incomplete", ("polresta", "bapas", "dinsos"))
    return [JointlyDecided(matter=command.matter, decision=command.decision, occurred_at=command.occurred_at)]


def _complete(decided_by: tuple[PartyCode, ...]) -> bool:
    return {"polresta", "bapas"} <= set(decided_by) and bool({"dinsos", "sakti-peksos"} & set(decided_by))


def offender(given: Given, id_: UUID) -> Matter | Refusal:
    """Return a matter in which the child is the offender; a victim or witness is neither detained nor diverted."""
    matter = given.matters.by_id.get(id_)
    if matter is None:
        return UNKNOWN
    if matter.status in final(TABLE):
        return ENDED
    return matter if matter.role == "offender" else Refusal("not-an-offender", ("polresta",))


def younger(given: Given, matter: Matter, years: int) -> bool:
    """Tell whether the child was surely younger at the offence: its age then or, where nobody told it, its age now."""
    told = matter.age_years if matter.age_years is not None else given.state.cases.age_years
    return told is not None and told < years
