"""What routing may be told, beside what every service must."""

from pathlib import Path
from typing import Literal

from pydantic_settings import SettingsConfigDict

from shared.runtime.settings import EngineSettings


class Settings(EngineSettings):
    """Read from variables that begin with `SENANDUNG_ROUTING_`."""

    model_config = SettingsConfigDict(env_prefix="SENANDUNG_ROUTING_", frozen=True, extra="forbid")

    policy: str = ""
    """A version of the policy chosen by its name, such as `demo`; empty: the one in force on the day."""
    policy_folder: Path | None = None
    """A folder with this deployment's own policy, which takes the place of the packaged one."""
    law_folder: Path | None = None
    """A folder with this deployment's own tables of law, which take the place of the packaged ones."""
    holidays: Path | None = None
    """A file with the holidays of single years, as decreed; those of a fixed date are packaged."""
    utc_offset: Literal[7, 8, 9] = 8
    """The city's time, in hours before UTC: WIB, WITA or WIT."""
