"""What nobody sends: deadlines come, subjects woken, messages that wait, commands not yet decided."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog

from shared.runtime.arrival import Arrival, DueCome, Poke, arrive
from shared.runtime.record import Record, lane_of
from shared.runtime.stopped import end_stopped
from shared.runtime.subscription import Subscription
from shared.runtime.turns import BadDeploy, Place, Turns

_SKEW: Final = "2 seconds"
"""How far the log's clock may lie behind the database's."""
_DUE: Final = """
SELECT key, now() - $2::text::interval AS by FROM subjects
WHERE next_due <= now() - $2::text::interval AND lane = ANY($1) AND NOT EXISTS (
    SELECT FROM waiting WHERE subject = key AND until > now() AND why <> 'unknown')
ORDER BY next_due LIMIT 200"""
_WOKEN: Final = "SELECT key FROM wakes WHERE since <= now() ORDER BY since LIMIT 200"
_UNSETTLED: Final = """
SELECT DISTINCT subject FROM waiting WHERE subject = ANY($1) AND until > now() AND why <> 'unknown'"""
_WAITING: Final = """
SELECT DISTINCT subject FROM (
    SELECT subject FROM waiting w WHERE release OR (until <= now() AND why IN ('early', 'unknown'))
        OR (why = 'unknown' AND (EXISTS (SELECT FROM subjects s WHERE s.key = w.subject)
                                 OR EXISTS (SELECT FROM aliases a WHERE a.alias = w.subject)))
    ORDER BY release DESC, id LIMIT 500) AS due"""
_ALARM: Final = """
SELECT subject, why FROM waiting WHERE until <= now() AND why NOT IN ('unknown', 'early') ORDER BY id LIMIT 20"""
_UNDECIDED: Final = "SELECT record FROM commands WHERE answer IS NULL AND record IS NOT NULL ORDER BY at LIMIT 200"
_NEW_RELEASE: Final = """
UPDATE waiting SET release = true WHERE why IN ('failed', 'unsupported-version') AND version <> $1"""
_FORGET: Final = "DELETE FROM commands WHERE at < now() - interval '400 days' AND answer IS NOT NULL"

log = structlog.get_logger()


@dataclass(slots=True)
class Clockwork:
    """The loops of one replica beside its subscription."""

    turns: Turns
    subscription: Subscription
    submitted: asyncio.Event

    async def run(self) -> None:
        """Until cancelled."""
        await self.turns.pool.execute(_NEW_RELEASE, self.turns.release)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._every(0.2, self.fire))
            group.create_task(self._every(0.1, self.wake))
            group.create_task(self._every(1.0, self.settle))
            group.create_task(self._every(60.0, self.tell))
            group.create_task(self._every(2.0, self.subscription.look_again, ready=False))
            group.create_task(self._every(1.0, self.free, ready=False))
            group.create_task(self._commands())

    async def _every(self, seconds: float, step: Callable[[], Awaitable[None]], *, ready: bool = True) -> None:
        while True:
            if ready:
                await self.subscription.ready.wait()
            try:
                await step()
            except BadDeploy:
                raise
            except Exception as problem:  # noqa: BLE001 - the next round tries again; the loop itself must live
                log.warning("clockwork.repeats", step=step.__name__, why=type(problem).__name__)
            await asyncio.sleep(seconds)

    async def fire(self) -> None:
        """Deadlines, once all that was in the log in time has been read: an answer counts however late we read it."""
        found = await self.turns.pool.fetch(_DUE, self.subscription.lanes(), _SKEW)
        due: dict[UUID, datetime] = {row[0]: row[1] for row in found}
        if not due or not await self.subscription.reached(self._fence(list(due))):
            return
        unsettled = {row[0] for row in await self.turns.pool.fetch(_UNSETTLED, list(due))}
        await self._turn([DueCome(subject, by=by) for subject, by in due.items() if subject not in unsettled])

    def _fence(self, subjects: Sequence[UUID]) -> list[Place]:
        """Every partition in which something about these subjects could lie."""
        wiring = self.turns.wiring
        lanes = {lane_of(subject, wiring.lanes) for subject in subjects}
        return [
            (topic, partition)
            for topic in wiring.topics
            for partition in (lanes if wiring.streams[topic].partitions > 1 else (0,))
        ]

    async def wake(self) -> None:
        """Subjects that should look again, each in its own turn, one after another: the first come is served first."""
        for row in await self.turns.pool.fetch(_WOKEN):
            await self._turn([DueCome(row[0], woken=True)])

    async def settle(self) -> None:
        """What waits and may go on now: released by an operator, past its limit, or its subject is known by now."""
        await self._turn([Poke(row[0]) for row in await self.turns.pool.fetch(_WAITING)])

    async def tell(self) -> None:
        """What waits for too long is told again and again, until somebody looks."""
        for row in await self.turns.pool.fetch(_ALARM):
            log.error("message.waits", subject=str(row[0]), why=row[1])
        await self.turns.pool.execute(_FORGET)

    async def free(self) -> None:
        """What a stopped replica has locked; else whoever takes over from it would never get as far as ready."""
        if count := await end_stopped(self.turns.pool, self.subscription.session_seconds):
            log.warning("replica.stopped", connections=count)

    async def _commands(self) -> None:
        """Commands that came by HTTP while nothing could be decided."""
        while True:
            await self.subscription.ready.wait()
            try:
                rows = await self.turns.pool.fetch(_UNDECIDED)
                records = (msgspec.msgpack.decode(row[0], type=Record) for row in rows)
                await self._turn([arrive(record, self.turns.wiring) for record in records])
            except BadDeploy:
                raise
            except Exception as problem:  # noqa: BLE001 - as above
                log.warning("clockwork.repeats", step="commands", why=type(problem).__name__)
            await self._submitted(1.0)

    async def _submitted(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.submitted.wait(), seconds)
        except TimeoutError:
            return
        self.submitted.clear()

    async def _turn(self, arrivals: Sequence[Arrival]) -> Any:
        if arrivals:
            await self.turns.one(arrivals)
