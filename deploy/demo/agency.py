"""An agency of the demonstration: it reads its own mailbox and nothing else, and writes into its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from aiokafka import AIOKafkaProducer

from deploy.demo.line import Line
from deploy.demo.watch import Watch
from shared.contracts.codec import encode
from shared.contracts.envelope import Envelope, headers_of
from shared.contracts.model import Command
from shared.contracts.topics import inbox, outbox


@dataclass(slots=True)
class Agency:
    """One party. Every id that it uses, it has read in `agency.<code>.in`."""

    code: str
    watch: Watch
    producer: AIOKafkaProducer
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def sends(self, command: Command, answering: Line | None = None, *, id_: str = "", type_: str = "") -> str:
        """Write a command into the outbox; gives its id. What it answers lends it subject and `ce_after`."""
        envelope = Envelope(
            id=id_ or f"{self.code}-{next(self.numbers)}",
            type=type_ or command.type,
            version=command.version,
            source=f"/agencies/{self.code}",
            time=datetime.now(UTC),
            subject=answering.subject if answering else None,
            token=answering.envelope.token if answering else "",
        )
        await self.producer.send_and_wait(outbox(self.code), encode(command), headers=headers_of(envelope))
        return envelope.id

    async def hears(self, type_: str, which: Callable[[Line], bool] = lambda _: True, *, seconds: float = 0.0) -> Line:
        """The first notice of a type in the mailbox, waiting for it."""
        return (await self.hears_all(type_, 1, which, seconds=seconds))[0]

    async def hears_all(
        self, type_: str, many: int, which: Callable[[Line], bool] = lambda _: True, *, seconds: float = 0.0
    ) -> list[Line]:
        """The notices of a type, once there are so many."""
        mine = inbox(self.code)
        what = f"{type_} in {mine}"
        return await self.watch.all(
            lambda line: line.topic == mine and line.type == type_ and which(line), what, many, seconds
        )

    async def outcome(self, command: str, type_: str = "command-refused") -> Line:
        """What the mailbox says of a command of this agency's own."""
        return await self.hears(type_, lambda line: line.envelope.causation == command)


def of(subject: Line) -> Callable[[Line], bool]:
    """Tell of a notice whether it is about the same child as another in the same mailbox."""
    return lambda line: line.subject == subject.subject
