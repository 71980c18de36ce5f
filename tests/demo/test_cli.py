"""The `senandung` command: help that teaches, plain words where no city runs, a dry run that changes nothing."""

import asyncio
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from deploy.cli.app import app

COMMANDS = (
    "demo", "up", "down", "secrets", "provision", "directory", "today", "case show", "ready",
    "waiting list", "waiting show",
    "waiting retry", "waiting discard", "resend", "positions show", "positions accept", "rebuild", "contracts export",
    "contracts check",
)  # fmt: skip


def senandung(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})


def test_help_lists_every_command_with_a_sentence() -> None:
    told = senandung("--help")

    assert told.exit_code == 0
    assert all(name.split()[0] in told.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_commands_help_says_more_than_its_name(name: str) -> None:
    told = senandung(*name.split(), "--help")

    assert told.exit_code == 0
    assert len(told.stdout.split("Usage")[1].splitlines()[2].split()) > 8


@pytest.mark.parametrize(
    "words",
    [
        ("waiting", "list", "routing"),
        ("resend", "intake", "cases"),
        ("positions", "show", "shelter"),
        ("today",),
        ("rebuild", "routing"),
    ],
)
def test_where_no_city_runs_it_says_how_to_start_one(words: tuple[str, ...], tmp_path: Path) -> None:
    told = senandung(*words, "--home", str(tmp_path))

    assert told.exit_code == 1
    assert "senandung up" in told.stderr


def test_a_city_in_containers_is_rebuilt_inside_them(tmp_path: Path) -> None:
    (tmp_path / "city.json").write_text('{"services": {}}')

    told = senandung("rebuild", "routing", "--home", str(tmp_path))

    assert told.exit_code == 1
    assert "run --rm -T routing python -m services.routing rebuild" in " ".join(told.stderr.split())


def test_a_service_that_nobody_knows_is_not_rebuilt(tmp_path: Path) -> None:
    assert "intake, routing, shelter, notifications" in senandung("rebuild", "sheltr", "--home", str(tmp_path)).stderr


def test_down_without_a_city_is_no_failure(tmp_path: Path) -> None:
    assert senandung("down", "--home", str(tmp_path)).exit_code == 0


def test_the_directory_shows_19_agencies_and_4_communities() -> None:
    told = senandung("directory").stdout

    assert told.count(".out") == told.count(".in ") == 23


def test_an_unknown_party_is_named() -> None:
    told = senandung("directory", "no-such-party")

    assert told.exit_code == 1
    assert "no-such-party" in told.stderr


@pytest.fixture
def nothing_made(kafka: str, postgres: str) -> tuple[str, str, str]:
    """A prefix of topics that nobody has used, and a server."""
    return kafka, postgres, f"t{uuid4().hex[:8]}."


def test_a_dry_run_tells_what_it_would_make_and_makes_nothing(nothing_made: tuple[str, str, str]) -> None:
    kafka, postgres, prefix = nothing_made
    words = ("provision", "--dry-run", "--kafka", kafka, "--postgres", postgres, "--prefix", prefix)

    before = asyncio.run(_databases(postgres))
    first, second = senandung(*words), senandung(*words)

    assert first.exit_code == 0, first.output
    assert f"{prefix}cases" in first.stdout
    assert first.stdout == second.stdout
    assert asyncio.run(_databases(postgres)) == before


async def _databases(dsn: str) -> list[str]:
    connection = await asyncpg.connect(dsn)
    try:
        return [row[0] for row in await connection.fetch("SELECT datname FROM pg_database ORDER BY 1")]
    finally:
        await connection.close()
