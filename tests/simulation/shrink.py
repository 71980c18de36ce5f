"""From a run that fails to a short one that fails in the same way: steps left out, and the storm kept away from the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tests.simulation.plan import Plan
from tests.simulation.run import Report, run

TRIES: Final = 150
"""Runs that may be spent on one failure."""


@dataclass(slots=True)
class Shrinking:
    """`again` runs a plan, and tells how it went; a plan is as good where the same invariant breaks."""

    again: Callable[[Plan], Report]
    invariant: str
    tries: int = TRIES

    def fails(self, plan: Plan) -> bool:
        """Whether a plan shows the same; nothing does once the tries are used up."""
        self.tries -= 1
        violation = self.again(plan).violation if self.tries >= 0 else None
        return violation is not None and violation.invariant == self.invariant

    def fewest(self, kept: Sequence[int], made: Callable[[Sequence[int]], Plan]) -> list[int]:
        """Numbers of which none can be spared, or as near to that as the tries allow (Zeller's delta debugging)."""
        kept, parts = list(kept), 2
        while kept and self.tries > 0:
            size = -(-len(kept) // parts)
            rests = (kept[:at] + kept[at + size :] for at in range(0, len(kept), size))
            rest = next((rest for rest in rests if self.fails(made(rest))), None)
            if rest is not None:
                kept, parts = rest, max(2, parts - 1)
            elif size == 1:
                break
            else:
                parts = min(len(kept), parts * 2)
        return kept


def shortest(failed: Report, tries: int = TRIES, again: Callable[[int, Plan], Report] | None = None) -> Plan:
    """The shortest plan found for a run that failed; `again` runs a seed by a plan."""
    assert failed.violation is not None, "a run that holds cannot be shortened"
    once = again or (lambda seed, plan: run(seed, plan=plan))
    shrinking = Shrinking(lambda plan: once(failed.seed, plan), failed.violation.invariant, tries)
    steps = shrinking.fewest(range(failed.steps + 1), lambda kept: Plan(frozenset(kept)))
    stormy = shrinking.fewest(steps, lambda kept: Plan(frozenset(steps), frozenset(kept)))
    return Plan(frozenset(steps), frozenset(stormy))
