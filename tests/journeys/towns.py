"""Cities one after another: where a journey came to no end, nobody travels again."""

from pathlib import Path

from tests.journeys.city import Town


class Towns:
    """Each with beds for everybody, in a folder of its own under `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.number = folder, 0
        self.town: Town | None = None

    def fit(self) -> Town:
        """One that has started, and in which everything was at rest when the last journey ended."""
        if self.town is not None and not self.town.spoilt:
            return self.town
        self.close()
        self.number += 1
        self.town = Town(self.folder / f"city-{self.number}").start()
        return self.town

    def close(self) -> None:
        """End the last one."""
        town, self.town = self.town, None
        if town is not None:
            town.stop()
