"""Where what was downloaded or computed once is kept, and how two processes keep out of each other's way there."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


def cache_folder() -> Path:
    """Return `$SENANDUNG_CACHE`, or `~/.cache/senandung`; it is made when absent."""
    folder = Path(os.environ.get("SENANDUNG_CACHE") or Path.home() / ".cache" / "senandung").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def alone(folder: Path, name: str) -> Iterator[None]:
    """Hold the lock `name` in a folder; another process, or thread, waits here."""
    with (folder / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
