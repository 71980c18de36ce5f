"""The state of a case in shelter: its own stream and what it keeps of the three that it hears."""

from collections.abc import Iterator
from uuid import UUID

import msgspec

from services.shelter.domain import custody, escort, handover, stay, wait
from services.shelter.domain.custody import Custody
from services.shelter.domain.escort import Escorts
from services.shelter.domain.handover import Handovers
from services.shelter.domain.heard import Cases, Child, Proceedings, Referrals
from services.shelter.domain.line import StayRow, WaitRow
from services.shelter.domain.stay import OPEN, Stay, Stays
from services.shelter.domain.wait import Waits
from shared.contracts import message
from shared.contracts.directory.codes import HouseKind
from shared.contracts.message import Message
from shared.contracts.model import Fact
from shared.contracts.placements import Discharged
from shared.contracts.transitions import fits


class Placements(message.Part, frozen=True):
    """What the placements' own facts made of it, a field for each noun."""

    custody: Custody = Custody()
    handovers: Handovers = msgspec.field(default_factory=dict)
    escorts: Escorts = msgspec.field(default_factory=dict)
    stays: Stays = msgspec.field(default_factory=dict)
    waits: Waits = msgspec.field(default_factory=dict)

    def admitted(self) -> tuple[UUID, ...]:
        """Return the stay that the child sleeps in, or nothing."""
        return tuple(id_ for id_, it in self.stays.items() if fits(stay.TABLE, it.status, Discharged))

    def bed_of(self, kind: HouseKind) -> tuple[UUID, Stay] | None:
        """Return the open stay in a kind of house, with its id."""
        return next(((id_, it) for id_, it in self.stays.items() if it.status in OPEN and it.kind == kind), None)


def evolve(part: Placements, message: Message) -> Placements:
    """Evolve by any fact of `placements`: each noun changes its own field."""
    return Placements(
        custody=custody.evolve(part.custody, message),
        handovers=handover.evolve(part.handovers, message),
        escorts=escort.evolve(part.escorts, message),
        stays=stay.evolve(part.stays, message),
        waits=wait.evolve(part.waits, message),
    )


class State(message.State, frozen=True):
    """One case."""

    cases: Cases = Cases()
    referrals: Referrals = Referrals()
    proceedings: Proceedings = Proceedings()
    placements: Placements = Placements()

    def after(self, cause: Message, *facts: Fact) -> "State":
        """Return the state as facts of our own would leave it, to decide as if they had been said."""
        placements = self.placements
        for fact in facts:
            said = Message(body=fact, subject=cause.subject, time=cause.time, stream="placements")
            placements = evolve(placements, said)
        return msgspec.structs.replace(self, placements=placements)

    def child(self, referral: UUID) -> Child:
        """Return what a bed depends on: as referred, and as corrected by Dinsos since."""
        asked = self.referrals.shelter.get(referral)
        known, corrected = asked.child if asked else Child(), self.cases.child
        age = corrected.age if corrected.age is not None else known.age
        return Child(age, corrected.sex if corrected.sex != "unknown" else known.sex)

    def beds(self, subject: UUID) -> Iterator[StayRow | WaitRow]:
        """Return this case's rows of what all cases share."""
        yield from stay.rows(subject, self.placements.stays)
        yield from wait.rows(subject, self)
