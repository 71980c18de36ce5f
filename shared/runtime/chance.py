"""Where ids and keys come from; seeded in a simulation."""

import os
import random
from collections.abc import Callable
from datetime import datetime
from uuid import UUID


class Chance:
    """Draws ids. `source` gives n random bytes: `os.urandom`, or a seeded one."""

    def __init__(self, source: Callable[[int], bytes] = os.urandom) -> None:
        self.bytes = source

    def uuid4(self) -> UUID:
        """A random id, which tells nothing."""
        return UUID(bytes=self.bytes(16), version=4)

    def uuid7(self, now: datetime) -> UUID:
        """An id that sorts by `now` (RFC 9562)."""
        head = int(now.timestamp() * 1000).to_bytes(6)
        tail = bytearray(self.bytes(10))
        tail[0] = 0x70 | tail[0] & 0x0F
        tail[2] = 0x80 | tail[2] & 0x3F
        return UUID(bytes=head + bytes(tail))


def seeded(seed: int) -> Chance:
    """The same draws for the same seed."""
    return Chance(random.Random(seed).randbytes)  # noqa: S311 - a simulation must repeat itself
