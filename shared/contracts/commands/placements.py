"""What may be asked about who has a child and where it sleeps: hand over, admit, escort, discharge."""

from typing import Final
from uuid import UUID

from shared.contracts.commands.deciders import ForShelter
from shared.contracts.directory.codes import DischargeOutcome, PartyCode
from shared.contracts.model import Custodian


class OfferHandover(ForShelter):
    """The custodian offers the child to another party (R87a)."""

    to: PartyCode


class AcceptHandover(ForShelter):
    """The receiver takes the child (R87a)."""

    handover: UUID


class DeclineHandover(ForShelter):
    """The receiver does not take the child."""

    handover: UUID


class AdmitChild(ForShelter):
    """The house takes the child into the bed that is held for it."""

    stay: UUID


class ReleaseHold(ForShelter):
    """The bed is not needed any more."""

    stay: UUID


class DepartEscort(ForShelter):
    """Leave with the child for a hearing."""

    hearing: UUID


class ArriveEscort(ForShelter):
    """The child is at the hearing."""

    escort: UUID


class ReturnEscort(ForShelter):
    """The child is back."""

    escort: UUID


class DischargeChild(ForShelter):
    """End the stay or the care: the child goes to `to` (R80)."""

    to: Custodian
    outcome: DischargeOutcome


class ReportMissing(ForShelter):
    """The child is gone."""


class AskWhereabouts(ForShelter):
    """Where is the child? Answered to Dinsos and to the two parties of a leg, to nobody else (R88)."""


COMMANDS: Final = (
    OfferHandover,
    AcceptHandover,
    DeclineHandover,
    AdmitChild,
    ReleaseHold,
    DepartEscort,
    ArriveEscort,
    ReturnEscort,
    DischargeChild,
    ReportMissing,
    AskWhereabouts,
)
