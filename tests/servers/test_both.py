"""What every server must do, embedded or in a container: one suite for both."""

import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError, UnknownTopicOrPartitionError

from tests.servers.choice import Kind, kinds
from tests.servers.clients import ask, consume, new_topic, produce
from tests.servers.databases import Databases
from tests.servers.running import kafka_server, postgres_server

LOG_APPEND_TIME = 1
MARKS: Mapping[Kind, tuple[pytest.MarkDecorator, ...]] = {"embedded": (), "containers": (pytest.mark.containers,)}


@pytest.fixture(scope="module", params=[pytest.param(kind, marks=MARKS[kind]) for kind in kinds()])
def kind(request: pytest.FixtureRequest) -> Kind:
    chosen: Kind = request.param
    return chosen


@pytest.fixture(scope="module")
def broker(kind: Kind) -> Iterator[str]:
    with kafka_server(kind) as bootstrap:
        yield bootstrap


@pytest.fixture(scope="module")
def administration(kind: Kind) -> Iterator[str]:
    with postgres_server(kind) as dsn:
        yield dsn


@pytest.mark.kafka
async def test_a_record_comes_back_with_the_time_at_which_the_broker_wrote_it(broker: str) -> None:
    topic = await new_topic(broker)
    before = time.time() * 1000

    await produce(broker, topic, b"halo")

    (record,) = await consume(broker, topic, 1)
    assert (record.value, record.timestamp_type) == (b"halo", LOG_APPEND_TIME)
    assert before - 5_000 < record.timestamp < before + 60_000


@pytest.mark.kafka
async def test_a_topic_that_nobody_made_is_not_made_by_writing_to_it(broker: str) -> None:
    async with AIOKafkaProducer(bootstrap_servers=broker, request_timeout_ms=2_000) as producer:
        with pytest.raises(UnknownTopicOrPartitionError):
            await producer.send_and_wait(f"nobody-made-{uuid.uuid4().hex[:8]}", b"halo")


@pytest.mark.kafka
async def test_a_message_of_more_than_a_mebibyte_is_refused(broker: str) -> None:
    topic = await new_topic(broker)

    await produce(broker, topic, bytes(1_000_000))

    with pytest.raises(MessageSizeTooLargeError):
        await produce(broker, topic, bytes(1_100_000))


@pytest.mark.postgres
async def test_postgresql_is_18_and_waits_for_the_disk(administration: str) -> None:
    assert await ask(administration, "SELECT current_setting('server_version_num')::int / 10000") == 18
    assert (
        await ask(administration, "SELECT current_setting('fsync') || current_setting('synchronous_commit')") == "onon"
    )


@pytest.mark.postgres
async def test_a_migrated_database_is_cloned_for_each_test_and_dropped_after_it(
    administration: str, tmp_path: Path
) -> None:
    (first := tmp_path / "0001_expand_child.sql").write_text(
        "CREATE TABLE child (id int); INSERT INTO child VALUES (1);"
    )
    (second := tmp_path / "0002_expand_age.sql").write_text("ALTER TABLE child ADD age int NOT NULL DEFAULT 15;")
    databases = Databases(administration)

    one, other = await databases.clone([first, second]), await databases.clone([first, second])
    await ask(one, "UPDATE child SET age = 16")

    assert await ask(one, "SELECT age FROM child") == 16
    assert await ask(other, "SELECT age FROM child") == 15
    await databases.drop_all()
    assert (
        await ask(administration, "SELECT count(*) FROM pg_database WHERE datname LIKE $1", f"%{databases.run}%") == 0
    )
