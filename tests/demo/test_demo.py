"""The demonstration itself, as a person runs it: it exits 0, tells four stories, and leaves nothing running."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.servers.running import short_folder

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


def demo(home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "deploy.cli", "demo", "--home", str(home)]
    environment = {**os.environ, "COLUMNS": "160", **more}
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False)


def what_failed(told: subprocess.CompletedProcess[str]) -> str:
    """The lines that say so, or else the last words."""
    _, found, after = told.stdout.partition("✘")
    return (found + after[:2000]) or told.stdout[-2000:] + told.stderr[-2000:]


def running(home: Path) -> list[int]:
    """Processes that speak of this home, in their words or, as the services do, in their environment."""
    return [process.pid for process in psutil.process_iter() if str(home) in _words(process)]


def _words(process: psutil.Process) -> str:
    try:
        return " ".join([*process.cmdline(), *process.environ().values()])
    except psutil.Error:
        return ""


def test_it_tells_four_stories_and_leaves_nothing_running() -> None:
    with short_folder() as folder:
        told = demo(folder / ".senandung")

        assert told.returncode == 0, what_failed(told)
        assert all(f"{number} · " in told.stdout for number in (1, 2, 3, 4))
        assert "✘" not in told.stdout
        assert running(folder) == []


def test_interrupted_it_leaves_nothing_running() -> None:
    with short_folder() as folder:
        words = [sys.executable, "-m", "deploy.cli", "demo", "--home", str(folder / ".senandung")]
        with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            assert process.stdout
            seen = next((line for line in process.stdout if "1 · Razia malam" in line), "")
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=90)

        assert seen
        assert process.returncode != 0
        assert running(folder) == []
