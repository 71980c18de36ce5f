"""The raw results of a run, and the few figures that they come down to."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Self

from tests.bench.measure.hop import Hop

MEBIBYTE = 2**20


@dataclass(slots=True)
class Results:
    """`rounds` holds each variant's run of each round; `growth` our runs by how many cases were stored before.

    `areas` are microseconds of our process per event by part of the program; `pipeline` figures by name.
    """

    about: Mapping[str, str]
    quick: bool
    rounds: list[dict[str, Hop]] = field(default_factory=list)
    growth: list[dict[str, Hop]] = field(default_factory=list)
    areas: Mapping[str, float] = field(default_factory=dict)
    pipeline: Mapping[str, float] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n")

    @classmethod
    def load(cls, path: Path) -> Self:
        """What `save` wrote."""
        told = json.loads(path.read_text())
        return cls(
            told["about"],
            told["quick"],
            _rounds(told["rounds"]),
            _rounds(told["growth"]),
            told["areas"],
            told["pipeline"],
        )

    def rate(self, variant: str) -> float:
        """Events per second, the median of the rounds."""
        return median(each[variant].per_second for each in self.rounds if variant in each)

    def cpu(self, variant: str) -> Mapping[str, float]:
        """Milliseconds of CPU per event by who used them, each the median of the rounds."""
        runs = [each[variant] for each in self.rounds if variant in each]
        return {who: median(run.cpu[who] for run in runs) for who in runs[0].cpu}

    def memory(self, variant: str) -> float:
        """MiB, the highest of any round."""
        return max(each[variant].rss for each in self.rounds if variant in each) / MEBIBYTE

    def start(self, variant: str) -> float:
        """Seconds from the start of the process to its first record, the shortest of any round."""
        return min(each[variant].start for each in self.rounds if variant in each)

    def times(self, variant: str) -> tuple[float, float]:
        """How many times as fast as a variant ours is: by events per second, and by CPU. Medians within a round."""
        both = [each for each in self.rounds if {"ours", variant} <= each.keys()]
        rate = median(each["ours"].per_second / each[variant].per_second for each in both)
        return rate, median(total(each[variant]) / total(each["ours"]) for each in both)

    def grown(self) -> float:
        """Cost per event with the most cases stored over that with the fewest: the median of the rounds."""
        fewest, *_, most = sorted(self.growth[0], key=int)
        return median(each[fewest].per_second / each[most].per_second for each in self.growth)

    def figures(self) -> dict[str, float]:
        """The figures of the last line that this run has; a ratio is the worse of the two ways to count it."""
        names = {"naive": "naive", "outbox": "outbox", "stream": "stream", "limit": "forward"}
        ran = set(self.rounds[0]) if self.rounds else set()
        figures = {figure: min(self.times(name)) for figure, name in names.items() if name in ran}
        figures |= {name: self.pipeline[name] for name in ("p99_ms", "rss_mb") if name in self.pipeline}
        return figures | ({"growth": self.grown()} if self.growth else {})


def total(hop: Hop) -> float:
    """Milliseconds of CPU per event, whoever used them."""
    return total_of(hop.cpu)


def total_of(cpu: Mapping[str, float]) -> float:
    """The sum over all who used some."""
    return sum(cpu.values())


def _rounds(told: Sequence[Mapping[str, Any]]) -> list[dict[str, Hop]]:
    return [{name: Hop(**each) for name, each in one.items()} for one in told]


def last_line(figures: Mapping[str, float]) -> str:
    """`ratios naive=… outbox=… stream=… limit=… p99_ms=… rss_mb=… growth=…`."""
    return "ratios " + " ".join(f"{name}={value:.{2 if value < 10 else 0}f}" for name, value in figures.items())
