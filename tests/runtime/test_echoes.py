"""What a service said comes back to it: taken for granted where it is certain, and looked at where it is not."""

from dataclasses import replace
from uuid import uuid4

import msgspec
from aiokafka.partitioner import murmur2

from shared.contracts.cases import RiskAssessed
from shared.runtime.changes import SaidRow
from shared.runtime.echoes import Echoes
from shared.runtime.record import Record, lane_of
from tests.runtime.replica import toy_wiring
from tests.runtime.speaker import Speaker
from tests.runtime.toy import START, TOY

WIRING = replace(toy_wiring(), domain=replace(TOY, speaks=(*TOY.speaks, "cases")))


def one_fact() -> tuple[SaidRow, Record]:
    """A fact as its speaker has stored it, and as it lies in the log."""
    record = Speaker().says(uuid4(), RiskAssessed(occurred_at=START, risk="low"))[0]
    packed = msgspec.msgpack.encode(record.headers)
    row = SaidRow(record.topic, uuid4(), 1, uuid4(), uuid4(), "risk-assessed", 0, 0, packed, record.value or b"")
    return row, record


def test_a_committed_fact_is_known_once_when_it_comes_back() -> None:
    echoes, (row, record) = Echoes(), one_fact()
    echoes.said([row], WIRING)

    assert [echoes.hear(record), echoes.hear(record)] == [True, False]


def test_a_fact_with_another_predecessor_is_not_ours() -> None:
    """Whoever forges one under a known id is looked at, and told."""
    echoes, (row, record) = Echoes(), one_fact()
    echoes.said([row], WIRING)
    forged = [(name, b"0000000009" if name == "ce_sequence" else value) for name, value in record.headers]

    assert not echoes.hear(Record(record.topic, record.partition, 1, record.at, forged, record.value))


def test_nothing_is_taken_for_granted_on_a_new_connection() -> None:
    echoes, (row, record) = Echoes(), one_fact()
    echoes.said([row], WIRING)
    echoes.forget()

    assert not echoes.hear(record)


def test_what_never_comes_back_is_forgotten_in_the_end() -> None:
    echoes, (row, record) = Echoes(), one_fact()
    echoes.said([row], WIRING)
    echoes.said((row._replace(headers=b"%d" % n) for n in range(20_000)), WIRING)

    assert not echoes.hear(record)
    assert len(echoes.headers) == 20_000


def test_a_subject_lies_where_every_client_of_kafka_puts_it() -> None:
    for subject in (uuid4() for _ in range(200)):
        assert lane_of(subject, 12) == (murmur2(str(subject).encode()) & 0x7FFFFFFF) % 12
