"""What operators do to a running service: look at what waits, release or discard it, say again, accept a log."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID

import asyncpg
import msgspec
import structlog

from shared.contracts.message import Caller
from shared.runtime.arrival import Discard, Poke
from shared.runtime.http.ports import PositionRow, Unavailable, Unknown, WaitingRow
from shared.runtime.positions import accept
from shared.runtime.record import Record
from shared.runtime.relay import Relay
from shared.runtime.subscription import Subscription
from shared.runtime.turns import Turns

_WAITING: Final = """
SELECT id, subject, why, since, until, record, detail FROM waiting
WHERE id < coalesce($2, 9223372036854775807) ORDER BY id DESC LIMIT $1"""
_SUBJECT: Final = "SELECT subject FROM waiting WHERE id = $1"
_RELEASE: Final = "UPDATE waiting SET release = true WHERE id = $1"
_RESEND: Final = """
INSERT INTO outbox (lane, stream, subject, sequence, since)
SELECT lane, stream, subject, sequence, now() - interval '10 seconds' FROM said
WHERE stream = $1 AND ($2::uuid IS NULL OR subject = $2) AND sequence >= $3 ORDER BY said_at, subject, sequence"""

log = structlog.get_logger()


@dataclass(slots=True)
class OperatorDesk:
    """Implements `Operations`."""

    turns: Turns
    subscription: Subscription
    relay: Relay

    async def waiting(self, limit: int, before: int | None) -> Sequence[WaitingRow]:
        """See `Operations.waiting`."""
        return [_waiting_row(row) for row in await self._fetch(_WAITING, limit, before)]

    async def retry(self, id_: int, caller: Caller) -> None:
        """See `Operations.retry`."""
        subject = await self._subject(id_)
        await self._fetch(_RELEASE, id_)
        log.info("waiting.retried", id=id_, by=caller.actor)
        await self.turns.one([Poke(subject)])

    async def discard(self, id_: int, reason: str, caller: Caller) -> None:
        """See `Operations.discard`."""
        log.info("waiting.discarded", id=id_, reason=reason, by=caller.actor)
        await self.turns.one([Discard(await self._subject(id_), id_, reason, caller)])

    async def resend(self, stream: str, subject: UUID | None, from_sequence: int, caller: Caller) -> int:
        """See `Operations.resend`."""
        if stream not in self.turns.wiring.own:
            raise Unknown
        count = len(await self._fetch(_RESEND + " RETURNING id", stream, subject, from_sequence))
        self.relay.wake.set()
        log.info("said.again", stream=stream, count=count, by=caller.actor)
        return count

    async def positions(self) -> Sequence[PositionRow]:
        """See `Operations.positions`."""
        rows = await self._fetch("SELECT topic, partition, next, at FROM positions ORDER BY topic, partition")
        halted = self.subscription.halted
        problems = {halted.place: halted.why} if halted else {}
        return [
            PositionRow(topic, partition, next_, at, problems.get((topic, partition), ""))
            for topic, partition, next_, at in rows
        ]

    async def accept_positions(self, topic: str, partition: int, caller: Caller) -> None:
        """See `Operations.accept_positions`."""
        if topic not in self.turns.wiring.topics:
            raise Unknown
        begin = await accept(self.turns.pool, self.subscription.kafka, (topic, partition))
        log.warning("position.accepted", topic=topic, partition=partition, next=begin, by=caller.actor)
        await self.subscription.start_over()

    async def _subject(self, id_: int) -> UUID:
        rows = await self._fetch(_SUBJECT, id_)
        if not rows:
            raise Unknown
        return cast("UUID", rows[0][0])

    async def _fetch(self, query: str, *args: Any) -> list[asyncpg.Record]:  # whatever the query takes
        try:
            return await self.turns.pool.fetch(query, *args)
        except (OSError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError):
            raise Unavailable from None


def _waiting_row(row: asyncpg.Record) -> WaitingRow:
    record = msgspec.msgpack.decode(row["record"], type=Record)
    return WaitingRow(
        id=row["id"], subject=row["subject"], why=row["why"], since=row["since"], until=row["until"],
        type=record.header("ce_type"), event=record.header("ce_id"), topic=record.topic, partition=record.partition,
        offset=record.offset, detail=row["detail"],
    )  # fmt: skip
