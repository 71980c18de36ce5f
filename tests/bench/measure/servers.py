"""The two servers that every variant shares, embedded, with everything they acknowledge on disk."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.keys import make_keys
from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres
from tests.servers.running import short_folder

POSTGRES: Final = {"shared_buffers": "512MB", "max_wal_size": "4GB"}
"""As a server of that size is set up, for every variant alike: with a million cases the default cache is too small, and
a checkpoint in the middle of a run would write every page that is touched after it once more as a whole."""


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
    with short_folder() as home, contextlib.ExitStack() as always:
        postgres = Postgres(home / "postgres", settings=POSTGRES)
        always.callback(postgres.remove)
        make_keys(home / "keys")
        yield Servers(home, always.enter_context(Kafka(home / "kafka")), always.enter_context(postgres))
