"""Listening: uvicorn as a part of a process that has other things to do."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp


class CannotListen(OSError):
    """The address is taken, or is none of this machine; the message names it."""


class _Server(uvicorn.Server):
    """A server whose process has its own handling of signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def listening(app: ASGIApp, host: str, port: int, *, grace: int = 10) -> AsyncIterator[int]:
    """Serve while the context is open; gives the port, which the system chooses where `port` is 0.

    At the end no new connection is taken, and requests under way get `grace` seconds. Raises `CannotListen`.
    """
    place = _bound(host, port)
    server = _Server(_config(app, grace))
    serving = asyncio.create_task(server.serve([place]))
    try:
        while not (server.started or serving.done()):  # noqa: ASYNC110  # uvicorn tells by an attribute alone
            await asyncio.sleep(0.005)
        yield place.getsockname()[1]
    finally:
        server.should_exit = True
        await serving


def _bound(host: str, port: int) -> socket.socket:
    """A socket of our own: uvicorn would end the process where the address is taken."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as problem:
        raise CannotListen(f"cannot listen on {host}:{port}: {problem.strerror}") from None


def _config(app: ASGIApp, grace: int) -> uvicorn.Config:
    """No access log, for paths hold ids and ours tells more; no server header; HTTP alone."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        h11_max_incomplete_event_size=16_384,
        limit_concurrency=512,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=grace,
    )
