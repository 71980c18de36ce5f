"""What the engine must know of the streams: who speaks them, which order facts, where keys travel."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from shared.contracts.directory.codes import RefusalCode
from shared.contracts.message import Domain
from shared.contracts.model import Command
from shared.contracts.topics import STREAMS, SUBJECT_STREAMS, Stream
from shared.runtime.record import lane_of

Sentence = Callable[[str], tuple[str, str]]
Admit = Callable[[Command], RefusalCode | None]


@dataclass(frozen=True)
class Wiring:
    """A service in its city. `token_key` (32 bytes, one for all services) seals what mailboxes carry as `ce_after`."""

    domain: Domain
    token_key: bytes
    streams: dict[str, Stream] = field(default_factory=lambda: dict(STREAMS))
    keys: str = "case-keys"
    lanes: int = SUBJECT_STREAMS[0].partitions
    sentence: Sentence = lambda code: (code, code)
    """A refusal code -> what to tell people, in Indonesian and in English."""
    admit: Admit | None = None
    """Looks at a command with the service's own keys before anything is decided, such as whether a seal opens."""

    @property
    def source(self) -> str:
        """Our `ce_source`."""
        return f"/services/{self.domain.name}"

    @property
    def answers(self) -> str:
        """The stream of our commands' outcomes."""
        return f"answers.{self.domain.name}"

    @cached_property
    def own(self) -> frozenset[str]:
        """Streams that we speak, mailboxes included."""
        return frozenset((*self.domain.speaks, self.answers))

    @cached_property
    def heard(self) -> frozenset[str]:
        """Streams whose facts we apply: our own and those of others."""
        return self.own | frozenset(self.domain.hears) | ({self.keys} if self.keys in self.streams else set())

    @cached_property
    def first(self) -> frozenset[str]:
        """Streams read to their end before anything is decided: all that we have said, and the keys that open it."""
        return self.own | {self.keys} & self.heard

    @cached_property
    def numbered(self) -> frozenset[str]:
        """Streams in which a case has numbers, mailboxes apart: what the sealed `ce_after` of a mailbox speaks of."""
        return frozenset(name for name in self.heard if not self.private(name))

    @cached_property
    def ordering(self) -> frozenset[str]:
        """Streams that `ce_after` speaks of."""
        return frozenset(s.name for s in SUBJECT_STREAMS) | {self.keys}

    @cached_property
    def command_topics(self) -> frozenset[str]:
        """Mailboxes that commands come by."""
        return frozenset(n for n, s in self.streams.items() if n.startswith("agency.") and n.endswith(".out"))

    @cached_property
    def topics(self) -> tuple[str, ...]:
        """All that we subscribe to; topics of many lanes first, so that range assignment keeps a case together."""
        return tuple(sorted(self.heard | self.command_topics, key=lambda n: (-self.streams[n].partitions, n)))

    def private(self, stream: str) -> bool:
        """A mailbox, where nothing may tell what its reader should not know."""
        return stream.startswith("agency.")

    def speaker(self, stream: str) -> str:
        """The `ce_source` that facts of a stream must have."""
        return f"/services/{self.streams[stream].speaker}"

    def partition(self, stream: str, subject: UUID) -> int:
        """Where in a stream's topic a subject lies."""
        lanes = self.streams[stream].partitions
        return lane_of(subject, lanes) if lanes > 1 else 0
