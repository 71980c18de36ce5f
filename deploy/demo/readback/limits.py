"""What must hold for limits of law, told from the stream `clocks` alone."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from deploy.demo.line import Line
from deploy.demo.readback.check import Check, checked
from deploy.demo.readback.log import Log

_NEW: Final = frozenset({"clock-started", "clock-corrected", "clock-extended"})
"""What says until when a limit runs from now on."""
_ENDS: Final = frozenset({"clock-satisfied", "clock-stopped"})

Clocks = Mapping[str, Sequence[Line]]


def limits(log: Log) -> Iterator[Check]:
    """All of them."""
    clocks = _clocks(log)
    yield _moved(clocks)
    yield _missed(clocks, max((line.at for line in log.lines), default=None))


def _clocks(log: Log) -> Clocks:
    """The events of each clock, in the order of the stream."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in sorted(log.facts, key=lambda line: (line.partition, line.offset)):
        if line.topic == "clocks":
            found[line.text("clock")].append(line)
    return found


def _moved(clocks: Clocks) -> Check:
    """Each begins with its start, goes on from where the last event left it, and ends once."""
    events = [line for each in clocks.values() for line in each]
    wrong = [f"{clock[:8]} {line.where}" for clock, each in clocks.items() for line in _unexplained(each)]
    return checked("tidak ada tenggat yang bergerak tanpa kejadian", "no limit moves without an event", events, wrong)


def _unexplained(events: Sequence[Line]) -> Iterator[Line]:
    due, ended = "", False
    for line in events:
        was = line.text("was") or (due if line.type in _NEW | _ENDS else line.text("due"))
        if (line.type == "clock-started") == bool(due) or was != due or (ended and line.type != "clock-corrected"):
            yield line
        due = line.text("due") if line.type in _NEW else due
        ended = line.type in _ENDS


def _missed(clocks: Clocks, now: datetime | None) -> Check:
    """Whatever has passed was met, stopped, missed, or warned of to the end."""
    wrong = [clock[:8] for clock, each in clocks.items() if now and _untold(each, now)]
    return checked(
        "setiap tenggat terpenuhi, berhenti, terlewat, atau masih berjalan",
        "each limit is met, stopped, missed or not over", clocks, wrong,
    )  # fmt: skip


def _untold(events: Sequence[Line], now: datetime) -> bool:
    due = next((line.text("due") for line in reversed(events) if line.type in _NEW), "")
    told = events[-1].type in _ENDS | {"clock-breached"} or events[-1].text("percent") == "100"
    return not told and (not due or datetime.fromisoformat(due) < now)
