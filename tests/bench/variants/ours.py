"""Ours, one hop: the real engine as a real service, with the desk as its domain."""

import os
from typing import Final

from pydantic_settings import SettingsConfigDict

from shared.contracts.topics import STREAMS
from shared.runtime.service import Service, main
from shared.runtime.settings import EngineSettings
from shared.runtime.wiring import Wiring
from tests.bench.variants.sampling import sampled
from tests.bench.workload.desk import DESK

TOPICS: Final = ("cases", "referrals", "answers.routing")


class Settings(EngineSettings):
    """Read from variables that begin with `SENANDUNG_DESK_`."""

    model_config = SettingsConfigDict(env_prefix="SENANDUNG_DESK_", frozen=True, extra="forbid")


def create() -> Service:
    """The desk as a service."""
    settings = Settings()  # the environment gives what has no default
    streams = {name: STREAMS[name] for name in TOPICS}
    return Service(settings, Wiring(DESK, settings.token_key, streams), migrations="tests.bench.migrations")


if __name__ == "__main__":
    with sampled(os.environ.get("BENCH_PROFILE", "")):
        main(create)
