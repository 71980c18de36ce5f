"""A city in containers for one run of the tests: a project name and ports of its own, and nothing left of it."""

import json
import os
import subprocess
import uuid
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console

from deploy.containers import PORTS, make_secrets
from deploy.demo.run import staged
from deploy.demo.stage import Stage
from deploy.demo.tell import Teller
from deploy.local.ports import free_ports
from shared.contracts.topics import SERVICES
from shared.runtime.kafka import KafkaSettings

ROOT = Path(__file__).parents[2]
# Before `exec` a process has no parent in its container, so the only child of the first process is the service.
CRASH = "kill -9 $(cat /proc/1/task/1/children)"


class ComposeCity:
    """Is to the stories what a city on this machine is. Commands are those of `docs/operations.md`, word for word."""

    def __init__(self, folder: Path) -> None:
        self.project = f"senandung-test-{uuid.uuid4().hex[:8]}"
        self.ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        make_secrets(folder, self.ports)
        self.folder, self.keys = folder, folder / "secrets"

    @property
    def environment(self) -> Mapping[str, str]:
        """What makes the documented commands speak of this city."""
        ours = {"COMPOSE_PROJECT_NAME": self.project, "COMPOSE_ENV_FILES": str(self.folder / ".env")}
        ours |= {"SENANDUNG_FOLDER": str(self.folder), "SENANDUNG_HOME": str(self.keys), "BACKUP": str(self.folder)}
        return {**os.environ, **ours, "COLUMNS": "160"}

    @property
    def kafka_settings(self) -> KafkaSettings:
        return KafkaSettings(bootstrap=(f"127.0.0.1:{self.ports['kafka']}",))

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}"

    def stage(self, shown: TextIO) -> AbstractAsyncContextManager[Stage]:
        """What stories are told on; patient, for containers start slowly where many are at work."""
        return staged(self, Teller(Console(file=shown, width=160)), patience=90)

    def run(self, command: str, *, seconds: float = 120) -> subprocess.CompletedProcess[str]:
        """A command line, in the root of the repository."""
        words = ["bash", "-euo", "pipefail", "-c", command]
        return subprocess.run(
            words, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=seconds, check=False
        )

    def does(self, command: str, *, seconds: float = 120) -> str:
        """What a command line said; it must succeed."""
        done = self.run(command, seconds=seconds)
        assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout

    def compose(self, words: str, *, seconds: float = 120) -> str:
        """What a command of compose said; it must succeed."""
        return self.does(f"docker compose -f deploy/compose.yaml {words}", seconds=seconds)

    def inspect(self, service: str) -> dict[str, Any]:
        """What the engine knows of a service's container."""
        found = self.compose(f"ps --all --quiet {service}").split()
        described: list[dict[str, Any]] = json.loads(self.does(f"docker inspect {found[0]}"))
        return described[0]

    def kill(self, service: str) -> None:
        """Crash a service inside its container: kill -9."""
        self.compose(f"exec -T {service} sh -c '{CRASH}'")

    def launch(self, service: str) -> None:
        """What crashed is started again by the engine, not by us."""

    def start(self) -> None:
        self.compose("up --build -d --wait", seconds=600)

    def logs(self) -> str:
        """The last lines of what is ours, and of PostgreSQL; Kafka tells too much that is not amiss."""
        ours = " ".join(("postgres", "provision", *SERVICES))
        done = self.run(f"docker compose -f deploy/compose.yaml logs --no-color --tail 20 {ours}")
        return f"{done.stdout}{done.stderr}"

    def remove(self) -> None:
        self.compose("down --volumes --remove-orphans --rmi local --timeout 5")
