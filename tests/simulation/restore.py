"""A database lost and restored from a backup: what was committed since is gone from it, what was published is in the log."""

from copy import copy
from dataclasses import fields, replace

from shared.runtime.memory import Tables
from shared.runtime.rehearsal.city import City
from shared.runtime.rehearsal.weather import publish


def backup(tables: Tables) -> Tables:
    """All of a service's tables as they are at this moment."""
    kept = Tables(**{field.name: copy(getattr(tables, field.name)) for field in fields(tables)})
    kept.rows = {kind: dict(rows) for kind, rows in tables.rows.items()}
    kept.waiting = {id_: replace(waiting) for id_, waiting in tables.waiting.items()}
    return kept


def restore(city: City, service: str, kept: Tables) -> None:
    """Throw a service that is down back to a backup.

    What it had committed and never published is all that a restore may lose; here the relay had sent everything.
    """
    member = city.members[service]
    for pointer in member.tables.outbox.values():
        publish(city.log, member.tables.said[pointer])
    member.tables = backup(kept)
