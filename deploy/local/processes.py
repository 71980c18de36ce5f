"""Child processes with a log, which are ended by name of process id and never outlive us unless told to."""

import atexit
import functools
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.local import reaper

STOP_SECONDS = 30.0
LAST_WORDS = 4000  # characters of a log that an error quotes


class DidNotStartError(RuntimeError):
    """A server ended, or was not ready in time; the end of its log is in the message."""


class Child:
    """One process in a session of its own, so that Ctrl-C reaches us first and we end it in order.

    `log` is appended to. `user` runs it as another system user (only root can). `farewell` is what it receives should
    we die suddenly. With `outlives` nobody ends it but a later `end(pid)`.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        farewell: signal.Signals = signal.SIGKILL,
        outlives: bool = False,
    ) -> None:
        self.log = log
        self._said_before = log.stat().st_size if log.exists() else 0
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=environment,
                start_new_session=True,
                **as_user(user),
            )
        self.farewell = farewell
        if not outlives:
            guard().watch(self)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def said(self) -> str:
        """Return what this process, not an earlier one, wrote to its log."""
        with self.log.open("rb") as log:
            log.seek(self._said_before)
            return log.read().decode(errors="replace")

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Wait for a condition; raise DidNotStartError when the process ends first or the time is up."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.alive or time.monotonic() > deadline:
                why = "was not ready in time" if self.alive else f"ended with status {self._process.returncode}"
                raise DidNotStartError(f"{self._process.args!s:.60} {why}:\n{self.said()[-LAST_WORDS:]}")
            time.sleep(0.02)

    def stop(self, sig: signal.Signals = signal.SIGTERM, *, seconds: float = STOP_SECONDS) -> None:
        """Send a signal and wait for the end; after `seconds`, kill. A process that has ended is left in peace."""
        self._process.send_signal(sig)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        guard().forget(self)


class Guard:
    """Ends what it watches when we end; and, through the reaper, also when we are killed and can do nothing more."""

    def __init__(self) -> None:
        self._watched: dict[int, Child] = {}
        self._owner = os.getpid()
        self._reaper = subprocess.Popen(
            [sys.executable, "-I", "-S", reaper.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
            bufsize=1,
        )
        atexit.register(self.close)

    def watch(self, child: Child) -> None:
        """End this process with us."""
        self._watched[child.pid] = child
        self._tell(f"+{child.pid} {child.farewell}")

    def forget(self, child: Child) -> None:
        """Leave a process that has ended, whose id may soon be another's."""
        if self._watched.pop(child.pid, None):
            self._tell(f"-{child.pid}")

    def close(self) -> None:
        """End what is left, and the reaper too, so that nothing of ours is seen after us."""
        if os.getpid() != self._owner:
            return  # a fork of ours, which owns none of this
        for child in list(self._watched.values()):
            child.stop(child.farewell)
        self._reaper.communicate()

    def _tell(self, line: str) -> None:
        if self._reaper.stdin:
            self._reaper.stdin.write(f"{line}\n")


@functools.cache
def guard() -> Guard:
    """Return this process's one guard, started with its first child."""
    return Guard()


def end(pid: int, sig: signal.Signals = signal.SIGTERM, *, seconds: float = STOP_SECONDS) -> None:
    """End a process that an earlier run of ours left running on purpose, and wait until it is gone."""
    reaper.send(pid, sig)
    deadline = time.monotonic() + seconds
    while reaper.alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    reaper.send(pid, signal.SIGKILL)


def as_user(name: str | None) -> dict[str, Any]:
    """Return the arguments that make `subprocess` run a command as another system user, with none of root's groups."""
    if name is None:
        return {}
    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": ()}
