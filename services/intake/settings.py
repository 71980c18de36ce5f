"""What intake must be told, beside what every service must."""

from pathlib import Path

from pydantic_settings import SettingsConfigDict

from shared.runtime.settings import EngineSettings


class Settings(EngineSettings):
    """Read from variables that begin with `SENANDUNG_INTAKE_`."""

    model_config = SettingsConfigDict(env_prefix="SENANDUNG_INTAKE_", frozen=True, extra="forbid")

    keyring: Path
    """The vault's keys, as `services/intake/keyring.py` describes; without them intake does not start."""
    directory_keys: Path | None = None
    """Public keys of this deployment, which take the place of those packaged with the directory."""
