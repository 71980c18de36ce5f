"""Where a process spends its CPU: its stack, looked at again and again while it computes."""

import contextlib
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Final

_EVERY: Final = 0.001
"""Seconds of CPU between two looks; a system whose clock ticks more slowly looks less often."""
Stack = tuple[str, ...]


@contextlib.contextmanager
def sampled(path: str) -> Iterator[None]:
    """Write what was seen to `path` at the end; without a path, look at nothing.

    A line is `a;b;c MICROSECONDS`, outermost first, as tools for flame graphs read it.
    A C function counts for the Python function that called it.
    """
    if not path:
        yield
        return
    seen: Counter[Stack] = Counter()

    def look(_: int, frame: FrameType | None) -> None:
        seen[_stack(frame)] += 1

    begun = time.process_time()
    signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        each = (time.process_time() - begun) * 1e6 / max(1, seen.total())
        lines = (f"{';'.join(stack)} {round(count * each)}\n" for stack, count in seen.most_common())
        Path(path).write_text("".join(lines))


def _stack(frame: FrameType | None) -> Stack:
    names: list[str] = []
    while frame is not None:
        names.append(f"{_file(frame.f_code.co_filename)}:{frame.f_code.co_qualname}")
        frame = frame.f_back
    return tuple(reversed(names))


def _file(name: str) -> str:
    return "/".join(Path(name).parts[-2:]).removesuffix(".py")
