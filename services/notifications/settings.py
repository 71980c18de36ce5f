"""What notifications may be told, beside what every service must."""

from pathlib import Path

from pydantic_settings import SettingsConfigDict

from shared.runtime.settings import EngineSettings


class Settings(EngineSettings):
    """Read from variables that begin with `SENANDUNG_NOTIFICATIONS_`."""

    model_config = SettingsConfigDict(env_prefix="SENANDUNG_NOTIFICATIONS_", frozen=True, extra="forbid")

    profiles: Path | None = None
    """A folder with this deployment's own profile table, which takes the place of the packaged one."""
    policy: Path | None = None
    """A folder with this deployment's own reminders, which take the place of the packaged ones."""
