"""What processes have used, as the operating system counts it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import psutil

from tests.bench.measure.servers import Servers

Seconds = Mapping[str, float]


@dataclass(slots=True)
class Meter:
    """Counts the CPU seconds of the variant's own process, of PostgreSQL and of Kafka; and the variant's memory."""

    servers: Servers
    python: int
    peak: int = 0

    def cpu(self) -> Seconds:
        """Seconds of CPU so far, user and system, by who used them."""
        self.peak = max(self.peak, psutil.Process(self.python).memory_info().rss)
        kafka, postgres = self.servers.kafka.pids, self.servers.postgres.pid
        return {"python": _tree([self.python]), "postgres": _tree([postgres]), "kafka": _tree(kafka)}


def between(begin: Seconds, end: Seconds) -> Seconds:
    """What was used from one moment to another."""
    return {name: end[name] - begin[name] for name in begin}


def _tree(pids: Iterable[int]) -> float:
    """Of processes and what they started; those that have ended count with whoever waited for them."""
    return sum(_one(process) for pid in pids for process in [psutil.Process(pid), *_children(pid)])


def _children(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def _one(process: psutil.Process) -> float:
    try:
        used = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(used.user + used.system + used.children_user + used.children_system)
