"""Replicas that are cut off, or stopped, in the middle of a turn."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from shared.contracts.cases import RiskAssessed
from shared.runtime.chance import Chance
from shared.runtime.echoes import Echoes
from shared.runtime.positions import positions
from shared.runtime.service import open_pool
from shared.runtime.stopped import end_stopped, listen_for
from shared.runtime.turns import Turns
from shared.runtime.wiring import Wiring
from tests.conftest import MakeDatabase
from tests.runtime.speaker import KEY, Speaker
from tests.runtime.toy import START, TABLES, TOY

ENGINE = Path("shared/runtime/migrations/0001_expand_engine.sql")


class CutOnce:
    """A pool whose first connection is cut in the middle of an answer, as asyncpg tells it."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool, self.cut = pool, False

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Any]:
        async with self.pool.acquire() as connection:
            yield connection
            if not self.cut:
                self.cut = True
                raise asyncpg.InternalClientError("got result for unknown protocol state")


@pytest.fixture
async def turns(database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Turns]:
    (tmp_path / "toy.sql").write_text(TABLES)
    pool = await open_pool(await database([ENGINE, tmp_path / "toy.sql"]), 1, Echoes())
    yield Turns(pool, Wiring(TOY, KEY), Chance())
    await pool.close()


async def test_a_connection_cut_in_the_middle_of_an_answer_repeats_the_turn_and_stops_nobody(turns: Turns) -> None:
    (fact,) = Speaker().says(uuid4(), RiskAssessed(occurred_at=START, risk="low"))
    place = (fact.topic, fact.partition)
    await positions(turns.pool, [place])
    pool, turns.pool = turns.pool, CutOnce(turns.pool)  # type: ignore[assignment]  # acquires, which is all that a turn asks

    await turns.batch([fact], {place: 0})

    turns.pool = pool
    assert await pool.fetchval("SELECT heard FROM counts") == 1
    assert (await positions(pool, [place]))[place].next == 1


async def test_a_replica_stopped_in_the_middle_of_a_turn_does_not_hold_back_the_one_that_takes_over(
    turns: Turns,
) -> None:
    (fact,) = Speaker().says(uuid4(), RiskAssessed(occurred_at=START, risk="low"))
    place = (fact.topic, fact.partition)
    await positions(turns.pool, [place])

    async with turns.pool.acquire() as stopped:
        await stopped.execute("BEGIN")
        await stopped.execute("SELECT FROM positions FOR NO KEY UPDATE")
        await asyncio.wait_for(turns.batch([fact], {place: 0}), 10)

    assert (await positions(turns.pool, [place]))[place].next == 1


async def test_a_replica_stopped_while_it_copies_rows_does_not_hold_back_the_one_that_takes_over(turns: Turns) -> None:
    (fact,) = Speaker().says(uuid4(), RiskAssessed(occurred_at=START, risk="low"))
    place = (fact.topic, fact.partition)
    await positions(turns.pool, [place])
    copying = asyncio.Event()

    async def rows() -> AsyncIterator[bytes]:
        copying.set()
        yield b""
        await asyncio.Event().wait()

    async with turns.pool.acquire() as stopped:
        await stopped.execute("BEGIN")
        await stopped.execute("SELECT FROM positions FOR NO KEY UPDATE")
        copy = asyncio.ensure_future(stopped.copy_to_table("locks", source=rows()))
        await copying.wait()
        taking_over = asyncio.ensure_future(turns.batch([fact], {place: 0}))
        async with asyncio.timeout(20):
            while not await end_stopped(turns.pool, 0.5):  # noqa: ASYNC110  # PostgreSQL tells nobody how time passes
                await asyncio.sleep(0.05)
            await taking_over
        copy.cancel()
        await asyncio.wait([copy])

    assert (await positions(turns.pool, [place]))[place].next == 1


def test_whoever_waits_for_a_server_that_vanished_without_a_word_hears_of_it_from_the_system() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        connection: Any = SimpleNamespace(_transport=SimpleNamespace(get_extra_info=lambda _: client))

        listen_for(connection, 6)

        assert client.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert client.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 6
        assert client.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 21_000
