"""What routing has heard of deliveries: how often an agency was reminded of its answer."""

from uuid import UUID

import msgspec

from shared.contracts.message import Part
from shared.contracts.model import AboutChild
from shared.contracts.outcomes import ReminderSent


class Deliveries(Part, frozen=True):
    """The part that `deliveries` makes: referral -> reminders sent."""

    reminded: dict[UUID, int] = msgspec.field(default_factory=dict)


def reminded(part: Deliveries, fact: ReminderSent, _: AboutChild) -> Deliveries:
    """Evolve by `reminder-sent`."""
    count = part.reminded.get(fact.referral, 0) + 1
    return msgspec.structs.replace(part, reminded={**part.reminded, fact.referral: count})
