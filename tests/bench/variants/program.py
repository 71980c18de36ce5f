"""Runs a variant as a process: on uvloop, until SIGTERM, and sampled where that is asked for."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable

import uvloop

from tests.bench.variants.sampling import sampled


def program(main: Callable[[], Awaitable[None]]) -> None:
    """Run `main` until it ends or the process is told to end."""
    with sampled(os.environ.get("BENCH_PROFILE", "")), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_until_told(main))


async def _until_told(main: Callable[[], Awaitable[None]]) -> None:
    task = asyncio.ensure_future(main())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task
