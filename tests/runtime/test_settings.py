"""A service that was not told enough says which variable is missing and what belongs there, and repeats no value."""

import subprocess
import sys
from pathlib import Path

import pytest

from shared.contracts.topics import SERVICES

ROOT = Path(__file__).parents[2]
HIDDEN = "hush-hush"


def started(service: str, **told: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", f"services.{service}"]
    environment = {f"SENANDUNG_{service.upper()}_{name}": value for name, value in told.items()}
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def enough(tmp_path: Path) -> dict[str, str]:
    """All that routing must be told; the files are wanting."""
    return {
        "POSTGRES": f"postgresql://routing:{HIDDEN}@127.0.0.1:1/routing",
        "KAFKA": "127.0.0.1:1",
        "TOKEN_KEY_FILE": str(tmp_path / "token.key"),
        "JWKS": str(tmp_path / "officers.json"),
        "HTTP_PORT": "0",
    }


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_that_was_told_nothing_names_each_variable(service: str) -> None:
    told = started(service)

    assert told.returncode == 78
    for name in ("POSTGRES", "KAFKA", "TOKEN_KEY_FILE", "JWKS", "HTTP_PORT"):
        assert f"SENANDUNG_{service.upper()}_{name}: is not set; it wants: " in told.stderr
    assert "deploy/compose.yaml" in told.stderr


def test_a_wrong_value_is_named_by_its_variable_and_not_repeated(enough: dict[str, str]) -> None:
    told = started("routing", **{**enough, "HTTP_PORT": HIDDEN})

    assert told.returncode == 78
    assert "SENANDUNG_ROUTING_HTTP_PORT: Input should be a valid integer" in told.stderr
    assert HIDDEN not in told.stdout + told.stderr


def test_a_missing_file_is_named_with_its_variable(enough: dict[str, str]) -> None:
    told = started("routing", **enough)

    assert told.returncode == 78
    assert f"SENANDUNG_ROUTING_TOKEN_KEY_FILE: {enough['TOKEN_KEY_FILE']} cannot be read: No such file" in told.stderr


@pytest.mark.parametrize("key", ["", HIDDEN, "ab" * 31, "zz" * 32])
def test_a_key_that_is_none_is_told_and_not_repeated(key: str, enough: dict[str, str]) -> None:
    Path(enough["TOKEN_KEY_FILE"]).write_text(key)

    told = started("routing", **enough)

    assert told.returncode == 78
    assert "SENANDUNG_ROUTING_TOKEN_KEY_FILE: A file with 32 bytes as 64 hexadecimal digits" in told.stderr
    assert not key or key not in told.stdout + told.stderr
