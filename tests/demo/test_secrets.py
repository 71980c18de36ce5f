"""The secrets of a city in containers: each in a file for its owner alone, made once, never overwritten."""

import json
import os
from pathlib import Path

from typer.testing import CliRunner

from deploy import containers
from deploy.cli.app import app
from shared.contracts.topics import SERVICES


def senandung(*words: str) -> str:
    told = CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})
    assert told.exit_code == 0, told.output
    return told.stdout


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (folder / "secrets").iterdir()} | {
        ".env": (folder / ".env").read_text()
    }


def test_only_their_owner_can_read_them(tmp_path: Path) -> None:
    told = senandung("secrets", str(tmp_path))

    assert "made 13 files" in told
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    made = [tmp_path / ".env", *(tmp_path / "secrets").iterdir()]
    assert {path.stat().st_mode & 0o777 for path in made} == {0o600}
    assert len(made) == 14


def test_a_second_run_overwrites_nothing_and_makes_only_what_was_lost(tmp_path: Path) -> None:
    senandung("secrets", str(tmp_path))
    before = contents(tmp_path)
    (tmp_path / "secrets" / "token.key").unlink()

    told = senandung("secrets", str(tmp_path))

    after = contents(tmp_path)
    assert "made 1 files" in told
    assert {name for name in before if before[name] != after[name]} == {"token.key"}


def test_each_role_has_a_password_of_its_own(tmp_path: Path) -> None:
    senandung("secrets", str(tmp_path))

    names = ("postgres", *SERVICES)
    passwords = {containers.password_in(tmp_path / "secrets" / f"{name}.pgpass") for name in names}
    assert len(passwords) == len(names)
    assert min(map(len, passwords)) >= 40


def test_officers_commands_find_the_city_where_compose_publishes_it(tmp_path: Path) -> None:
    senandung("secrets", str(tmp_path), "--first-port", "9001")

    told = json.loads((tmp_path / "secrets" / "city.json").read_text())
    assert told["services"]["routing"] == "http://127.0.0.1:9002"
    assert told["kafka"] == "127.0.0.1:9005"
    assert "SENANDUNG_ROUTING_PORT=9002\n" in (tmp_path / ".env").read_text()


def test_the_containers_run_as_whoever_can_read_the_secrets(tmp_path: Path) -> None:
    senandung("secrets", str(tmp_path))

    owner = (tmp_path / "secrets" / "token.key").stat()
    assert f"SENANDUNG_USER={owner.st_uid}:{owner.st_gid}\n" in (tmp_path / ".env").read_text()
    assert owner.st_uid == (os.geteuid() or containers.USER)
