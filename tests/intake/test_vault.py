"""The vault: what is told in confidence lies sealed from the first row on, and opens for its case alone."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake import store
from services.intake.keyring import Keyring, KeyringError
from services.intake.vault import Vault, VaultError, open_field, seal_field
from shared.contracts.commands import AddIdentity, AssessRisk, ReportChild
from shared.contracts.model import Sealed
from tests.harness import CASE
from tests.intake.city import a_report, told
from tests.intake.people import BIMA, SITI, a_keyring, added, reported, sealed

OTHER, THIRD = uuid5(CASE, "other"), uuid5(CASE, "third")
KEY, ANOTHER_KEY = bytes(range(32)), bytes(32)
FIELDS = st.sampled_from(["name", "nik", "address"])


async def rows_of(sql: asyncpg.Connection, table: str) -> list[Any]:
    return [tuple(row) for row in await sql.fetch(f'SELECT * FROM "{table}"')]  # noqa: S608  # our own tables' names


async def tables_of(sql: asyncpg.Connection) -> list[str]:
    tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    return [row["table_name"] for row in await sql.fetch(tables)]


# -- sealing a field -----------------------------------------------------------------------------------------------


@given(st.text(max_size=300), FIELDS, st.uuids(version=4))
def test_a_field_opens_as_it_was_sealed(text: str, field: str, case: UUID) -> None:
    assert open_field(KEY, case, field, seal_field(KEY, case, field, text)) == text


@given(st.text(max_size=50), st.tuples(FIELDS, st.uuids()), st.tuples(FIELDS, st.uuids()))
def test_a_field_opens_for_no_other_case_or_field(text: str, here: tuple[str, UUID], there: tuple[str, UUID]) -> None:
    sealed_here = seal_field(KEY, here[1], here[0], text)

    if here != there:
        with pytest.raises(VaultError):
            open_field(KEY, there[1], there[0], sealed_here)


@given(st.text(max_size=50), st.integers(0, 1000), st.integers(1, 255))
def test_a_field_that_was_touched_or_sealed_under_another_key_does_not_open(text: str, at: int, flip: int) -> None:
    whole = seal_field(KEY, CASE, "name", text)
    touched = bytearray(whole)
    touched[at % len(whole)] ^= flip

    for key, data in ((ANOTHER_KEY, whole), (KEY, bytes(touched)), (KEY, whole[:-1]), (KEY, b"")):
        with pytest.raises(VaultError):
            open_field(key, CASE, "name", data)


def test_the_same_text_is_sealed_differently_each_time_and_equally_long() -> None:
    boxes = {seal_field(KEY, CASE, "sex", text) for text in ("male", "male", "female")}

    assert len(boxes) == 3
    assert len({len(each) for each in boxes}) == 1


# -- before the decision -------------------------------------------------------------------------------------------


def test_a_command_without_an_identity_is_readable(vault: Vault) -> None:
    assert vault.readable(a_report()) is None
    assert vault.readable(told(AssessRisk, risk="low")) is None


def test_one_child_of_a_report_whose_identity_does_not_open_makes_the_report_unreadable(
    vault: Vault, keyring: Keyring, tmp_path: Path
) -> None:
    good = {"identity": sealed(keyring, SITI)}
    no_field = {"identity": sealed(keyring, {**BIMA, "nama": "Bima"})}
    to_others = {"identity": sealed(a_keyring(tmp_path, "other"), BIMA)}
    same_kid = {"identity": Sealed(kid=keyring.seals[0], box=to_others["identity"].box)}

    assert vault.readable(told(ReportChild, source="raid", children=[good, {}])) is None
    for bad in (no_field, to_others, same_kid):
        assert vault.readable(told(ReportChild, source="raid", children=[good, bad])) == "identity-not-readable"
        assert vault.readable(told(AddIdentity, **bad)) == "identity-not-readable"


def test_a_nik_without_form_or_unlike_the_birth_date_is_no_reason_to_refuse(vault: Vault, keyring: Keyring) -> None:
    """R99."""
    bad_nik = {"identity": sealed(keyring, {**BIMA, "nik": "6471994003159002"})}
    assert vault.readable(told(ReportChild, source="raid", children=[bad_nik, {}])) is None
    assert vault.readable(told(AddIdentity, identity=sealed(keyring, {**SITI, "birth_date": "2010-01-01"}))) is None


# -- in the turn ---------------------------------------------------------------------------------------------------


async def test_each_child_of_a_report_gets_its_own_identity_back(
    vault: Vault, keyring: Keyring, sql: asyncpg.Connection
) -> None:
    told_of = [sealed(keyring, SITI), None, sealed(keyring, BIMA)]
    await vault.keep(sql, reported(*told_of, subjects=(CASE, OTHER, THIRD)))

    assert await vault.open(sql, CASE) == SITI
    assert await vault.open(sql, OTHER) == {}
    assert await vault.open(sql, THIRD) == BIMA
    assert len(await rows_of(sql, "vault_keys")) == 2


async def test_no_row_holds_a_word_of_what_was_told(vault: Vault, keyring: Keyring, sql: asyncpg.Connection) -> None:
    await vault.keep(sql, [added(sealed(keyring, SITI)), added(sealed(keyring, BIMA), OTHER)])
    rows = [row for table in await tables_of(sql) for row in await rows_of(sql, table)]
    dump = b"\n".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)

    words = {word.lower() for text in (*SITI.values(), *BIMA.values()) for word in text.split() if len(word) > 3}
    assert len(rows) > 10
    assert not [word for word in words if word.encode() in dump.lower()]


async def test_what_is_learnt_later_is_added_and_the_latest_counts(
    vault: Vault, keyring: Keyring, sql: asyncpg.Connection
) -> None:
    first, later = {"name": "Bima", "alias": "Bim"}, {"name": "Bima Percontohan"}
    await vault.keep(sql, [added(sealed(keyring, first))])
    await vault.keep(sql, [added(sealed(keyring, later), by="koppaja", statement="statement-2")])

    assert await vault.open(sql, CASE) == {"name": "Bima Percontohan", "alias": "Bim"}
    assert len(await rows_of(sql, "vault_keys")) == 1
    assert len(await rows_of(sql, "vault_statements")) == 2


async def test_a_turn_without_identities_touches_no_row(vault: Vault, sql: asyncpg.Connection) -> None:
    await vault.keep(sql, reported(None, None, subjects=(CASE, OTHER)))

    assert await rows_of(sql, "vault_keys") == []


async def test_what_a_turn_kept_goes_with_the_turn(vault: Vault, keyring: Keyring, sql: asyncpg.Connection) -> None:
    turn = sql.transaction()
    await turn.start()
    await vault.keep(sql, [added(sealed(keyring, SITI))])
    await turn.rollback()

    assert await vault.open(sql, CASE) == {}


async def test_rows_exchanged_between_cases_or_fields_do_not_open(
    vault: Vault, keyring: Keyring, sql: asyncpg.Connection
) -> None:
    await vault.keep(sql, [added(sealed(keyring, SITI)), added(sealed(keyring, BIMA), OTHER)])
    exchange = "UPDATE vault_fields f SET sealed = o.sealed FROM vault_fields o WHERE f.subject = $1 AND f.field = $2 "
    await sql.execute(exchange + "AND o.subject = $3 AND o.field = $2", CASE, "name", OTHER)
    await sql.execute(exchange + "AND o.subject = $1 AND o.field = $3", OTHER, "name", "nik")

    for case in (CASE, OTHER):
        with pytest.raises(VaultError):
            await vault.open(sql, case)


async def test_a_key_of_another_case_does_not_open_this_one(
    vault: Vault, keyring: Keyring, sql: asyncpg.Connection
) -> None:
    await vault.keep(sql, [added(sealed(keyring, SITI)), added(sealed(keyring, BIMA), OTHER)])
    await sql.execute(
        "UPDATE vault_keys SET wrapped = (SELECT wrapped FROM vault_keys WHERE subject = $1) WHERE subject = $2",
        OTHER,
        CASE,
    )

    with pytest.raises(VaultError):
        await vault.open(sql, CASE)


async def test_without_the_keyring_nothing_opens_and_intake_does_not_start(
    vault: Vault, keyring: Keyring, sql: asyncpg.Connection, tmp_path: Path
) -> None:
    await vault.keep(sql, [added(sealed(keyring, SITI))])
    await vault.check(sql)
    lost = Vault(a_keyring(tmp_path, "2027"))

    with pytest.raises(VaultError, match="wrapping-2026"):
        await lost.open(sql, CASE)
    with pytest.raises(KeyringError, match="wrapping-2026"):
        await lost.check(sql)


async def test_a_key_of_the_same_name_but_another_content_does_not_open(
    vault: Vault, keyring: Keyring, sql: asyncpg.Connection, tmp_path: Path
) -> None:
    await vault.keep(sql, [added(sealed(keyring, SITI))])
    folder = tmp_path / "other"
    folder.mkdir()

    with pytest.raises(VaultError):
        await Vault(a_keyring(folder)).open(sql, CASE)


async def test_after_a_change_of_keys_the_old_ones_still_open_and_the_new_one_wraps(
    vault: Vault, keyring: Keyring, sql: asyncpg.Connection, tmp_path: Path
) -> None:
    await vault.keep(sql, [added(sealed(keyring, SITI))])
    new = a_keyring(tmp_path, "2027")
    changed = Keyring({**new.identity, **keyring.identity}, {**new.wrapping, **keyring.wrapping}, keyring.marking)
    await Vault(changed).keep(sql, [added(sealed(keyring, BIMA), OTHER), added(sealed(new, BIMA), THIRD)])

    assert await Vault(changed).open(sql, CASE) == SITI
    assert {row[1] for row in await rows_of(sql, "vault_keys")} == {"wrapping-2026", "wrapping-2027"}
    await Vault(changed).check(sql)


async def test_the_key_of_a_case_once_deleted_takes_everything_with_it(
    vault: Vault, keyring: Keyring, sql: asyncpg.Connection
) -> None:
    await vault.keep(sql, [added(sealed(keyring, SITI)), added(sealed(keyring, SITI), OTHER)])
    await sql.execute("DELETE FROM vault_keys WHERE subject = $1", CASE)

    assert await vault.open(sql, CASE) == {}
    assert await store.possible_duplicates(sql, OTHER) == []
    assert {row[0] for row in await rows_of(sql, "vault_marks")} == {OTHER}
