"""`rebuild` for a person: asks, shows how far it is, and says in two languages what came of it."""

import argparse
import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import asyncpg
from aiokafka.errors import KafkaError

from shared.runtime.migrations import WrongSchema
from shared.runtime.positions import LogChanged
from shared.runtime.rebuild import run
from shared.runtime.service import CannotStart, Service

_MOST: Final = 50
"""How many differences are shown one by one."""
_ANSWERS: Final = frozenset({"y", "yes", "ya"})

Ask = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class How:
    """What is wanted: only to compare, only to be told what would be made anew, or not to be asked."""

    check: bool = False
    dry_run: bool = False
    yes: bool = False


def words(given: Sequence[str]) -> How:
    """Read the words after `python -m services.routing rebuild`. Ends the process where they are wrong."""
    parser = argparse.ArgumentParser("rebuild", description="Make derived tables anew from what was said and heard.")
    parser.add_argument("--check", action="store_true", help="only compare; the service may go on, nothing is changed")
    parser.add_argument("--dry-run", action="store_true", help="only tell what would be made anew")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return How(**vars(parser.parse_args(given)))


def rebuild(service: Service, how: How, tell: run.Tell = print, ask: Ask = input) -> int:
    """Do it; gives 0 where all is as it should be, 1 where tables differ or nothing was done."""
    try:
        return asyncio.run(_rebuild(service, how, tell, ask))
    except (run.Refused, CannotStart, WrongSchema, LogChanged) as problem:
        tell(str(problem))
    except (OSError, KafkaError, asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
        tell(f"{type(problem).__name__}: {problem}")
    return 1


async def _rebuild(service: Service, how: How, tell: run.Tell, ask: Ask) -> int:
    if how.check:
        return _compared(await run.check(service, tell), tell)
    await _dropped(service, tell)
    if how.dry_run:
        return 0
    if not how.yes and ask("Lanjutkan? · Go on? [y/N] ").strip().lower() not in _ANSWERS:
        tell("Tidak ada yang diubah · nothing was changed.")
        return 1
    outcome = await run.rebuild(service, tell)
    _differences(outcome, tell)
    tell(f"Dibangun ulang · rebuilt: {outcome.facts} facts, {outcome.subjects} subjects.")
    return 0


async def _dropped(service: Service, tell: run.Tell) -> None:
    counts, kept = await run.counted(service)
    tell("Dibuat ulang · made anew: " + ", ".join(f"{table} ({count})" for table, count in counts.items()))
    tell("Tetap · kept as it is: " + ", ".join(kept))


def _compared(outcome: run.Outcome, tell: run.Tell) -> int:
    _differences(outcome, tell)
    for line in run.lacking(outcome):
        tell(line)
    if outcome.equal:
        tell(f"Sama baris demi baris · equal row for row: {outcome.facts} facts, {outcome.subjects} subjects.")
        return 0
    tell("Berbeda · it differs: senandung rebuild, with the service stopped, makes the tables anew.")
    return 1


def _differences(outcome: run.Outcome, tell: run.Tell) -> None:
    """Tables, keys and names of columns: what is in them may be about a child."""
    for table, key, what in outcome.differences[:_MOST]:
        tell(f"{table} {' '.join(key)}: {', '.join(what)}")
    if (more := len(outcome.differences) - _MOST) > 0:
        tell(f"… dan {more} lagi · and {more} more")
