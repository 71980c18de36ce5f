"""Makes what services refuse to make by themselves: topics, databases and their schema. Safe to run again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.contracts.topics import SERVICES, STREAMS, Stream
from shared.runtime.kafka import KafkaSettings
from shared.runtime.migrations import Migration, migrate, migrations, missing

_SEVEN_DAYS: Final = 7 * 24 * 3600 * 1000
_KEEP_TOMBSTONES: Final = 35 * 24 * 3600 * 1000


@dataclass(slots=True)
class Done:
    """What a run made, or would make."""

    topics: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    databases: list[str] = field(default_factory=list)
    migrations: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)


class Unfit(RuntimeError):
    """Something is there that provisioning must not change; the message says what to do."""


def topic_of(stream: Stream, prefix: str, replicas: int) -> NewTopic:
    """A stream as a topic: append times of the log, 1 MiB a message, kept or compacted as the contract says."""
    settings = {
        "message.timestamp.type": "LogAppendTime",
        "max.message.bytes": "1048576",
        "cleanup.policy": "compact" if stream.compacted else "delete",
        "retention.ms": str(stream.retention * 1000 if stream.retention > 0 else -1),
        "min.insync.replicas": str(max(1, replicas - 1)),
    }
    if stream.compacted:
        settings |= {"delete.retention.ms": str(_KEEP_TOMBSTONES), "max.compaction.lag.ms": str(_SEVEN_DAYS)}
    if stream.flush_each:
        settings["flush.messages"] = "1"
    return NewTopic(prefix + stream.name, stream.partitions, replicas, topic_configs=settings)


async def provision_kafka(kafka: KafkaSettings, *, replicas: int = 1, dry_run: bool = False) -> Done:
    """Make missing topics. Raises `Unfit` where one has another number of partitions, which would tear cases apart."""
    admin = AIOKafkaAdminClient(**kafka.client())
    await admin.start()
    try:
        present = set(await admin.list_topics())
        wanted = {kafka.prefix + stream.name: stream for stream in STREAMS.values()}
        for described in await admin.describe_topics(sorted(present & set(wanted))):
            count = len(described["partitions"])
            if count != wanted[described["topic"]].partitions:
                want = wanted[described["topic"]].partitions
                raise Unfit(f"topic {described['topic']} has {count} partitions, not {want}: move it away")
        absent = sorted(set(wanted) - present)
        if absent and not dry_run:
            await admin.create_topics([topic_of(wanted[name], kafka.prefix, replicas) for name in absent])
        return Done(topics=absent)
    finally:
        await admin.close()


async def provision_postgres(admin_dsn: str, services: Sequence[str] = SERVICES, *, dry_run: bool = False) -> Done:
    """Make a database for each service, and bring each to the schema of this release. `admin_dsn` may create them."""
    done = Done()
    connection = await asyncpg.connect(admin_dsn)
    try:
        present = {row[0] for row in await connection.fetch("SELECT datname FROM pg_database")}
        for service in services:
            if database_of(service) not in present:
                done.databases.append(database_of(service))
                if not dry_run:
                    await connection.execute(f'CREATE DATABASE "{database_of(service)}"')
    finally:
        await connection.close()
    for service in services:
        wanted = migrations(f"services.{service}.migrations")
        if dry_run and database_of(service) in done.databases:
            done.migrations += [migration.name for migration in wanted]
        else:
            done.migrations += await _migrate(wanted, dsn_of(admin_dsn, service), dry_run=dry_run)
    return done


async def provision_roles(admin_dsn: str, passwords: Mapping[str, str], *, dry_run: bool = False) -> Done:
    """Give each service of `passwords` a role that reads and writes its own database, and can change no schema.

    The databases must be there. A role that is there gets the password anew, which is how one is changed.
    """
    connection = await asyncpg.connect(admin_dsn)
    try:
        present = {row[0] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
        for service, password in () if dry_run else passwords.items():
            verb = "ALTER" if role_of(service) in present else "CREATE"
            await connection.execute(await connection.fetchval(_ROLE, verb, role_of(service), password))
            await connection.execute(_DATABASE.format(database=database_of(service), role=role_of(service)))
    finally:
        await connection.close()
    for service in () if dry_run else passwords:
        await _execute(dsn_of(admin_dsn, service), _TABLES.format(role=role_of(service)))
    return Done(roles=[role_of(service) for service in passwords if role_of(service) not in present])


_ROLE: Final = "SELECT format('%s ROLE %I LOGIN PASSWORD %L', $1::text, $2::text, $3::text)"
_DATABASE: Final = """
REVOKE ALL ON DATABASE "{database}" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO "{role}"
"""
_TABLES: Final = """
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}";
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}";
REVOKE INSERT, UPDATE, DELETE ON migrations FROM "{role}";
REVOKE UPDATE, DELETE ON said FROM "{role}"
"""


async def _execute(dsn: str, statements: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()


async def _migrate(wanted: Sequence[Migration], dsn: str, *, dry_run: bool) -> list[str]:
    connection = await asyncpg.connect(dsn)
    try:
        return await missing(connection, wanted) if dry_run else await migrate(connection, wanted)
    finally:
        await connection.close()


def database_of(service: str) -> str:
    """The name of a service's database."""
    return f"senandung_{service}"


def role_of(service: str) -> str:
    """The name of a service's own database role."""
    return database_of(service)


def dsn_of(admin_dsn: str, service: str) -> str:
    """The address of a service's database beside the one in `admin_dsn`."""
    parts = urlsplit(admin_dsn)
    return urlunsplit(parts._replace(path=f"/{database_of(service)}"))
