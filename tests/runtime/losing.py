"""A way to PostgreSQL on which the answer to a COMMIT can be lost, as on a network."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit


@contextlib.asynccontextmanager
async def losing_the_next_commit(dsn: str) -> AsyncIterator[tuple[dict[str, Any], asyncio.Event]]:
    """Gives how asyncpg connects through it, and an event: clear it, and the next COMMIT's answer is lost, once."""
    lost = asyncio.Event()
    lost.set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await _to_server(dsn)
        try:
            await _carry((reader, writer), (server_reader, server_writer), lost)
        finally:
            for end in (writer, server_writer):
                end.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    parts = urlsplit(dsn)
    try:
        port = server.sockets[0].getsockname()[1]
        whose = {"user": parts.username, "password": parts.password, "database": parts.path[1:]}
        yield {"address": None, "host": "127.0.0.1", "port": port, "ssl": False, **whose}, lost
    finally:
        server.close()


async def _to_server(dsn: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(dsn)
    if folder := parse_qs(parts.query).get("host"):
        return await asyncio.open_unix_connection(f"{folder[0]}/.s.PGSQL.{parts.port or 5432}")
    return await asyncio.open_connection(parts.hostname, parts.port or 5432)


async def _carry(
    client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    lost: asyncio.Event,
) -> None:
    committing = False

    async def answers() -> None:
        while data := await server[0].read(65_536):
            if committing:  # it is committed, and nobody hears of it
                lost.set()
                break
            client[1].write(data)
        client[1].close()

    back = asyncio.ensure_future(answers())
    with contextlib.suppress(ConnectionError):
        while data := await client[0].read(65_536):
            committing = not lost.is_set() and b"COMMIT;" in data
            server[1].write(data)
    back.cancel()
