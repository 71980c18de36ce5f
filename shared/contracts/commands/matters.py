"""What may be told of a matter of law: its steps, reports, arrest, detention and diversion (SABAH)."""

from typing import Annotated, Final, Literal, TypeAlias
from uuid import UUID

from pydantic import Field

from shared.contracts.commands.deciders import ForRouting
from shared.contracts.directory.codes import PartyCode
from shared.contracts.diversions import Consenter, Order, WithoutVictim
from shared.contracts.model import AboutChild, Activity, MatterOutcome, Officer, Stage, Suspect

Step: TypeAlias = Literal[
    "notice-of-investigation-sent",
    "prosecutor-consulted",
    "prosecutor-told-of-diversion",
    "file-at-prosecutor",
    "file-at-court",
    "judge-appointed",
    "agreement-submitted",
    "agreement-ruled-on",
    "ruling-told",
    "diversion-breach-reported",
    "diversion-breach-followed-up",
    "seizure-requested",
    "seizure-ruled-on",
    "verdict-read",
    "verdict-extract-given",
    "verdict-copy-given",
    "joint-decision-at-court",
    "programme-reported",
    "programme-ended",
    "sexual-violence-reported-to-unit",
    "sexual-violence-reported-to-police",
]
"""Steps that the law names and that start or end a limit (R29-R58); bodies of justice tell of theirs."""


class OpenMatter(ForRouting):
    """Tell that an investigation began, and what the child is in it; its age is that at the offence (R0.2, R29-R34)."""

    threat: Literal["under-7", "7-or-more", "unknown"] = "unknown"
    repeat: bool | None = None
    suspect: Suspect = "unknown"
    about_child: AboutChild


class RecordStep(ForRouting):
    """Tell of a step that the law asks of police, prosecutor, court or house (R153)."""

    matter: UUID
    step: Step


class RequestReport(ForRouting):
    """Ask for a *litmas* or a *laporan sosial* (R31)."""

    matter: UUID
    kind: Literal["litmas", "social-report"]


class DeliverReport(ForRouting):
    """The report lies before who asked for it (R32, R33)."""

    report: UUID


class RecordArrest(ForRouting):
    """Tell of an arrest (R46)."""

    matter: UUID


class RecordDetention(ForRouting):
    """Tell that detention of a stage began, where, and whether somebody vouches for the child (R47-R51, R60, R61)."""

    matter: UUID
    stage: Stage
    held_by: PartyCode
    guaranteed: bool = False


class RecordExtension(ForRouting):
    """Tell that the detention of a stage was extended, for how many days (R47-R51)."""

    detention: UUID
    days: Annotated[int, Field(ge=1, le=60)]


class RecordRelease(ForRouting):
    """Tell that the child is free (R52)."""

    matter: UUID
    why: Literal["limit-reached", "not-needed", "guaranteed", "diverted", "ended", "other"]


class OpenDiversion(ForRouting):
    """Tell that diversion is tried (R20, R34)."""

    matter: UUID
    stage: Stage


class RecordDiversion(ForRouting):
    """Tell what became of it; of an agreement, who consented and what it asks to be done (R24, R25, R27)."""

    diversion: UUID
    outcome: Literal["agreed", "not-agreed", "not-carried-out"]
    consents: Annotated[tuple[Consenter, ...], Field(max_length=4)] = ()
    without_victim: WithoutVictim | None = None
    orders: Annotated[tuple[Order, ...], Field(max_length=20)] = ()


class RecordOrder(ForRouting):
    """Tell what became of what an agreement asked for (R25, R26)."""

    order: UUID
    outcome: Literal["carried-out", "not-carried-out"]


class DecideJointly(ForRouting):
    """Tell what was decided about a child under twelve, and who decided it: all three must (R19)."""

    matter: UUID
    decision: Literal["return-to-parents", "programme"]
    decided_by: tuple[PartyCode, ...]


class EndMatter(ForRouting):
    """Tell that nothing more is done in a matter."""

    matter: UUID
    why: MatterOutcome


class LogActivity(ForRouting):
    """Tell what a social worker did for the child (R69); in a matter or at a hearing, where it was for one."""

    kind: Activity
    officer: Officer
    matter: UUID | None = None
    hearing: UUID | None = None


COMMANDS: Final = (
    OpenMatter,
    RecordStep,
    RequestReport,
    DeliverReport,
    RecordArrest,
    RecordDetention,
    RecordExtension,
    RecordRelease,
    OpenDiversion,
    RecordDiversion,
    DecideJointly,
    RecordOrder,
    EndMatter,
    LogActivity,
)
