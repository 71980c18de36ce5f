"""The field's bugs about who may see and change what."""

import asyncpg
import pytest

from deploy.provision import _TABLES
from services.notifications.domain import domain
from services.notifications.domain.readers import Readers
from services.notifications.policy import reminders
from shared.contracts.topics import SERVICES
from shared.runtime.logs import REDACTED, code_of
from shared.runtime.migrations import migrate, migrations
from tests.conftest import MakeDatabase
from tests.notifications.city import PARTIES, PROFILES, Post

INSERT_ONLY = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND obj_description(oid, 'pg_class') LIKE '%insert-only%'"""
MAY = """
SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p
WHERE has_table_privilege($1, $2, p)"""


@pytest.mark.parametrize("service", SERVICES)
async def test_append_only_table_that_grants_delete_is_not_there_for_a_service_s_own_role(
    database: MakeDatabase, service: str
) -> None:
    role = f"field_{service}"
    sql = await asyncpg.connect(await database([]))
    try:
        await migrate(sql, migrations(f"services.{service}.migrations"))
        await sql.execute(f'CREATE ROLE "{role}"')
        await sql.execute(_TABLES.format(role=role))

        tables = [row[0] for row in await sql.fetch(INSERT_ONLY)]
        may = {table: {row[0] for row in await sql.fetch(MAY, role, table)} for table in tables}
        assert may == {"said": {"SELECT", "INSERT"}}
    finally:
        await sql.execute(f'DROP OWNED BY "{role}"; DROP ROLE "{role}"')
        await sql.close()


def test_disabled_receiver_still_holding_access_is_told_nothing_from_the_day_it_is_in_the_directory_no_more() -> None:
    with_it, without = (Post().identified().referred("dinkes").accepted("dinkes").clear() for _ in "12")
    left = {party: profile for party, profile in PARTIES.items() if party != "dinkes"}
    without.domain = domain(Readers(PROFILES, left), reminders())

    for city in (with_it, without):
        city.admitted().completed("dinkes")

    assert with_it.types("dinkes") == ["in-protection", "referral-completed"]
    assert without.types("dinkes") == []
    assert without.types("dinsos") == with_it.types("dinsos") != []


def test_pii_scrub_fails_open_nowhere_for_what_cannot_be_read_as_a_code_is_not_told() -> None:
    class Broken:
        """Something that nobody foresaw, and that fails when it is looked at."""

        def __str__(self) -> str:
            raise ValueError("Siti Percontohan")

        __repr__ = __str__

    assert code_of(Broken()) == REDACTED
    assert code_of([Broken(), "gap"]) == [REDACTED, "gap"]
