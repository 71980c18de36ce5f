"""`senandung provision`: topics, databases and their schema; the one command that touches a database."""

import asyncio
from typing import Annotated

import asyncpg
import typer
from aiokafka.errors import KafkaError
from rich.console import Console

from deploy.cli.services import fail
from deploy.provision import Done, Unfit, provision_kafka, provision_postgres
from shared.runtime.kafka import KafkaSettings


def provision(
    kafka: Annotated[str, typer.Option(help="Brokers, as host:port,host:port.", envvar="SENANDUNG_KAFKA")],
    postgres: Annotated[
        str, typer.Option(help="A DSN of a role that may create databases.", envvar="SENANDUNG_POSTGRES_ADMIN")
    ],
    prefix: Annotated[str, typer.Option(help="Put before the name of every topic.")] = "",
    replicas: Annotated[int, typer.Option(help="Copies of each partition: 3 on three brokers.")] = 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be made.")] = False,
) -> None:
    """Make what services refuse to make by themselves: topics, databases, and the schema of this release.

    Safe to run again: what is there stays as it is. A topic with another number of partitions is refused, for it
    would tear cases apart.
    """
    brokers = KafkaSettings(bootstrap=tuple(kafka.split(",")), prefix=prefix)
    try:
        made = asyncio.run(_provision(brokers, postgres, replicas, dry_run=dry_run))
    except (Unfit, KafkaError, OSError, asyncpg.PostgresError) as problem:
        raise fail(f"{type(problem).__name__}: {problem}") from None
    _tell(made, "would make" if dry_run else "made")


async def _provision(kafka: KafkaSettings, postgres: str, replicas: int, *, dry_run: bool) -> Done:
    done = await provision_kafka(kafka, replicas=replicas, dry_run=dry_run)
    stored = await provision_postgres(postgres, dry_run=dry_run)
    return Done(done.topics, done.changed, stored.databases, stored.migrations)


def _tell(done: Done, did: str) -> None:
    console = Console(highlight=False)
    for kind, names in (("topics", done.topics), ("databases", done.databases), ("migrations", done.migrations)):
        console.print(f"{did} {len(names)} {kind}" + (f": {', '.join(names)}" if names else ""), markup=False)
