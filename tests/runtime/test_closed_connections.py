"""A broker that crashes while a client writes to it: the client is told, and finds it again."""

import asyncio

import pytest
import uvloop
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.metadata import MetadataRequest

from shared.runtime.kafka import as_lost


async def _sent_to_a_crashed_broker() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.transport.abort(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    connection = AIOKafkaConnection("127.0.0.1", port, request_timeout_ms=2000)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    connection._writer, connection._versions = writer, {3: (0, 5)}  # connected, and knows what the broker understands
    await reader.read()
    writer.transport.abort()
    await asyncio.sleep(0)
    try:
        await as_lost(AIOKafkaConnection.send)(connection, MetadataRequest(None))
    finally:
        server.close()


def test_a_client_on_uvloop_that_writes_to_a_closed_connection_is_told_that_it_is_lost() -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, pytest.raises(KafkaConnectionError):
        runner.run(_sent_to_a_crashed_broker())
