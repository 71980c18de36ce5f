"""What is measured, each metric once, with its meaning."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter


class Telemetry:
    """The metrics of one service."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.messages = Counter("senandung_messages", "Messages by what became of them", ["what"], registry=registry)
        self.said = Counter("senandung_said", "Facts said and committed", registry=registry)
        self.sent = Counter("senandung_published", "Facts acknowledged by the broker", registry=registry)

    def turn(self, counts: Mapping[str, int], said: int) -> None:
        """A turn was committed."""
        for what, count in counts.items():
            self.messages.labels(what).inc(count)
        self.said.inc(said)

    def published(self, count: int) -> None:
        """The broker has acknowledged facts."""
        self.sent.inc(count)
