"""Each end of a connection hears of the other's end, also when that is stopped or unplugged without a word."""

import socket
from typing import Final

import asyncpg

from shared.runtime.books import Connection

_END: Final = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = current_setting('application_name') AND state = 'active'
    AND wait_event IN ('ClientRead', 'ClientWrite') AND query_start < now() - make_interval(secs => $1)"""

INTERVAL: Final = 5
COUNT: Final = 3
"""How many signs of life may stay out, one each so many seconds, before the other end is taken for gone."""


def listen_for(connection: Connection, seconds: int) -> None:
    """Have the system end a connection whose server is silent: whoever waits for its answer would wait for ever."""
    pipe = connection._transport  # type: ignore[union-attr]  # noqa: SLF001 - asyncpg has no setting for it
    sock = pipe.get_extra_info("socket")
    if sock.family == socket.AF_UNIX:
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    limits = {
        "TCP_KEEPIDLE": seconds, "TCP_KEEPINTVL": INTERVAL, "TCP_KEEPCNT": COUNT,
        "TCP_USER_TIMEOUT": (seconds + INTERVAL * COUNT) * 1000,
    }  # fmt: skip
    for name, limit in limits.items():
        if option := getattr(socket, name, None):  # not every system has each
            sock.setsockopt(socket.IPPROTO_TCP, option, limit)


async def end_stopped(pool: asyncpg.Pool, seconds: float) -> int:
    """End connections of our kind that have waited for their replica within one statement for so long; gives how many.

    PostgreSQL's own limits do not see them: a COPY that waits for its rows is no idle transaction, and no timeout
    interrupts it.
    """
    return len(await pool.fetch(_END, seconds))
