"""What routing may be told, beside what every service must."""

from pathlib import Path

from pydantic_settings import SettingsConfigDict

from shared.runtime.settings import EngineSettings


class Settings(EngineSettings):
    """Read from variables that begin with `SENANDUNG_ROUTING_`."""

    model_config = SettingsConfigDict(env_prefix="SENANDUNG_ROUTING_", frozen=True, extra="forbid")

    policy: str = ""
    """A version of the policy chosen by its name, such as `demo`; empty: the one in force on the day."""
    policy_folder: Path | None = None
    """A folder with this deployment's own policy, which takes the place of the packaged one."""
