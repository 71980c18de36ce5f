"""The same with faststream-outbox, as its documentation has it: its table, its relay, its way into a transaction.

Of its settings those that its page on performance names for many rows; one worker, for more would mix up the order.
"""

from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage, KafkaResponse
from faststream_outbox import OutboxBroker, make_outbox_table, outbox_autovacuum_ddl
from faststream_outbox.annotations import OutboxMessage
from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from tests.bench.variants.program import program
from tests.bench.variants.where import Where
from tests.bench.workload.step import due, pack, subject_of, take, unpack

_QUEUE = "referrals"
_LOAD = text("SELECT doc FROM states WHERE id = :id FOR UPDATE")
_SAVE = text("""
INSERT INTO states (id, doc, next_due) VALUES (:id, :doc, :due)
ON CONFLICT (id) DO UPDATE SET doc = excluded.doc, next_due = excluded.next_due""")


async def main() -> None:
    """Run until told to stop."""
    where = Where.from_environment()
    engine = create_async_engine(where.postgres.replace("postgresql:", "postgresql+asyncpg:"))
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    kafka = KafkaBroker(where.kafka, acks="all", enable_idempotence=True, compression_type="lz4", logger=None)
    outbox = OutboxBroker(engine, outbox_table=await table(engine), logger=None)

    @kafka.subscriber(
        where.cases, group_id=where.group, auto_offset_reset="earliest", ack_policy=AckPolicy.NACK_ON_ERROR
    )
    async def on_fact(message: KafkaMessage) -> None:
        async with sessions() as session, session.begin():
            await handle(session, outbox, message)

    @kafka.publisher(where.referrals)
    @outbox.subscriber(_QUEUE, fetch_batch_size=100, terminal_flush_batch_size=100)  # type: ignore[untyped-decorator]  # the package lives in another environment
    async def relay(message: OutboxMessage) -> KafkaResponse:
        return KafkaResponse(message.body, headers=message.headers, key=message.headers["ce_subject"].encode())

    await FastStream(outbox, kafka).run()


async def table(engine: AsyncEngine) -> object:
    """The package's table, tuned as it says."""
    metadata = MetaData()
    outbox = make_outbox_table(metadata, table_name="outbox")
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        await connection.execute(text(outbox_autovacuum_ddl("outbox")))
    return outbox


async def handle(session: AsyncSession, outbox: OutboxBroker, message: KafkaMessage) -> None:
    """One message in one transaction."""
    raw = message.raw_message
    assert not isinstance(raw, tuple)
    subject = subject_of(raw.headers)
    case = unpack(await session.scalar(_LOAD, {"id": subject}))
    said = take(case, raw.headers, message.body)
    await session.execute(_SAVE, {"id": subject, "doc": pack(case), "due": due(case)})
    for _, headers, value in said:
        texts = {name: text.decode() for name, text in headers}
        await outbox.publish(value, queue=_QUEUE, session=session, headers=texts)


if __name__ == "__main__":
    program(main)
