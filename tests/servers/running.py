"""Servers that live as long as a `with`: embedded or in containers, with nothing left afterwards."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres
from tests.servers.choice import KAFKA, POSTGRES, Kind

# For testcontainers, which reads them when it is imported: its reaper's image is not everywhere to be had, and from
# inside a container only published ports on the loopback address are sure to be reached.
CONTAINERS_ENVIRONMENT = {
    "TESTCONTAINERS_RYUK_DISABLED": "true",
    "TESTCONTAINERS_CONNECTION_MODE": "docker_host",
    "TC_HOST": "127.0.0.1",
}


@contextlib.contextmanager
def kafka_server(kind: Kind) -> Iterator[str]:
    """Yield `host:port` of a broker."""
    if KAFKA in os.environ:
        yield os.environ[KAFKA]
    elif kind == "containers":
        with kafka_in_a_container() as bootstrap:
            yield bootstrap
    else:
        with short_folder() as home, Kafka(home) as server:
            yield server.bootstrap


@contextlib.contextmanager
def postgres_server(kind: Kind) -> Iterator[str]:
    """Yield the DSN of a superuser's database."""
    if POSTGRES in os.environ:
        yield os.environ[POSTGRES]
    elif kind == "containers":
        with postgres_in_a_container() as dsn:
            yield dsn
    else:
        with embedded_postgres() as server:
            yield server.dsn()


@contextlib.contextmanager
def embedded_postgres() -> Iterator[Postgres]:
    """Yield a running embedded server, and leave no data behind."""
    with short_folder() as home, contextlib.ExitStack() as always:
        server = Postgres(home / "postgres")
        always.callback(server.remove)
        yield always.enter_context(server)


@contextlib.contextmanager
def short_folder() -> Iterator[Path]:
    """Yield a folder whose path is short enough for a Unix socket, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="senandung-", dir="/tmp"))
    folder.chmod(0o711)  # PostgreSQL, which is another user when we are root, must get through
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def kafka_in_a_container() -> Iterator[str]:
    """Yield `host:port` of the image `apache/kafka`."""
    prepare_testcontainers()
    from tests.servers.containers import KafkaContainer

    with KafkaContainer() as container:
        yield container.bootstrap()


@contextlib.contextmanager
def postgres_in_a_container() -> Iterator[str]:
    """Yield the DSN of the image `postgres`."""
    prepare_testcontainers()
    from tests.servers.containers import postgres_container

    with postgres_container() as container:
        yield container.get_connection_url()


def prepare_testcontainers() -> None:
    """Set what testcontainers reads, unless the environment says otherwise."""
    for name, value in CONTAINERS_ENVIRONMENT.items():
        os.environ.setdefault(name, value)
