"""`python -m tests.simulation --seeds 2000`: the whole city, over and over; a seed that fails is shortened, and replays exactly."""

import argparse
import sys
import time

from tests.simulation.hunt import hunt, shortened, story
from tests.simulation.plan import Plan, read


def main() -> int:
    """Give 1 where an invariant broke."""
    options = _options()
    if options.seed is not None:
        plan = Plan(options.steps and read(options.steps), options.stormy and read(options.stormy))
        sys.stdout.write(story(options.seed, 0 if options.trace else 40, plan) + "\n")
        return 0
    began = time.monotonic()
    found = hunt(range(options.first, options.first + options.seeds), options.processes)
    sys.stdout.write(found.told(time.monotonic() - began) + "\n")
    for report in found.failed:
        sys.stdout.write(shortened(report) + "\n")
    return 1 if found.failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=150, help="how many runs (150)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (0)")
    parser.add_argument("--processes", type=int, default=None, help="how many at once (one for each core)")
    parser.add_argument("--seed", type=int, default=None, help="run this one alone, and tell how it went")
    parser.add_argument("--trace", action="store_true", help="with --seed: every step, not the last forty")
    parser.add_argument("--steps", help="with --seed: these alone, such as 3,7-9, as a shortened run is told")
    parser.add_argument("--stormy", help="with --seed: the steps in which the storm blows")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
