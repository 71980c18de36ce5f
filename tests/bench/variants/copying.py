"""A limit: from broker to broker by way of a table, each batch written with COPY and committed before it is sent."""

import asyncio

import asyncpg
from aiokafka import ConsumerRecord

from tests.bench.variants.forward import MOST, consumer, producer, send
from tests.bench.variants.program import program
from tests.bench.variants.where import Where

_COLUMNS = ("partition", "position", "key", "value")


async def main() -> None:
    """Run until told to stop."""
    where = Where.from_environment()
    sql = await asyncpg.connect(where.postgres)
    async with consumer(where) as source, producer(where) as target:
        while True:
            batches = (await source.getmany(timeout_ms=50, max_records=MOST)).items()
            rows = [row_of(record) for _, records in batches for record in records]
            async with sql.transaction():
                await sql.copy_records_to_table("moved", records=rows, columns=_COLUMNS)
            acks = [await send(target, where.referrals, part.partition, records) for part, records in batches]
            await asyncio.gather(*acks)
            if batches:
                await source.commit()


def row_of(record: ConsumerRecord) -> tuple[int, int, bytes, bytes]:
    """A record as a row."""
    return record.partition, record.offset, record.key, record.value


if __name__ == "__main__":
    program(main)
