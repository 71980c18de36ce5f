"""What intake needs to start, and what it says where that is missing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pydantic import ValidationError

from deploy.keys import make_keys
from services.intake import keyring
from services.intake.app import create
from services.intake.settings import Settings
from services.intake.vault import Vault
from shared.runtime.service import CannotStart
from tests.intake.desk import settings
from tests.intake.people import SITI, added, sealed


def test_intake_starts_with_the_keys_that_a_new_city_makes(tmp_path: Path) -> None:
    make_keys(tmp_path)
    given = settings(tmp_path, keyring=tmp_path / "intake.json", directory_keys=tmp_path / "directory.json")

    assert create(given).wiring.domain.name == "intake"


def test_a_refusal_is_told_in_both_languages(tmp_path: Path) -> None:
    indonesian, english = create(settings(tmp_path)).wiring.sentence("no-offender-by-raid")

    assert "razia" in indonesian
    assert "raid" in english


@pytest.mark.parametrize(("broken", "told"), [
    (lambda folder: {"keyring": folder / "none.json"}, "give the path of the vault's keyring"),
    (lambda folder: {"keyring": folder / "officers.json"}, "not as described"),
    (lambda folder: {"directory_keys": folder / "none.json"}, "give the path of a keys file"),
])  # fmt: skip
def test_without_its_keys_intake_does_not_start_and_says_what_to_do(
    tmp_path: Path, broken: Callable[[Path], dict[str, Any]], told: str
) -> None:
    with pytest.raises(CannotStart, match=told):
        create(settings(tmp_path, **broken(tmp_path)))


def test_a_directory_that_gives_senders_another_key_is_found_at_the_start(tmp_path: Path) -> None:
    make_keys(tmp_path)

    with pytest.raises(CannotStart, match="correct the directory"):
        create(settings(tmp_path, directory_keys=tmp_path / "directory.json"))


async def test_a_database_that_the_keyring_cannot_open_is_found_at_the_start(
    tmp_path: Path, sql: asyncpg.Connection
) -> None:
    service = create(settings(tmp_path))
    assert service.prepared is not None
    await service.prepared(sql)

    (tmp_path / "other.json").write_text(keyring.fresh("2025"))
    other = keyring.load(tmp_path / "other.json")
    await Vault(other).keep(sql, [added(sealed(other, SITI))])

    with pytest.raises(CannotStart, match="wrapping-2025"):
        await service.prepared(sql)


def test_no_secret_has_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", {})
    with pytest.raises(ValidationError) as missing:
        Settings()

    wanted = {str(error["loc"][0]) for error in missing.value.errors()}
    assert {"postgres", "token_key_file", "keyring", "jwks"} <= wanted
