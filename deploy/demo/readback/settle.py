"""Waiting until the city is at rest: every service has read to the end, and nothing waits."""

import asyncio
from time import monotonic
from typing import Final

from deploy.demo.stage import Stage
from deploy.demo.watch import DidNotComeError
from shared.contracts.topics import SERVICES

_PAUSE: Final = 0.1
"""Seconds between two looks."""


async def settled(stage: Stage, seconds: float = 20.0) -> int:
    """Wait; gives how many partitions were compared. Raises `DidNotComeError` with what is still behind."""
    deadline = monotonic() + seconds
    before, quiet = -1, 0
    while True:
        behind, compared = await _behind(stage)
        quiet = quiet + 1 if not behind and before == len(stage.watch.lines) else 0
        if quiet >= 2:
            return compared
        if monotonic() > deadline:
            raise DidNotComeError(
                f"the city did not come to rest within {seconds:.0f} s: {', '.join(behind) or 'it goes on speaking'}"
            )
        before = len(stage.watch.lines)
        await asyncio.sleep(_PAUSE)


async def _behind(stage: Stage) -> tuple[list[str], int]:
    ends: dict[tuple[str, int], int] = {}
    for line in stage.watch.lines:
        ends[line.topic, line.partition] = max(line.offset + 1, ends.get((line.topic, line.partition), 0))
    operator, behind, compared = stage.officer("dinsos", "operator"), [], 0
    for service in SERVICES:
        waiting = (await operator.asks(service, "/operations/waiting")).body.get("waiting")
        behind += [f"{service} has something waiting"] if waiting else []
        rows = (await operator.asks(service, "/operations/positions")).body["positions"]
        assert isinstance(rows, list)
        for row in rows:
            assert isinstance(row, dict)
            place, next_ = (str(row["topic"]), int(str(row["partition"]))), int(str(row["next"]))
            compared += 1
            behind += [f"{service} at {place[0]}[{place[1]}]@{next_}"] if next_ < ends.get(place, 0) else []
    return behind, compared
