"""Three agencies' own consumers: plain FastStream, plain aiokafka, and kcat where it is installed."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

from aiokafka import AIOKafkaConsumer, TopicPartition
from faststream.kafka import KafkaBroker, KafkaMessage
from pydantic import JsonValue

from deploy.demo.readback.check import Check
from deploy.demo.readback.log import Log
from deploy.demo.watch import DidNotComeError
from shared.contracts.topics import inbox

Ids: TypeAlias = list[str]
"""`ce_id` of each message, in the order of the mailbox."""
Reader: TypeAlias = Callable[[str, str, int], Awaitable[Ids]]
"""(brokers, mailbox, how many) -> what was read."""
SECONDS: Final = 15.0


async def read_as_agencies(bootstrap: str, log: Log, agencies: Sequence[str]) -> list[Check]:
    """Each of three must read the whole of its mailbox, and the same as the outsider."""
    third: tuple[str, Reader] = ("kcat", _kcat) if shutil.which("kcat") else ("aiokafka (tanpa · no kcat)", _aiokafka)
    tools: list[tuple[str, Reader]] = [("FastStream", _faststream), ("aiokafka", _aiokafka), third]
    return [await _read(bootstrap, log, party, *tool) for party, tool in zip(agencies, tools, strict=True)]


async def _read(bootstrap: str, log: Log, party: str, tool: str, reader: Reader) -> Check:
    want = [line.envelope.id for line in log.lines if line.topic == inbox(party)]
    try:
        got = await asyncio.wait_for(reader(bootstrap, inbox(party), len(want)), SECONDS)
    except TimeoutError:
        raise DidNotComeError(f"{party} did not read its {len(want)} messages by {tool} in {SECONDS:.0f} s") from None
    wrong = [] if got == want else [f"{len(got)} read, {len(want)} there"]
    return Check(
        f"{party} membaca kotak suratnya dengan {tool}", f"{party} reads its mailbox by {tool}", len(got), wrong
    )


async def _faststream(bootstrap: str, topic: str, count: int) -> Ids:
    """As in FastStream's own first example: a function for each message."""
    broker = KafkaBroker(bootstrap, logger=None)
    got: Ids = []
    done = asyncio.Event()

    @broker.subscriber(topic, auto_offset_reset="earliest")
    async def on_notice(notice: dict[str, JsonValue], message: KafkaMessage) -> None:
        assert "occurred_at" in notice
        got.append(message.headers["ce_id"])
        if len(got) >= count:
            done.set()

    async with broker:
        await broker.start()
        await done.wait()
    return got


async def _aiokafka(bootstrap: str, topic: str, count: int) -> Ids:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, 0)])
        got: Ids = []
        while len(got) < count:
            record = await consumer.getone()
            got.append(dict(record.headers)["ce_id"].decode())
        return got
    finally:
        await consumer.stop()


async def _kcat(bootstrap: str, topic: str, _: int) -> Ids:
    """`kcat -C -e` reads to the end and leaves; `%h` prints the headers."""
    words = ["kcat", "-b", bootstrap, "-t", topic, "-C", "-o", "beginning", "-e", "-q", "-f", "%h\n"]
    process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    said, _error = await process.communicate()
    return [dict(pair.split("=", 1) for pair in line.split(","))["ce_id"] for line in said.decode().splitlines()]
