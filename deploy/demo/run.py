"""The demonstration from beginning to end: start, tell, read back, stop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deploy.demo.readback.everything import read_back
from deploy.demo.stage import City, Stage
from deploy.demo.stories import hearing, mistake, raid, toddler
from deploy.demo.tell import Teller
from deploy.demo.watch import watching
from shared.runtime.kafka import drop, new_producer


def run(city: City, teller: Teller) -> bool:
    """Tell everything to a city that has started; tell whether all that must hold does."""
    return asyncio.run(_run(city, teller))


async def _run(city: City, teller: Teller) -> bool:
    async with staged(city, teller) as stage:
        with teller.timed("cerita · stories"):
            await _stories(stage)
        with teller.timed("baca ulang · reading back"):
            return await read_back(stage)


async def _stories(stage: Stage) -> None:
    """In their order; while a silent agency's time runs, the mistakes are told."""
    await raid.tell(stage)
    await hearing.tell(stage)
    silence = await toddler.tell(stage)
    await mistake.tell(stage)
    await toddler.escalated(stage, silence)


@asynccontextmanager
async def staged(city: City, teller: Teller, patience: float = 25.0) -> AsyncIterator[Stage]:
    """A stage in a city that has started, for as long as the block lasts; anything is awaited for `patience` seconds."""
    producer = await new_producer(city.kafka_settings, "agencies")
    try:
        async with watching(city.kafka_settings, teller.line) as watch:
            watch.patience = patience
            yield Stage(city, watch, producer, teller)
    finally:
        await drop(producer)
