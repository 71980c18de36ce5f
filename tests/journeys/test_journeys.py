"""What becomes of children while services, database and broker die under them: the same as on a quiet day."""

import pytest

from tests.journeys import faults, harm
from tests.journeys.city import CHILDREN, Town
from tests.journeys.faults import Fault
from tests.journeys.whole import Outcome, whole

pytestmark = [
    *(pytest.mark.journey, pytest.mark.embedded, pytest.mark.slow),
    # of the agencies' own client, in this process, whose broker is killed while it connects; services are others
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SEED = 1


def test_on_a_quiet_day_every_case_is_closed_and_every_invariant_holds(calm: Outcome) -> None:
    assert calm.wrong == []
    assert calm.types["case-closed"] == CHILDREN
    assert {"referral-declined", "waitlisted", "admitted-to-rpsa", "escorted-to-hearing"} <= calm.types.keys()


@pytest.mark.parametrize("fault", [*faults.FAULTS, *harm.FAULTS], ids=lambda fault: fault.__name__)
async def test_each_child_ends_as_on_a_quiet_day(fault: Fault, town: Town, calm: Outcome, went: list[Outcome]) -> None:
    outcome = await whole(town, fault, children=CHILDREN, seed=SEED, calm=calm.ending)
    went.append(outcome)

    assert outcome.wrong == []
    assert outcome.faults > 0
