"""What a newcomer sees who has not made the secrets yet."""

import os
import subprocess

import pytest

from tests.compose.city import ROOT


@pytest.mark.compose
def test_without_secrets_compose_says_which_command_makes_them() -> None:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SENANDUNG_")}
    words = ["docker", "compose", "--env-file", os.devnull, "-f", "deploy/compose.yaml", "up", "--detach"]
    told = subprocess.run(words, cwd=ROOT, env=ours, capture_output=True, text=True, timeout=60, check=False)

    assert told.returncode != 0
    assert "run ./senandung secrets" in told.stderr
