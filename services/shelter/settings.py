"""What shelter may be told, beside what every service must."""

from pathlib import Path

from pydantic_settings import SettingsConfigDict

from shared.runtime.settings import EngineSettings


class Settings(EngineSettings):
    """Read from variables that begin with `SENANDUNG_SHELTER_`."""

    model_config = SettingsConfigDict(env_prefix="SENANDUNG_SHELTER_", frozen=True, extra="forbid")

    houses: Path | None = None
    """A file with this deployment's own houses, which takes the place of the packaged `houses.csv`. No addresses."""
    limits: Path | None = None
    """A file with this deployment's own limits, which takes the place of the packaged `limits.csv`."""
