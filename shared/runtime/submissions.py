"""Commands that come by HTTP: stored first, so that an accepted one is never lost, then decided in a turn of one."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import asyncpg
import msgspec

from shared.contracts.envelope import Envelope, Headers, after_vector, headers_of
from shared.runtime.arrival import CommandCome, arrive
from shared.runtime.changes import Answered
from shared.runtime.http.ports import SameKeyOtherBody, Submission, Unavailable, Unknown
from shared.runtime.record import HTTP, Record
from shared.runtime.subscription import Subscription
from shared.runtime.turns import Contended, Turns

_STORE: Final = """
INSERT INTO commands (source, id, digest, record) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id"""
_KNOWN: Final = "SELECT digest, answer FROM commands WHERE source = $1 AND id = $2"
_DATABASE: Final = (OSError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError)


@dataclass(slots=True)
class CommandDesk:
    """Implements `Submissions`. `submitted` wakes whoever decides what could not be decided at once."""

    turns: Turns
    subscription: Subscription
    submitted: asyncio.Event

    async def submit(self, submission: Submission) -> Answered | None:
        """Store, decide if we can, and tell; None is stored for certain."""
        record = record_of_submission(submission)
        come = arrive(record, self.turns.wiring)
        assert isinstance(come, CommandCome), "routes take only commands that this service decides"
        try:
            if not await self._store(come, submission.fingerprint or come.digest()):
                return await self._answer(*come.key)
            if self.subscription.ready.is_set():
                await self._decide(come)
            else:
                self.submitted.set()
            return await self._answer(*come.key)
        except _DATABASE:
            raise Unavailable from None

    async def _decide(self, come: CommandCome) -> None:
        """What cannot be decided now stays stored."""
        try:
            await self.turns.one([come])
        except Contended:
            self.submitted.set()

    async def _store(self, come: CommandCome, digest: bytes) -> bool:
        """Tells whether it is new."""
        packed = msgspec.msgpack.encode(come.record)
        if await self.turns.pool.fetchval(_STORE, *come.key, digest, packed):
            return True
        known = await self.turns.pool.fetchrow(_KNOWN, *come.key)
        if known is not None and known["digest"] != digest:
            raise SameKeyOtherBody
        return False

    async def outcome(self, agency: str, id_: str) -> Answered | None:
        """See `Submissions.outcome`."""
        source = f"/agencies/{agency}"
        try:
            if await self.turns.pool.fetchrow(_KNOWN, source, id_) is None:
                raise Unknown
            return await self._answer(source, id_)
        except _DATABASE:
            raise Unavailable from None

    async def _answer(self, source: str, id_: str) -> Answered | None:
        row = await self.turns.pool.fetchrow(_KNOWN, source, id_)
        return msgspec.msgpack.decode(row["answer"], type=Answered) if row and row["answer"] else None


def record_of_submission(submission: Submission) -> Record:
    """A command by HTTP as it would lie in a mailbox, with its checked caller."""
    now = datetime.now(UTC)
    envelope = Envelope(
        id=submission.id,
        type=submission.type,
        version=submission.version,
        source=f"/agencies/{submission.caller.agency}",
        time=now,
        subject=submission.subject,
        after=after_vector(submission.after) or {},
        token=submission.after if after_vector(submission.after) is None else "",
        trace=submission.traceparent,
    )
    headers: Headers = [*headers_of(envelope), ("caller", submission.caller.actor.encode())]
    return Record(HTTP, 0, 0, now, [*headers], submission.data)
