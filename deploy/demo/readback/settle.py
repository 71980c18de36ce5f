"""Waiting until the city is at rest: all that was said is in the log, all have read to its end, and nothing waits."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from time import monotonic
from typing import Final, NamedTuple, TypeAlias

from pydantic import JsonValue

from deploy.demo.stage import Stage
from deploy.demo.watch import DidNotComeError
from shared.contracts.topics import SERVICES

_PAUSE: Final = 0.1
"""Seconds between two looks."""
_COUNTER: Final = re.compile(r"^senandung_(said|published)_total (\S+)$", re.MULTILINE)

Ends: TypeAlias = Mapping[tuple[str, int], int]


class Look(NamedTuple):
    """What is still to be done, how many partitions were compared, and the ends of the log at that moment."""

    behind: tuple[str, ...]
    compared: int
    ends: Ends


async def settled(stage: Stage) -> int:
    """Wait until two looks in a row find nothing to be done and the same ends; gives the partitions compared.

    Raises `DidNotComeError` with what is still behind.
    """
    deadline = monotonic() + stage.watch.patience
    before = await _look(stage)
    while True:
        await asyncio.sleep(_PAUSE)
        now = await _look(stage)
        if not before.behind and not now.behind and before.ends == now.ends:
            return now.compared
        if monotonic() > deadline:
            what = ", ".join(now.behind) or "it goes on speaking"
            raise DidNotComeError(f"the city did not come to rest within {stage.watch.patience:.0f} s: {what}")
        before = now


async def _look(stage: Stage) -> Look:
    """The ends first, so that what comes meanwhile is not missed."""
    ends = await stage.watch.ends()
    behind = [f"we at {topic}[{at}]" for (topic, at), end in ends.items() if stage.watch.next[topic, at] < end]
    compared = 0
    for service in SERVICES:
        rows = [row async for row in _positions(stage, service)]
        compared += len(rows)
        behind += [f"{service} at {topic}[{at}]" for topic, at, next_ in rows if next_ < ends.get((topic, at), 0)]
        behind += [what async for what in _unfinished(stage, service)]
    return Look(tuple(behind), compared, ends)


async def _positions(stage: Stage, service: str) -> AsyncIterator[tuple[str, int, int]]:
    told = await stage.officer("dinsos", "operator").asks(service, "/operations/positions")
    for row in _rows(told.body["positions"]):
        yield str(row["topic"]), int(str(row["partition"])), int(str(row["next"]))


async def _unfinished(stage: Stage, service: str) -> AsyncIterator[str]:
    """What waits, and whether something said is not yet in the log."""
    operator = stage.officer("dinsos", "operator")
    if list(_rows((await operator.asks(service, "/operations/waiting")).body["waiting"])):
        yield f"{service} has something waiting"
    counted = dict(_COUNTER.findall(await operator.reads(service, "/metrics")))
    if float(counted["published"]) < float(counted["said"]):
        yield f"{service} has something to say"


def _rows(listed: JsonValue) -> Iterator[dict[str, JsonValue]]:
    assert isinstance(listed, list)
    return (row for row in listed if isinstance(row, dict))
