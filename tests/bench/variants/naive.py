"""What anyone writes first: a subscriber for each message, a transaction for each, sends awaited."""

import asyncio

import asyncpg
import msgspec
from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage

from tests.bench.variants.program import program
from tests.bench.variants.where import Where
from tests.bench.workload.step import Outgoing, due, pack, subject_of, take, unpack

_LOAD = "SELECT doc FROM states WHERE id = $1 FOR UPDATE"
_SAVE = """
INSERT INTO states (id, doc, next_due) VALUES ($1, $2, $3)
ON CONFLICT (id) DO UPDATE SET doc = excluded.doc, next_due = excluded.next_due"""
_SAY = "INSERT INTO outbox (key, headers, value) VALUES ($1, $2, $3)"
_NEXT = "SELECT id, key, headers, value FROM outbox ORDER BY id LIMIT 100"


async def main() -> None:
    """Run until told to stop."""
    where, wake = Where.from_environment(), asyncio.Event()
    pool = await asyncpg.create_pool(where.postgres)
    broker = KafkaBroker(where.kafka, acks="all", enable_idempotence=True, compression_type="lz4", logger=None)

    @broker.subscriber(
        where.cases, group_id=where.group, auto_offset_reset="earliest", ack_policy=AckPolicy.NACK_ON_ERROR
    )
    async def on_fact(message: KafkaMessage) -> None:
        await handle(pool, message)
        wake.set()

    app = FastStream(broker)
    relaying = asyncio.create_task(relay(pool, broker, where.referrals, wake))
    await app.run()
    relaying.cancel()


async def handle(pool: asyncpg.Pool, message: KafkaMessage) -> None:
    """One message in one transaction."""
    raw = message.raw_message
    assert not isinstance(raw, tuple)
    subject = subject_of(raw.headers)
    async with pool.acquire() as sql, sql.transaction():
        case = unpack(await sql.fetchval(_LOAD, subject))
        said = take(case, raw.headers, message.body)
        await sql.execute(_SAVE, subject, pack(case), due(case))
        await sql.executemany(_SAY, [row_of(out) for out in said])


def row_of(out: Outgoing) -> tuple[bytes, bytes, bytes]:
    """A row of the outbox."""
    return out.key, msgspec.msgpack.encode(out.headers), out.value


async def relay(pool: asyncpg.Pool, broker: KafkaBroker, topic: str, wake: asyncio.Event) -> None:
    """Publish what is in the outbox, one after another, and delete what was acknowledged."""
    while True:
        rows = await pool.fetch(_NEXT)
        for _, key, headers, value in rows:
            texts = {name: text.decode() for name, text in msgspec.msgpack.decode(headers)}
            await broker.publish(value, topic, key=key, headers=texts)
        await pool.execute("DELETE FROM outbox WHERE id = ANY($1)", [row[0] for row in rows])
        if not rows:
            await wake.wait()
            wake.clear()


if __name__ == "__main__":
    program(main)
