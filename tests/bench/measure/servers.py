"""The two servers that every variant shares, embedded, with everything they acknowledge on disk."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.keys import make_keys
from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres
from tests.servers.running import embedded_postgres, short_folder


@dataclass(frozen=True, slots=True)
class Servers:
    """A broker and a database server that run; `home` is a folder for whatever else a run writes."""

    home: Path
    kafka: Kafka
    postgres: Postgres

    @property
    def keys(self) -> Path:
        """Where a service finds the keys that it insists upon."""
        return self.home / "keys"


@contextlib.contextmanager
def servers() -> Iterator[Servers]:
    """Start both, and leave nothing behind."""
    with short_folder() as home, Kafka(home / "kafka") as kafka, embedded_postgres() as postgres:
        make_keys(home / "keys")
        yield Servers(home, kafka, postgres)
