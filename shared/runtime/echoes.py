"""Our own facts as they come back to us: what was committed needs no second look."""

from collections.abc import Iterable
from typing import Final

import msgspec

from shared.runtime.changes import SaidRow
from shared.runtime.record import Record
from shared.runtime.wiring import Wiring

_MOST: Final = 20_000
_pack: Final = msgspec.msgpack.Encoder().encode


class Echoes:
    """Facts that we said and committed, and have not read back yet, by their headers.

    To forget is always safe: a fact that is not known here is compared with the state, as anybody else's. All must be
    forgotten where the database may be another than the one that committed, which is wherever a connection is new.
    """

    def __init__(self) -> None:
        self.headers: dict[bytes, None] = {}

    def said(self, rows: Iterable[SaidRow], wiring: Wiring) -> None:
        """These facts are committed; those in streams that we do not hear do not come back."""
        self.headers |= dict.fromkeys(row.headers for row in rows if row.stream in wiring.own)
        while len(self.headers) > _MOST:
            del self.headers[next(iter(self.headers))]

    def strange(self, records: Iterable[Record], wiring: Wiring) -> list[Record]:
        """Those of a batch that must be looked at."""
        return [record for record in records if record.topic not in wiring.own or not self.hear(record)]

    def hear(self, record: Record) -> bool:
        """Whether a record is one of them; the next one like it is not."""
        return bool(self.headers) and self.headers.pop(_pack(record.headers), _NONE) is None

    def forget(self) -> None:
        """Know none."""
        self.headers.clear()


_NONE: Final = object()
