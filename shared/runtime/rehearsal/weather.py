"""What the world does to services: in a rehearsal nothing, in a simulation all that a world can do."""

from datetime import timedelta

import msgspec

from shared.runtime.changes import Changes, SaidRow
from shared.runtime.rehearsal.log import Log


class Weather:
    """Calm: clocks agree, nothing is lost, nothing crashes."""

    def skew(self, _service: str) -> timedelta:
        """How far the clock of a service's database runs ahead of the log's."""
        return timedelta(0)

    def step(self, _service: str, _what: str) -> None:
        """Between any two steps of a turn. It may let time pass, or raise, which is a crash."""

    def send(self, _service: str, log: Log, row: SaidRow) -> bool:
        """Put what is said into the log; tells whether the log has acknowledged it."""
        publish(log, row)
        return True

    def committed(self, _service: str, _changes: Changes) -> None:
        """After each turn, with what it changed."""


def publish(log: Log, row: SaidRow) -> None:
    """Append one fact."""
    headers = [(name, value) for name, value in msgspec.msgpack.decode(row.headers)]
    log.append((row.stream, row.partition), headers, row.data)
