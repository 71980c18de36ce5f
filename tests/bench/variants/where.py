"""Where a variant finds its servers: from its environment, as any program does."""

import os
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Where:
    """`prefix` stands before the name of every topic and group of this one run."""

    kafka: str
    postgres: str
    prefix: str

    @property
    def cases(self) -> str:
        """The topic that is read."""
        return f"{self.prefix}cases"

    @property
    def referrals(self) -> str:
        """The topic that is written."""
        return f"{self.prefix}referrals"

    @property
    def group(self) -> str:
        """The consumer group."""
        return f"{self.prefix}routing"

    @classmethod
    def from_environment(cls) -> Self:
        """Read `BENCH_KAFKA`, `BENCH_POSTGRES` and `BENCH_PREFIX`."""
        return cls(os.environ["BENCH_KAFKA"], os.environ["BENCH_POSTGRES"], os.environ["BENCH_PREFIX"])

    def environment(self) -> dict[str, str]:
        """The same, for a child."""
        return {"BENCH_KAFKA": self.kafka, "BENCH_POSTGRES": self.postgres, "BENCH_PREFIX": self.prefix}
