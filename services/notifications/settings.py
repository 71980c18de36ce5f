"""What notifications may be told, beside what every service must."""

from pathlib import Path
from typing import Literal

from pydantic_settings import SettingsConfigDict

from shared.runtime.settings import EngineSettings


class Settings(EngineSettings):
    """Read from variables that begin with `SENANDUNG_NOTIFICATIONS_`."""

    model_config = SettingsConfigDict(env_prefix="SENANDUNG_NOTIFICATIONS_", frozen=True, extra="forbid")

    profiles: Path | None = None
    """A folder with this deployment's own profile table, which takes the place of the packaged one."""
    policy: Path | None = None
    """A folder with this deployment's own reminders, which take the place of the packaged ones."""
    utc_offset: Literal[7, 8, 9] = 8
    """The city's time, in hours before UTC: WIB, WITA or WIT. At seven in the morning agencies are told what is due."""
