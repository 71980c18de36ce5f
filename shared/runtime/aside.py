"""What cannot be stored is set aside, so that it stops nobody else: a fact waits, all else comes again later."""

from typing import Final
from uuid import UUID

import asyncpg

from shared.runtime.arrival import Arrival, DueCome, FactCome, Poke
from shared.runtime.books import Named
from shared.runtime.changes import Changes, Waiting
from shared.runtime.postgres import DecidedElsewhere, PostgresBooks
from shared.runtime.waits import LIMIT

_COLLISIONS: Final = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
    DecidedElsewhere,
)
_ENGINE_KEYS: Final = frozenset({"said_pkey", "commands_pkey", "subjects_pkey", "aliases_pkey", "positions_pkey"})
_DUE_LATER: Final = "UPDATE subjects SET next_due = now() + interval '1 minute' WHERE key = $1"
_WAKE_LATER: Final = "UPDATE wakes SET since = now() + interval '1 minute' WHERE key = $1"
_RETRY_LATER: Final = """
UPDATE waiting SET release = false, until = now() + interval '10 minutes'
WHERE subject = $1 AND (release OR until <= now())"""


def collided(problem: Exception) -> bool:
    """Whether another turn was in the way, which says nothing about any message."""
    engine_key = isinstance(problem, asyncpg.UniqueViolationError) and problem.constraint_name in _ENGINE_KEYS
    return engine_key or isinstance(problem, _COLLISIONS)


async def set_aside(books: PostgresBooks, arrival: Arrival, problem: Exception) -> Changes:
    """Let a message that cannot be stored wait. Raises the problem where it is of no subject."""
    detail = getattr(problem, "sqlstate", None) or type(problem).__name__
    match arrival:
        case FactCome():
            return await _park(books, arrival, detail)
        case DueCome(subject=subject, woken=woken):
            return await _later(books, _WAKE_LATER if woken else _DUE_LATER, subject, detail)
        case Poke(subject=subject):
            return await _later(books, _RETRY_LATER, subject, detail)
        case _:
            raise problem


async def _park(books: PostgresBooks, fact: FactCome, detail: str) -> Changes:
    """Its subject gets its row all the same: what is not there cannot be locked by whoever tries again."""
    now = (await books.load(Named(creates={fact.subject}))).now
    changes = Changes(waits=[Waiting(fact.subject, "failed", now, now + LIMIT, fact.record, detail)])
    changes.count("waits.failed")
    changes.alarm("message.failed", subject=fact.subject, detail=detail)
    await books.save(changes)
    return changes


async def _later(books: PostgresBooks, statement: str, subject: UUID, detail: str) -> Changes:
    await books.sql.execute(statement, subject)
    changes = Changes()
    changes.alarm("subject.failed", subject=subject, why=detail)
    return changes
