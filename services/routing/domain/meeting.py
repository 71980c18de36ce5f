"""The diversion meeting: who must take part, whose consent an agreement needs, and who is left out (R22, R24, R65)."""

from collections.abc import Collection
from typing import Final

from services.routing.domain.matter import Matter
from shared.contracts.commands import RecordDiversion
from shared.contracts.diversions import Attendance, Consenter, Participant
from shared.contracts.message import Refusal

MANDATORY: Final[frozenset[Participant]] = frozenset(
    {"child", "parent", "victim", "probation-officer", "social-worker"}
)
"""Of each must be told that it was there, or why not (R22)."""
FAMILY: Final[frozenset[Consenter]] = frozenset({"parent", "social-worker"})
"""Who is willing for the child's family; the social worker stands in where no parent can (R65)."""


def complete(attendance: Collection[Attendance]) -> bool:
    """Tell whether something was told of all who must take part."""
    return {each.who for each in attendance} >= MANDATORY


def unfit(attendance: Collection[Attendance], matter: Matter | None) -> Refusal | None:
    """Say why a meeting is not one: somebody is missing without a reason, or a parent was there who is a suspect."""
    there = {each.who for each in attendance if each.absent is None}
    if matter and matter.parent_suspected and "parent" in there:
        return Refusal("companion-excluded", ("dinsos", "sakti-peksos"))
    return None if complete(attendance) else Refusal("participants-missing", ("polresta", "kejari", "pn"))


def consented(command: RecordDiversion, matter: Matter) -> bool:
    """Tell whether all have agreed who must: the child, its family, and the victim but for the law's exceptions."""
    family = FAMILY - {"parent"} if matter.parent_suspected else FAMILY
    willing = "child" in command.consents and not family.isdisjoint(command.consents)
    return willing and ("victim" in command.consents or command.without_victim is not None)
