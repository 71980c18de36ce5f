"""What is read at once: promptly where something must be decided, patiently where nobody waits for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from aiokafka import AIOKafkaConsumer, ConsumerRecord

from shared.contracts.envelope import full_type
from shared.contracts.topics import COMMAND_TYPES
from shared.runtime.wiring import Wiring

BATCH: Final = 1_000
FETCH_WAIT_MS: Final = 100
"""How long a broker holds an answer that has nothing in it; what was busy meanwhile is not asked for until then."""
_WAIT: Final = 1.0
_PATIENCE: Final = 0.1
"""Seconds for which our own facts, and commands that others decide, wait for company: each turn is a transaction."""
_BUSY: Final = 0.03
"""Seconds after a batch within which the next one makes it worth a broker's while to gather before it answers."""
_GATHER_MS: Final = 10
_GATHER_BYTES: Final = 65_536


@dataclass(slots=True)
class Reading:
    """Draws batches from one consumer. `ready` tells whether all that we have said ourselves is known."""

    wiring: Wiring
    prefix: str
    ready: Callable[[], bool]
    last: float = 0.0
    own: frozenset[str] = field(init=False)
    ranks: dict[str, int] = field(init=False)
    theirs: frozenset[bytes] = field(init=False)

    def __post_init__(self) -> None:
        wiring, prefix = self.wiring, self.prefix
        self.own = frozenset(prefix + topic for topic in wiring.own)
        self.ranks = {prefix + topic: n for n, topic in enumerate(dict.fromkeys((wiring.keys, *wiring.streams)))}
        self.theirs = frozenset(
            full_type(type_, command.version).encode()
            for type_, command in COMMAND_TYPES.items()
            if command.decider != wiring.domain.name
        )

    async def batch(self, consumer: AIOKafkaConsumer) -> tuple[ConsumerRecord, ...]:
        """All that there is, as soon as there is something to decide; nothing after a second."""
        found = part = await self._some(consumer, _WAIT)
        end = monotonic() + _PATIENCE
        while part and len(found) < BATCH and not self._matters(part) and (left := end - monotonic()) > 0:
            part = await self._some(consumer, left)
            found += part
        return tuple(found)

    async def _some(self, consumer: AIOKafkaConsumer, seconds: float) -> list[ConsumerRecord]:
        """In the order in which streams follow from each other, so that less comes before its cause."""
        found = await consumer.getmany(timeout_ms=round(seconds * 1000), max_records=BATCH)
        self._pace(consumer)
        return [record for part in sorted(found, key=lambda part: self.ranks[part.topic]) for record in found[part]]

    def _pace(self, consumer: AIOKafkaConsumer) -> None:
        """Have the broker gather while we are busy anyway: each answer, and each turn, costs more than its records."""
        now, last = monotonic(), self.last
        self.last, fetcher = now, consumer._fetcher  # noqa: SLF001 - the client asks only once, when it is made
        busy = now - last < _BUSY
        fetcher._fetch_max_wait_ms = _GATHER_MS if busy else FETCH_WAIT_MS  # noqa: SLF001
        fetcher._fetch_min_bytes = _GATHER_BYTES if busy else 1  # noqa: SLF001

    def _matters(self, records: Sequence[ConsumerRecord]) -> bool:
        return not self.ready() or not all(
            record.topic in self.own or self._decided_elsewhere(record) for record in records
        )

    def _decided_elsewhere(self, record: ConsumerRecord) -> bool:
        return record.topic[len(self.prefix) :] in self.wiring.command_topics and any(
            name == "ce_type" and value in self.theirs for name, value in record.headers
        )
