"""Where and with what a run was made."""

import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psutil

from tests.bench.measure.environments import versions as versions_of

_PACKAGES: Final = ("faststream", "aiokafka", "asyncpg", "pydantic", "msgspec", "uvloop", "cramjam")


def taken() -> Mapping[str, str]:
    """When, at which commit, on what, with which packages."""
    return {
        "taken": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "machine": f"{os.cpu_count()} processors of {_processor()}, {psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "kafka": "Apache Kafka 4.3.1, one node, embedded",
        "postgres": "PostgreSQL 18, fsync and synchronous_commit on, embedded",
        **{name: importlib.metadata.version(name) for name in _PACKAGES},
        **versions_of(),
    }


def _commit() -> str:
    """The commit, with a `+` where files differ from it; empty outside a repository."""
    told = subprocess.run(["git", "describe", "--always", "--dirty=+"], capture_output=True, text=True, check=False)
    return told.stdout.strip()


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
