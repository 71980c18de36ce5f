"""A small proxy before PostgreSQL, which can let a COMMIT through, swallow the answer and cut the connection."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final, Self

from deploy.local.ports import free_ports

_CHUNK: Final = 65_536
_COMMIT: Final = b"COMMIT;\0"


class Proxy:
    """Listens on loopback, speaks to the server's socket, in a thread of its own, for tests have loops of theirs."""

    def __init__(self, socket: Callable[[], Path]) -> None:
        self._socket, self.port = socket, free_ports(1)[0]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._pipes: set[asyncio.Task[None]] = set()
        self.to_swallow = 0
        """How many of the next COMMITs take effect and are never answered."""
        self.swallowed = 0

    def start(self) -> Self:
        """Listen."""
        self._thread.start()
        self._run(self._listen())
        return self

    def stop(self) -> None:
        """Cut everything and listen no more."""
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def cut(self) -> None:
        """Cut every connection there is, wherever it stands."""
        self._run(self._cut())

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        waiting: Future[None] = asyncio.run_coroutine_threadsafe(work, self._loop)
        waiting.result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)

    async def _close(self) -> None:
        self._server.close()
        await self._cut()

    async def _cut(self) -> None:
        pipes = [*self._pipes]
        for pipe in pipes:
            pipe.cancel()
        await asyncio.gather(*pipes, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._pipes.add(task)
        with contextlib.suppress(OSError, asyncio.CancelledError, asyncio.IncompleteReadError):
            await self._pipe(reader, writer)
        writer.transport.abort()
        self._pipes.discard(task)

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_unix_connection(str(self._socket()))
        back = asyncio.create_task(_copy(server_reader, writer))
        try:
            while chunk := await reader.read(_CHUNK):
                if self.to_swallow and chunk.endswith(_COMMIT):
                    return await self._swallow(chunk, back, server_reader, server_writer)
                server_writer.write(chunk)
                await server_writer.drain()
        finally:
            back.cancel()
            server_writer.transport.abort()

    async def _swallow(
        self, commit: bytes, back: "asyncio.Task[None]", reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """The server commits; whoever asked will never know."""
        self.to_swallow -= 1
        back.cancel()
        await asyncio.wait([back])
        writer.write(commit)
        await writer.drain()
        if b"COMMIT" in await reader.read(_CHUNK):
            self.swallowed += 1


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Whichever way the server's side ends, a crash that leaves something unread too, the client hears of it."""
    with contextlib.suppress(OSError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    writer.transport.abort()
