"""The long form: journeys of many children over seed after seed, for as long as one likes; a page keeps the record."""

import asyncio
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Final

from tests.journeys import faults, harm
from tests.journeys.city import CHILDREN
from tests.journeys.ending import Ending
from tests.journeys.faults import Fault, nothing
from tests.journeys.towns import Towns
from tests.journeys.whole import Outcome, row, whole
from tests.servers.running import short_folder

PROOFS: Final = Path("docs/proofs")
FAULTS: Final = (nothing, *faults.FAULTS, *harm.FAULTS)


@dataclass(frozen=True, slots=True)
class Broken:
    """A journey that came to no end, and why."""

    fault: str
    seed: int
    why: str


def travel(towns: Towns, seconds: float) -> Iterator[Outcome | Broken]:
    """One journey after another, each fault with each seed, until the time is over; the first is undisturbed."""
    end, calm = monotonic() + seconds, None
    for seed in count(1):
        for fault in FAULTS:
            went = _one(towns, fault, seed, calm)
            if calm is None and isinstance(went, Outcome):
                calm = went.ending
            yield went
            if monotonic() > end:
                return


def _one(towns: Towns, fault: Fault, seed: int, calm: Ending | None) -> Outcome | Broken:
    try:
        return asyncio.run(whole(towns.fit(), fault, children=CHILDREN, seed=seed, calm=calm))
    except Exception as problem:  # noqa: BLE001 - it is told, and the next journey begins in a new city
        return Broken(str(fault.__name__), seed, f"{type(problem).__name__}: {problem}")


def line(went: Outcome | Broken) -> str:
    """One journey, for the raw log."""
    if isinstance(went, Broken):
        return f"{went.fault:<20} seed {went.seed:<6} CAME TO NO END: {went.why}"
    return "\n".join((row(went), *(f"    {wrong}" for wrong in went.wrong)))


def page(all_: Sequence[Outcome | Broken], begun: datetime) -> str:
    """The record for people: what was run, on what, and how it went."""
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    held = sum(isinstance(went, Outcome) and not went.wrong for went in all_)
    what = (
        f"{len(all_)} journeys of {CHILDREN} children each, {held} of which ended as the undisturbed one; commit "
        f"`{commit}`, {os.cpu_count()} processors, {platform.system()} {platform.machine()}, Python "
        f"{platform.python_version()}. Made by `make prove`; the [raw log](./{begun:%Y-%m-%d}.log) has each journey."
    )
    return "\n".join((
        f"# Journeys of {begun:%Y-%m-%d}",
        "",
        what,
        "",
        "| what befalls the city | journeys | held | longest stall, s | longest recovery, s |",
        "| --- | --- | --- | --- | --- |",
        *(_of(fault, [went for went in all_ if went.fault == fault.__name__]) for fault in FAULTS),
        "",
    ))  # fmt: skip


def _of(fault: Fault, went: Sequence[Outcome | Broken]) -> str:
    ended = [each for each in went if isinstance(each, Outcome)]
    stall = max((each.longest_stall for each in ended), default=0.0)
    recovery = max((each.recovery for each in ended), default=0.0)
    held = sum(not each.wrong for each in ended)
    return f"| {fault.__name__.replace('_', ' ')} | {len(went)} | {held} | {stall:.1f} | {recovery:.1f} |"


def main() -> int:
    """0 where all held. MINUTES says for how long, 60 by default."""
    begun, all_ = datetime.now(UTC), list[Outcome | Broken]()
    PROOFS.mkdir(parents=True, exist_ok=True)
    with short_folder() as folder, (PROOFS / f"{begun:%Y-%m-%d}.log").open("w") as log:
        towns = Towns(folder)
        try:
            for went in travel(towns, 60 * float(os.environ.get("MINUTES") or 60)):
                all_.append(went)
                for out in (log, sys.stdout):
                    out.write(f"{line(went)}\n")
                    out.flush()
        finally:
            towns.close()
    (PROOFS / f"{begun:%Y-%m-%d}.md").write_text(page(all_, begun))
    return 0 if all(isinstance(went, Outcome) and not went.wrong for went in all_) else 1


if __name__ == "__main__":
    sys.exit(main())
