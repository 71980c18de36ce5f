"""The tables of all four services: each says what it is, and takes the rows that the domain makes."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import asyncpg
import pytest

from shared.contracts.topics import SERVICES
from tests.conftest import MakeDatabase
from tests.intake.city import intake
from tests.notifications.city import Post
from tests.office import schema
from tests.routing.city import routing
from tests.shelter.city import a_case

COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position"
COMMENTS = """
SELECT relname, obj_description(oid) FROM pg_class
WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace"""
TABLES: Mapping[str, Mapping[type, Any]] = {
    "intake": intake().tables,
    "routing": routing().tables,
    "shelter": a_case().domain.tables,
    "notifications": Post().domain.tables,
}


@pytest.mark.parametrize("service", SERVICES)
async def test_its_tables_say_what_they_are_and_have_the_columns_of_their_rows(
    service: str, database: MakeDatabase
) -> None:
    sql = await asyncpg.connect(await database(schema(import_module(f"services.{service}.migrations"))))
    says = {name: str(comment) for name, comment in await sql.fetch(COMMENTS)}
    columns = {
        table.name: [row[0] for row in await sql.fetch(COLUMNS, table.name)] for table in TABLES[service].values()
    }
    await sql.close()

    assert [name for name, text in says.items() if not text.startswith(("derived: ", "primary: "))] == []
    assert [name for name in columns if not says[name].startswith("derived: ")] == []
    assert columns == {table.name: list(kind._fields) for kind, table in TABLES[service].items()}  # type: ignore[attr-defined]  # a NamedTuple
