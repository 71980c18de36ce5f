"""Many runs on all cores, until one fails."""

import gc
import multiprocessing
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import resource_tracker

from tests.simulation.plan import ALL, Plan
from tests.simulation.run import Report, run
from tests.simulation.shrink import shortest


@dataclass(slots=True)
class Findings:
    """What many runs were made of; `failed` are those that broke an invariant."""

    seeds: int = 0
    records: int = 0
    types: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    failed: list[Report] = field(default_factory=list)

    def add(self, report: Report) -> None:
        self.seeds += 1
        self.records += report.records
        self.types += report.types
        self.codes += report.codes
        self.events += report.events
        if report.violation:
            self.failed.append(report)

    def told(self, seconds: float) -> str:
        """What was found, for a person."""
        took, refused = self.codes[""], {code: count for code, count in self.codes.items() if code}
        facts = sum(self.types.values())
        return "\n".join([
            f"{self.seeds} runs, {self.records} records, {facts} facts, {len(self.failed)} failed, in {seconds:.0f} s",
            f"facts: {_listed(self.types)}",
            f"commands: {took} took effect; refused: {_listed(refused)}",
            f"what happened: {_listed(self.events)}",
        ])  # fmt: skip


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def reports(seeds: Iterable[int], processes: int) -> Iterator[Report]:
    """Runs in the order of their seeds; those not yet begun are left out once nobody asks for more."""
    if processes == 1:
        yield from map(run, seeds)
        return
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            yield from pool.map(run, seeds, chunksize=5)
        finally:
            pool.shutdown(cancel_futures=True)
            gc.collect()  # the pool's semaphores go first, or the tracker would speak of them
            resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]  # else it ends only after us, and is seen


def hunt(seeds: Iterable[int], processes: int | None = None) -> Findings:
    """Run until the first failure, or to the end."""
    found = Findings()
    for report in reports(seeds, processes or os.cpu_count() or 1):
        found.add(report)
        if report.violation:
            break
    return found


def shortened(failed: Report) -> str:
    """The story of the shortest run found that fails in the same way."""
    plan = shortest(failed)
    told = f"{failed.seed}, {failed.steps + 1} steps: {failed.violation}"
    return f"seed {told}\nshortened to {len(plan.steps or ())} steps:\n{story(failed.seed, 0, plan)}"


def story(seed: int, lines: int = 40, plan: Plan = ALL) -> str:
    """A run again, with its trace: the last `lines`, or all of them for 0."""
    report = run(seed, traced=True, plan=plan)
    shown = report.trace[-lines:] if lines else report.trace
    again = f"replay it whole: python -m tests.simulation --seed {seed} --trace {plan.options()}".rstrip()
    return "\n".join([f"seed {seed}", *shown, f"seed {seed}: {report.violation or 'all invariants hold'}", again])
