"""Replicas stopped in the middle of a statement: to PostgreSQL they are busy, and keep their locks for ever."""

from typing import Final

import asyncpg

_END: Final = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = current_setting('application_name') AND state = 'active'
    AND wait_event IN ('ClientRead', 'ClientWrite') AND query_start < now() - make_interval(secs => $1)"""


async def end_stopped(pool: asyncpg.Pool, seconds: float) -> int:
    """End connections of our kind that have waited for their replica within one statement for so long; gives how many.

    PostgreSQL's own limits do not see them: a COPY that waits for its rows is no idle transaction, and no timeout
    interrupts it.
    """
    return len(await pool.fetch(_END, seconds))
