"""What a diversion meeting needs and brings: who attends, who consents, and what is ordered (R22, R24, R25)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from shared.contracts.directory.codes import PartyCode
from shared.contracts.model import Value

Participant: TypeAlias = Literal[
    "child", "parent", "victim", "probation-officer", "social-worker", "welfare-worker", "community"
]
"""`parent` is also a guardian; `victim` is also the victim's parent or guardian, where there is a victim (R22)."""

Absence: TypeAlias = Literal["ill", "not-found", "refused", "excluded", "nobody-there", "other"]
"""Why somebody was not there: `excluded` as a suspect (R65), `nobody-there` where there is no such person."""

Consenter: TypeAlias = Literal["child", "parent", "victim", "social-worker"]
"""The social worker stands in for a parent that is excluded or not there (R24, R65)."""

WithoutVictim: TypeAlias = Literal["violation", "light-offence", "victimless", "small-loss"]
"""Where an agreement needs no consent of a victim: what was done, or a loss within the local minimum wage (R24)."""

OrderKind: TypeAlias = Literal[
    "peace",
    "compensation",
    "medical-rehabilitation",
    "psychosocial-rehabilitation",
    "return-to-parents",
    "education-or-training",
    "community-service",
]
"""What an agreement can bring (R25)."""


class Attendance(Value):
    """One who takes part in the meeting, and why not, where it was not there (R22)."""

    who: Participant
    absent: Absence | None = None


class Order(Value):
    """What is to be done after an agreement, through whom, and within how many days (R25)."""

    kind: OrderKind
    through: PartyCode
    days: Annotated[int, Field(ge=1, le=366)]
