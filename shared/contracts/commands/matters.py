"""What may be told of a matter of law: its steps, reports, arrest, detention and diversion (SABAH)."""

from typing import Annotated, Final, Literal, TypeAlias
from uuid import UUID

from pydantic import Field

from shared.contracts.commands.deciders import ForRouting
from shared.contracts.directory.codes import PartyCode
from shared.contracts.model import AboutChild, Stage

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
    """Tell what became of it (R24, R27)."""

    diversion: UUID
    outcome: Literal["agreed", "not-agreed", "not-carried-out"]


class DecideJointly(ForRouting):
    """Tell what was decided about a child under twelve, and who decided it: all three must (R19)."""

    matter: UUID
    decision: Literal["return-to-parents", "programme"]
    decided_by: tuple[PartyCode, ...]


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
)
