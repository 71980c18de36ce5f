"""The few things that tests of servers do with a broker and a database."""

import uuid
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic


async def new_topic(bootstrap: str, *, copies: int = 1) -> str:
    """Create a topic of a name that no other test uses."""
    name = f"topic-{uuid.uuid4().hex[:8]}"
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, num_partitions=1, replication_factor=copies)])
    finally:
        await admin.close()
    return name


async def produce(bootstrap: str, topic: str, *values: bytes) -> None:
    """Write records that every replica has acknowledged."""
    async with AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, max_request_size=4_000_000
    ) as producer:
        for value in values:
            await producer.send_and_wait(topic, value)


async def consume(bootstrap: str, topic: str, count: int) -> list[Any]:
    """Read the first records of a topic."""
    async with AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest") as consumer:
        return [await consumer.getone() for _ in range(count)]


async def ask(dsn: str, sql: str, *parameters: object) -> Any:
    """Return the first value of a statement's first row, on a connection of its own."""
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(sql, *parameters)
    finally:
        await connection.close()
