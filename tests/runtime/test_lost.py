"""A database that was lost: own streams tell what was said, and to what; nothing of it is decided again."""

from collections import defaultdict
from uuid import uuid4

import msgspec

from shared.contracts.cases import RiskAssessed
from shared.runtime.record import Record
from tests.runtime.conftest import MakePool
from tests.runtime.desk import Desk, a_desk
from tests.runtime.speaker import Speaker
from tests.runtime.toy import START


async def own(desk: Desk) -> list[Record]:
    """What the service said, as it lies in its streams."""
    offsets: dict[tuple[str, int], int] = defaultdict(int)
    records = []
    for row in await desk.rows("SELECT stream, partition, headers, data FROM said ORDER BY stream, sequence"):
        place = (row[0], row[1])
        headers = msgspec.msgpack.decode(row[2], type=list[tuple[str, bytes | None]])
        records.append(Record(*place, offsets[place], START, headers, row[3]))
        offsets[place] += 1
    return records


async def test_what_was_decided_before_a_loss_is_not_decided_again(
    desk: Desk, pool_on: MakePool, intake: Speaker
) -> None:
    """Each risk makes an owner, whatever there is: who decides again says it again."""
    child = uuid4()
    heard = [intake.says(child, RiskAssessed(occurred_at=START, risk=risk))[0] for risk in ("low", "high")]
    await desk.reads(*heard)
    said = await own(desk)

    await desk.turns.pool.execute("TRUNCATE subjects, said, outbox, positions, counts")
    restored = a_desk(await pool_on())
    await restored.reads(*said)
    await restored.reads(*heard)
    news = intake.says(child, RiskAssessed(occurred_at=START, risk="low"))

    assert await restored.said() == []
    assert await restored.counts() == {child: (2, 2)}
    await restored.reads(*news)
    assert await restored.said() == ["referrals:3"]
