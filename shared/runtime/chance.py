"""Where ids and keys come from; seeded in a simulation."""

import os
import random
from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from asyncpg.pgproto import pgproto

_DRAW: Final = 2_048


class Chance:
    """Draws ids. `source` gives n random bytes: `os.urandom`, or a seeded one."""

    def __init__(self, source: Callable[[int], bytes] = os.urandom) -> None:
        self.source, self.drawn, self.used = source, b"", 0

    def bytes(self, count: int) -> bytes:
        """So many random bytes, at most `_DRAW`; many are drawn at once, for each draw is a call of the system's."""
        if self.used + count > len(self.drawn):
            self.drawn, self.used = self.source(_DRAW), 0
        self.used += count
        return self.drawn[self.used - count : self.used]

    def uuid4(self) -> UUID:
        """A random id, which tells nothing."""
        drawn = bytearray(self.bytes(16))
        drawn[6] = 0x40 | drawn[6] & 0x0F
        drawn[8] = 0x80 | drawn[8] & 0x3F
        return pgproto.UUID(bytes(drawn))

    def uuid7(self, now: datetime) -> UUID:
        """An id that sorts by `now` (RFC 9562)."""
        head = int(now.timestamp() * 1000).to_bytes(6)
        tail = bytearray(self.bytes(10))
        tail[0] = 0x70 | tail[0] & 0x0F
        tail[2] = 0x80 | tail[2] & 0x3F
        return pgproto.UUID(head + tail)


def seeded(seed: int) -> Chance:
    """The same draws for the same seed."""
    return Chance(random.Random(seed).randbytes)  # noqa: S311 - a simulation must repeat itself
