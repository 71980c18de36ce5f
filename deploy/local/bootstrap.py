"""Make `.venv` from the pinned requirements: standard library only, in words that any Python 3 can read and refuse."""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
REQUIREMENTS = tuple(ROOT / "requirements" / f"{name}.txt" for name in ("runtime", "local", "dev"))
OLDEST = (3, 11)


def main() -> int:
    """Return 0 when the environment is ready, 1 after saying what is missing."""
    missing = what_is_missing()
    if missing:
        say(missing)
        return 1
    with only_one_at_a_time():
        return 0 if is_ready() else build()


def what_is_missing() -> "str | None":
    """Say in words what the machine lacks, and what to install."""
    if sys.version_info < OLDEST:
        return (
            f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; {sys.executable} is {sys.version.split()[0]}.\n"
            "    Name a newer one, for instance: make setup PYTHON=python3.12"
        )
    if not all(importlib.util.find_spec(module) for module in ("venv", "ensurepip")):
        return (
            f"{sys.executable} has no `venv`. On Debian and Ubuntu: sudo apt install python3-venv\n"
            "    Or name a Python that has it: make setup PYTHON=python3.12"
        )
    return None


@contextlib.contextmanager
def only_one_at_a_time() -> "Iterator[None]":
    """Hold a lock, so that `make demo` and `make test` begun together install once."""
    with (ROOT / ".setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def stamp() -> Path:
    """Name the file whose presence says that these very requirements are installed."""
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in REQUIREMENTS)).hexdigest()
    return VENV / f".ready-{wanted[:16]}"


def is_ready() -> bool:
    """Tell whether the environment is whole and its interpreter still starts."""
    return stamp().exists() and os.access(VENV / "bin" / "python", os.X_OK)


def build() -> int:
    """Create the environment and install every pinned package, checked by hash."""
    begun = time.monotonic()
    say(f"making {VENV.name} with {sys.executable} (Python {sys.version.split()[0]})")
    if run(sys.executable, "-m", "venv", *anew(), str(VENV)) or install():
        say("the environment could not be made; the lines above say why")
        return 1
    for old in VENV.glob(".ready-*"):
        old.unlink()
    stamp().touch()
    say(f"ready after {time.monotonic() - begun:.0f} s")
    return 0


def anew() -> "list[str]":
    """Begin from nothing only where the interpreter does not run: what runs from the environment now shall go on."""
    python = VENV / "bin" / "python"
    works = os.access(python, os.X_OK) and not run(
        str(python), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"
    )
    return [] if works else ["--clear"]


def install() -> int:
    """Let pip fetch and check the packages; its own lines are the progress."""
    say("installing the packages pinned in requirements/ (once; about 330 MB)")
    files = [argument for path in REQUIREMENTS for argument in ("-r", str(path))]
    pip = (str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check")
    return run(*pip, "install", "--require-hashes", "--no-deps", "--progress-bar", progress_bar(), *files)


def progress_bar() -> str:
    """Draw a bar for a person, none in a log."""
    return "on" if sys.stdout.isatty() else "off"


def run(*command: str) -> int:
    """Run a command with its output shown; return its exit status."""
    return subprocess.run(command, check=False, cwd=ROOT).returncode


def say(text: str) -> None:
    """Print one line of progress at once."""
    print(f"setup: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
