"""Deadlines on real PostgreSQL: none fires before the logs were read to their ends, for an answer may lie there."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast
from uuid import uuid4

from shared.contracts.cases import RiskAssessed
from shared.runtime.clockwork import Clockwork
from shared.runtime.subscription import Subscription
from shared.runtime.turns import Place
from tests.runtime.conftest import MakePool
from tests.runtime.desk import a_desk
from tests.runtime.speaker import Speaker
from tests.runtime.toy import START, TOY, AnswerBy, Toy


class Reading:
    """A subscription as far as deadlines ask for it: which lanes it holds, and whether logs were read to their ends."""

    def __init__(self) -> None:
        self.ends_reached, self.asked = False, set[Place]()

    def lanes(self) -> list[int]:
        return list(range(12))

    async def reached(self, places: Sequence[Place]) -> bool:
        self.asked |= set(places)
        return self.ends_reached


def overdue(state: Toy) -> dict[Any, Any]:
    until = state.referrals.until
    return {AnswerBy(): until - timedelta(hours=2)} if until else {}


async def test_no_deadline_fires_while_an_answer_may_still_lie_unread_in_the_log(
    pool_on: MakePool, intake: Speaker
) -> None:
    desk, reading = a_desk(await pool_on(), replace(TOY, deadlines=overdue)), Reading()
    clockwork = Clockwork(desk.turns, cast("Subscription", reading), asyncio.Event())
    await desk.reads(*intake.says(uuid4(), RiskAssessed(occurred_at=START, risk="low")))

    await clockwork.fire()
    assert await desk.said() == ["referrals:1"]
    assert {topic for topic, _ in reading.asked} == set(desk.turns.wiring.topics)

    reading.ends_reached = True
    await clockwork.fire()
    assert await desk.said() == ["referrals:1", "referrals:2"]
