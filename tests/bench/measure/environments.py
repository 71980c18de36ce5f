"""The environments of the variants that want other packages than ours: made once, pinned and checked by hash."""

import hashlib
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[3]
NAMES: Final = {"outbox": "faststream-outbox", "stream": "quixstreams"}
"""Environments, and the package that each is there for."""


class CannotMake(RuntimeError):
    """An environment could not be made; the message says what to do."""


def python(name: str) -> Path:
    """The interpreter of an environment, whether it is there or not."""
    return ROOT / ".venv-bench" / name / "bin" / "python"


def requirements(name: str) -> Path:
    """What an environment is made from."""
    return ROOT / "requirements" / f"bench-{name}.txt"


def versions() -> Mapping[str, str]:
    """The pinned version of each package that is measured."""
    return {package: _pinned(requirements(name).read_text(), package) for name, package in NAMES.items()}


def make(name: str, tell: Callable[[str], None]) -> None:
    """Make an environment where it is not there, or not from these very requirements. Raises `CannotMake`."""
    wanted = hashlib.sha256(requirements(name).read_bytes()).hexdigest()[:16]
    folder = python(name).parents[1]
    stamp = folder / f".ready-{wanted}"
    if stamp.exists():
        return
    tell(f"making {folder.relative_to(ROOT)} with {NAMES[name]} (once)")
    uv = [str(Path(sys.executable).with_name("uv"))]
    _run([*uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)])
    install = ["pip", "install", "--quiet", "--require-hashes", "--no-deps", "--python", str(python(name))]
    _run([*uv, *install, "-r", str(requirements(name))])
    stamp.touch()


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    except FileNotFoundError:
        raise CannotMake(f"{command[0]} is missing: `make setup` installs it") from None
    if done.returncode:
        raise CannotMake(f"{command[0]} {command[1]} failed:\n{done.stderr[-2000:]}")


def _pinned(text: str, package: str) -> str:
    found = re.search(rf"^{package}==(\S+)", text, re.MULTILINE)
    return found[1] if found else "unknown"
