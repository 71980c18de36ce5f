"""Listening: uvicorn as a part of a process that has other things to do."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp

_GRACE: int = 10
"""Seconds that requests under way get to end."""


class CannotListen(OSError):
    """The address is taken, or is none of this machine; the message names it."""


class _Server(uvicorn.Server):
    """A server whose process has its own handling of signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def listening(app: ASGIApp, host: str, port: int) -> AsyncIterator[int]:
    """Serve while the context is open; gives the port, which the system chooses where `port` is 0.

    At the end no new connection is taken and requests under way are answered. Raises `CannotListen`.
    """
    server = _Server(_config(app, host, port))
    serving = asyncio.create_task(server.serve())
    try:
        await _started(server, serving, f"{host}:{port}")
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        with contextlib.suppress(SystemExit):
            await serving


def _config(app: ASGIApp, host: str, port: int) -> uvicorn.Config:
    """No access log, for paths hold ids and ours tells more; no server header; HTTP alone."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        h11_max_incomplete_event_size=16_384,
        limit_concurrency=512,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=_GRACE,
    )


async def _started(server: uvicorn.Server, serving: "asyncio.Task[None]", where: str) -> None:
    while not server.started:
        if serving.done():
            raise CannotListen(f"cannot listen on {where}")
        await asyncio.sleep(0.005)
