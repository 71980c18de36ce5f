"""Possible duplicates: cases of what may be one child, found without opening any identity (R100)."""

import asyncio
from pathlib import Path
from uuid import UUID, uuid4, uuid5

import asyncpg

from services.intake import store
from services.intake.keyring import Keyring
from services.intake.vault import Vault
from tests.conftest import MakeDatabase
from tests.harness import CASE
from tests.intake.conftest import FILES
from tests.intake.people import BIMA, SITI, a_keyring, added, reported, sealed

OTHER, THIRD = uuid5(CASE, "other"), uuid5(CASE, "third")


async def duplicates(sql: asyncpg.Connection, case: UUID) -> dict[UUID, list[str]]:
    return {each.other: list(each.kinds) for each in await store.possible_duplicates(sql, case)}


async def test_two_cases_with_one_nik_are_possible_duplicates_of_each_other(
    vault: Vault, keyring: Keyring, sql: asyncpg.Connection
) -> None:
    await vault.keep(sql, [added(sealed(keyring, {"nik": SITI["nik"]}))])
    await vault.keep(sql, [added(sealed(keyring, SITI), OTHER), added(sealed(keyring, BIMA), THIRD)])

    assert await duplicates(sql, CASE) == {OTHER: ["nik"]}
    assert await duplicates(sql, OTHER) == {CASE: ["nik"]}
    assert await duplicates(sql, THIRD) == {}


async def test_a_name_with_its_birth_date_finds_one_child_in_two_spellings(
    vault: Vault, keyring: Keyring, sql: asyncpg.Connection
) -> None:
    spelt = [{"name": name, "birth_date": "2015-03-15"} for name in ("Bima Percontohan", "BIMA PERCONTOHAN")]
    await vault.keep(sql, reported(*[sealed(keyring, each) for each in spelt], subjects=(CASE, OTHER)))

    assert await duplicates(sql, CASE) == {OTHER: ["name-and-birth"]}


async def test_what_one_case_was_told_twice_is_no_duplicate_of_itself(
    vault: Vault, keyring: Keyring, sql: asyncpg.Connection
) -> None:
    await vault.keep(sql, [added(sealed(keyring, SITI)), added(sealed(keyring, SITI), statement="statement-2")])

    assert await duplicates(sql, CASE) == {}


async def test_three_cases_of_one_child_all_know_of_one_another(
    vault: Vault, keyring: Keyring, sql: asyncpg.Connection
) -> None:
    for case in (CASE, OTHER, THIRD):
        await vault.keep(sql, [added(sealed(keyring, SITI), case)])

    assert await duplicates(sql, OTHER) == {CASE: ["name-and-birth", "nik"], THIRD: ["name-and-birth", "nik"]}


async def test_two_turns_at_once_that_tell_of_one_child_do_not_miss_each_other(
    vault: Vault, keyring: Keyring, database: MakeDatabase
) -> None:
    dsn = await database(FILES)
    first, second = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
    turn = first.transaction()
    await turn.start()
    await vault.keep(first, [added(sealed(keyring, SITI), CASE)])
    waiting = asyncio.create_task(vault.keep(second, [added(sealed(keyring, SITI), OTHER)]))
    await _waits_for_a_lock(first, second.get_server_pid())
    await turn.commit()
    await waiting

    assert set(await duplicates(first, CASE)) == {OTHER}
    await first.close()
    await second.close()


async def _waits_for_a_lock(sql: asyncpg.Connection, pid: int) -> None:
    waits = "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $1 AND NOT granted)"
    async with asyncio.timeout(10):
        while not await sql.fetchval(waits, pid):  # noqa: ASYNC110  # PostgreSQL tells only who asks
            await asyncio.sleep(0.01)


async def test_a_pair_that_is_linked_is_shown_as_such(vault: Vault, keyring: Keyring, sql: asyncpg.Connection) -> None:
    await vault.keep(sql, [added(sealed(keyring, SITI)), added(sealed(keyring, SITI), OTHER)])
    link = "INSERT INTO links (subject, link, primary_case, status) VALUES ($1, $2, $3, $4)"
    assert [each.linked for each in await store.possible_duplicates(sql, CASE)] == [False]

    await sql.execute(link, OTHER, uuid4(), CASE, "unlinked")
    assert [each.linked for each in await store.possible_duplicates(sql, CASE)] == [False]
    await sql.execute(link, OTHER, uuid4(), CASE, "linked")

    for case in (CASE, OTHER):
        assert [each.linked for each in await store.possible_duplicates(sql, case)] == [True]


async def test_warnings_of_a_nik_are_kept_for_who_looks_at_the_case(
    vault: Vault, keyring: Keyring, sql: asyncpg.Connection
) -> None:
    await vault.keep(sql, [added(sealed(keyring, {**SITI, "sex": "male"})), added(sealed(keyring, SITI), OTHER)])

    assert await store.warnings(sql, CASE) == ["sex-differs"]
    assert await store.warnings(sql, OTHER) == []


async def test_marks_made_with_another_key_match_nothing(
    vault: Vault, keyring: Keyring, sql: asyncpg.Connection, tmp_path: Path
) -> None:
    """Whoever guesses at a NIK needs the key as well as the rows."""
    new = a_keyring(tmp_path, "2027")
    await vault.keep(sql, [added(sealed(keyring, SITI))])
    await Vault(new).keep(sql, [added(sealed(new, SITI), OTHER)])

    assert await duplicates(sql, CASE) == {}
