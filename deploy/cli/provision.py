"""`senandung provision`: topics, databases and their schema; the one command that touches a database."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
from aiokafka.errors import KafkaError
from rich.console import Console

from deploy.cli.services import fail
from deploy.containers import password_in
from deploy.provision import Done, Unfit, provision_kafka, provision_postgres, provision_roles
from shared.contracts.topics import SERVICES
from shared.runtime.kafka import KafkaSettings


def provision(  # noqa: PLR0917  # typer reads options from the parameters; nobody calls this by position
    kafka: Annotated[str, typer.Option(help="Brokers, as host:port,host:port.", envvar="SENANDUNG_KAFKA")],
    postgres: Annotated[
        str, typer.Option(help="A DSN of a role that may create databases.", envvar="SENANDUNG_POSTGRES_ADMIN")
    ],
    prefix: Annotated[str, typer.Option(help="Put before the name of every topic.")] = "",
    replicas: Annotated[int, typer.Option(help="Copies of each partition: 3 on three brokers.")] = 1,
    roles: Annotated[
        Path | None,
        typer.Option(help="A folder with intake.pgpass and so on: a role for each service's database alone."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be made.")] = False,
) -> None:
    """Make what services refuse to make by themselves: topics, databases, roles, and the schema of this release.

    Safe to run again: what is there stays as it is. A topic with another number of partitions is refused, for it
    would tear cases apart.
    """
    brokers = KafkaSettings(bootstrap=tuple(kafka.split(",")), prefix=prefix)
    try:
        passwords = _passwords(roles) if roles else {}
        made = asyncio.run(_provision(brokers, postgres, replicas, passwords, dry_run=dry_run))
    except (Unfit, KafkaError, OSError, asyncpg.PostgresError) as problem:
        raise fail(f"{type(problem).__name__}: {problem}") from None
    _tell(made, "would make" if dry_run else "made")


def _passwords(folder: Path) -> Mapping[str, str]:
    return {service: password_in(folder / f"{service}.pgpass") for service in SERVICES}


async def _provision(
    kafka: KafkaSettings, postgres: str, replicas: int, passwords: Mapping[str, str], *, dry_run: bool
) -> Done:
    done = await provision_kafka(kafka, replicas=replicas, dry_run=dry_run)
    stored = await provision_postgres(postgres, dry_run=dry_run)
    admitted = await provision_roles(postgres, passwords, dry_run=dry_run)
    return Done(done.topics, done.changed, stored.databases, stored.migrations, admitted.roles)


def _tell(done: Done, did: str) -> None:
    console = Console(highlight=False)
    made = {"topics": done.topics, "databases": done.databases, "migrations": done.migrations, "roles": done.roles}
    for kind, names in made.items():
        console.print(f"{did} {len(names)} {kind}" + (f": {', '.join(names)}" if names else ""), markup=False)
