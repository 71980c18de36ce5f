"""The state of a case in routing: a part for each stream."""

from services.routing.domain.child import Cases
from services.routing.domain.clock import Clocks
from services.routing.domain.delivery import Deliveries
from services.routing.domain.hearing import Proceedings
from services.routing.domain.placement import Placements
from services.routing.domain.referral import Referrals
from shared.contracts import message


class State(message.State, frozen=True):
    """Each part is changed by the facts of the stream it is named after, and by nothing else."""

    cases: Cases = Cases()
    referrals: Referrals = Referrals()
    proceedings: Proceedings = Proceedings()
    placements: Placements = Placements()
    deliveries: Deliveries = Deliveries()
    clocks: Clocks = Clocks()
