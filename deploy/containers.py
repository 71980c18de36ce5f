"""What `deploy/compose.yaml` needs beside itself: a folder of secrets, each in a file of its own, and `.env`."""

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from deploy.keys import make_keys
from deploy.provision import role_of
from shared.contracts.topics import SERVICES

PORTS: Final[Mapping[str, int]] = {**dict(zip(SERVICES, range(8101, 8105), strict=True)), "kafka": 8105}
"""Where a city in containers answers on the loopback address, unless told otherwise."""
USER: Final = 10001
"""The image's own user, to whom root gives the secrets; anybody else keeps them, and the containers run as they."""


def make_secrets(folder: Path, ports: Mapping[str, int] = PORTS) -> list[Path]:
    """Make in `folder` what is not there yet: `secrets/` and `.env`, for their owner alone; gives what was made.

    Beside what `make_keys` makes there is a password for each database role, as libpq reads it (`intake.pgpass`), and
    for `senandung --home` a `city.json`. Nothing is ever overwritten.
    """
    held = folder / "secrets"
    before = set(held.glob("*"))
    make_keys(held)
    _pgpass(held, "postgres", "postgres")
    for service in SERVICES:
        _pgpass(held, service, role_of(service))
    _write(held / "postgres.password", password_in(held / "postgres.pgpass"))
    _write(held / "city.json", json.dumps(_city(held, ports), indent=2))
    _write(folder / ".env", _environment(held, ports))
    _own(held)
    return sorted({*held.glob("*")} - before)


def _pgpass(held: Path, name: str, role: str) -> None:
    _write(held / f"{name}.pgpass", f"*:*:*:{role}:{secrets.token_urlsafe(32)}\n")


def password_in(path: Path) -> str:
    """The password of a file in libpq's form, of one line. Raises `OSError`."""
    return path.read_text().strip().rpartition(":")[2]


def _city(held: Path, ports: Mapping[str, int]) -> dict[str, object]:
    return {
        "kafka": f"127.0.0.1:{ports['kafka']}",
        "services": {service: f"http://127.0.0.1:{ports[service]}" for service in SERVICES},
        "keys": str(held.absolute()),
        "pids": [],
    }


def _environment(held: Path, ports: Mapping[str, int]) -> str:
    user = f"{USER}:{USER}" if os.geteuid() == 0 else f"{os.geteuid()}:{os.getegid()}"
    told = {"SECRETS": str(held.absolute()), "USER": user}
    told |= {f"{name.upper()}_PORT": str(port) for name, port in ports.items()}
    return "".join(f"SENANDUNG_{name}={value}\n" for name, value in told.items())


def _write(path: Path, text: str) -> None:
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)


def _own(held: Path) -> None:
    for path in held.iterdir():
        path.chmod(0o600)
        if os.geteuid() == 0:
            shutil.chown(path, USER, USER)
