"""The whole city on one machine: Kafka, PostgreSQL and four services, each a process, no container engine."""

import asyncio
import json
import os
import shutil
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Self

from deploy.keys import make_keys
from deploy.local.kafka import Kafka
from deploy.local.ports import free_ports
from deploy.local.postgres import Postgres
from deploy.local.processes import Child, guard
from deploy.provision import dsn_of, provision_kafka, provision_postgres
from shared.contracts.topics import SERVICES
from shared.runtime.kafka import KafkaSettings

READY_SECONDS = 60.0
Tell = Callable[[str], None]


class City:
    """A city in `home`, which is emptied first. `extra` adds variables to a service's environment.

    With `outlives` everything runs on when we end; `describe` then says whom to end.
    """

    def __init__(
        self,
        home: Path,
        *,
        extra: Mapping[str, Mapping[str, str]] | None = None,
        outlives: bool = False,
        tell: Tell = lambda _: None,
    ) -> None:
        self.home, self.extra, self.outlives, self.tell = home.absolute(), extra or {}, outlives, tell
        self.keys = self.home / "keys"
        self.kafka = Kafka(self.home / "kafka", outlives=outlives)
        self.postgres = Postgres(self.home / "postgres", outlives=outlives)
        self.ports: dict[str, int] = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
        self.running: dict[str, Child] = {}

    @property
    def kafka_settings(self) -> KafkaSettings:
        """What clients of this city's brokers are made from."""
        return KafkaSettings(bootstrap=tuple(self.kafka.bootstrap.split(",")))

    def url(self, service: str) -> str:
        """Where a service answers by HTTP."""
        return f"http://127.0.0.1:{self.ports[service]}"

    def start(self) -> Self:
        """Start everything and wait until each service is ready, telling how long each phase took."""
        shutil.rmtree(self.home, ignore_errors=True)
        self.keys.mkdir(parents=True, mode=0o700)
        try:
            make_keys(self.keys)
            guard()  # made here, for the threads below would make two
            with self._phase("Apache Kafka 4.3.1 and PostgreSQL 18, with topics and databases"):
                self._servers()
            with self._phase("intake, routing, shelter, notifications"):
                for service in SERVICES:
                    self.launch(service)
                for service in SERVICES:
                    self.wait_ready(service)
        except BaseException:
            self.stop()
            raise
        return self

    def _servers(self) -> None:
        """Start both at the same time; each is provisioned as soon as it answers."""
        with ThreadPoolExecutor(max_workers=2) as pool:
            for started in [pool.submit(self._start_kafka), pool.submit(self._start_postgres)]:
                started.result()

    def _start_kafka(self) -> None:
        self.kafka.start()
        asyncio.run(provision_kafka(self.kafka_settings))

    def _start_postgres(self) -> None:
        self.postgres.start()
        asyncio.run(provision_postgres(self.postgres.dsn()))

    @contextmanager
    def _phase(self, what: str) -> Iterator[None]:
        begin = monotonic()
        self.tell(f"starting {what} …")
        yield
        self.tell(f"  ready after {monotonic() - begin:.1f} s")

    def launch(self, service: str) -> None:
        """Start a service; it may not be ready yet."""
        command = [sys.executable, "-m", f"services.{service}"]
        log = self.home / f"{service}.log"
        self.running[service] = Child(
            command, log=log, environment=self.environment(service), outlives=self.outlives, farewell=signal.SIGTERM
        )

    def environment(self, service: str) -> dict[str, str]:
        """A service's settings as variables, and what any process of ours needs."""
        prefix = f"SENANDUNG_{service.upper()}_"
        ours = {name: value for name, value in os.environ.items() if not name.startswith("SENANDUNG_")}
        told = {prefix + name.upper(): value for name, value in self.settings_of(service).items()}
        return ours | {"PYTHONUNBUFFERED": "1"} | told

    def settings_of(self, service: str) -> dict[str, str]:
        """What a service is told; secrets by the names of their files."""
        return {
            "postgres": dsn_of(self.postgres.dsn(), service),
            "kafka": self.kafka.bootstrap,
            "token_key_file": str(self.keys / "token.key"),
            "jwks": str(self.keys / "officers.json"),
            "http_port": str(self.ports[service]),
            "session_seconds": "6",
            **(self._vault() if service == "intake" else {}),
            **{name.lower(): value for name, value in self.extra.get(service, {}).items()},
        }

    def _vault(self) -> dict[str, str]:
        return {"keyring": str(self.keys / "intake.json"), "directory_keys": str(self.keys / "directory.json")}

    def wait_ready(self, service: str) -> None:
        """Wait until a service says that it is ready."""
        self.running[service].wait_until(lambda: self.ready(service), seconds=READY_SECONDS)

    def ready(self, service: str) -> bool:
        """Ask a service whether it is ready."""
        try:
            with urllib.request.urlopen(  # noqa: S310 - an address of our own
                f"{self.url(service)}/health/ready", timeout=2
            ) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self, service: str) -> None:
        """Crash a service: kill -9."""
        self.running.pop(service).stop(signal.SIGKILL)

    def stop(self) -> None:
        """End everything, in order."""
        with ThreadPoolExecutor(max_workers=len(SERVICES)) as pool:
            list(pool.map(lambda child: child.stop(signal.SIGTERM), self.running.values()))
        self.running.clear()
        if self.kafka.pids:
            self.kafka.stop(signal.SIGKILL)
        try:
            self.postgres.stop()
        except RuntimeError:
            return

    def describe(self) -> dict[str, object]:
        """What runs where, and whom to end; written to `city.json`."""
        return {
            "kafka": self.kafka.bootstrap,
            "postgres": {service: dsn_of(self.postgres.dsn(), service) for service in SERVICES},
            "services": {service: self.url(service) for service in SERVICES},
            "settings": {service: self.settings_of(service) for service in SERVICES},
            "keys": str(self.keys),
            "groups": list(SERVICES),
            "pids": [*(child.pid for child in self.running.values()), *self.kafka.pids, self.postgres.pid],
        }

    def write(self) -> Path:
        """Write `city.json`; gives its path."""
        path = self.home / "city.json"
        path.write_text(json.dumps(self.describe(), indent=2))
        path.chmod(0o600)
        return path

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
