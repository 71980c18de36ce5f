"""A database in which many cases lie already: filled by the server itself, for a million rows are not sent."""

from pathlib import Path
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from shared.runtime.books import EntryCodec
from shared.runtime.entry import Entry
from shared.runtime.wiring import Wiring
from tests.bench.workload.desk import DESK
from tests.bench.workload.facts import incoming
from tests.bench.workload.step import Case, due, stored_case

_HERE: Final = Path(__file__).parent
_HEARD, _SAID = UUID(int=0x11 << 120), UUID(int=0x22 << 120)
"""Stand in the one document that serves as a mould for all."""


async def fill(connection: asyncpg.Connection, count: int) -> None:
    """Store `count` cases in an empty database of the engine, and leave it as a calm server would have it."""
    case, record = stored_case(), next(incoming(1))
    headers, data = msgspec.msgpack.encode(record.headers), record.value
    await connection.execute((_HERE / "stored.sql").read_text(), count, *_mould(case), due(case), timeout=600)
    await connection.execute((_HERE / "said.sql").read_text(), count, headers, data, timeout=600)
    await connection.execute("VACUUM (ANALYZE)", timeout=600)
    await connection.execute("CHECKPOINT", timeout=600)


def _mould(case: Case) -> tuple[bytes, bytes, bytes]:
    """An entry of the engine, cut where the ids of its facts stand."""
    entry = Entry(case.state, {"cases": _HEARD.bytes, "referrals": _SAID.bytes})
    doc = EntryCodec(Wiring(DESK, bytes(32))).encode(entry)
    before, _, rest = doc.partition(_HEARD.bytes)
    between, _, after = rest.partition(_SAID.bytes)
    return before, between, after
