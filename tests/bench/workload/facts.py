"""The events that come in: 600 bytes each, over many cases, 5 % of them twice."""

import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from shared.contracts.cases import CategoryWithdrawn, RiskAssessed, SameChildLinked
from shared.contracts.codec import encode
from shared.contracts.envelope import Envelope, Headers, headers_of
from shared.contracts.model import Fact
from shared.runtime.record import lane_of

CASES: Final = 20_000
LANES: Final = 12
_START: Final = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
_TWICE: Final = 0.05
_BEHIND: Final = 100
"""How many events later the second copy of one comes."""


class Incoming(NamedTuple):
    """One record as it will lie in the topic `cases`."""

    partition: int
    key: bytes
    headers: Headers
    value: bytes


def case_id(number: int) -> UUID:
    """The id of a case: also what PostgreSQL's `md5(number::text)::uuid` gives, so that a database can fill itself."""
    return UUID(hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest())


def first_fact(number: int) -> UUID:
    """The id of the fact that a stored case has already heard: `md5('f' || number)::uuid`."""
    return UUID(hashlib.md5(f"f{number}".encode(), usedforsecurity=False).hexdigest())


def incoming(count: int, *, cases: int = CASES, heard: int = 0, seed: int = 1) -> Iterator[Incoming]:
    """`count` records, the second copies included. `heard` 1 continues cases that a filled database holds."""
    draw = random.Random(seed)
    chains: dict[int, tuple[int, UUID]] = {}
    again: list[tuple[int, Incoming]] = []
    for n in range(count):
        if again and again[0][0] <= n:
            yield again.pop(0)[1]
            continue
        number = draw.randrange(cases)
        sequence, previous = chains.get(number, (heard, first_fact(number)))
        fact_id = UUID(int=draw.getrandbits(128), version=4)
        chains[number] = sequence + 1, fact_id
        record = _record(n, case_id(number), fact_id, sequence + 1, previous if sequence else None)
        if draw.random() < _TWICE:
            again.append((n + _BEHIND, record))
        yield record


def _record(n: int, subject: UUID, fact_id: UUID, sequence: int, previous: UUID | None) -> Incoming:
    time = _START + timedelta(milliseconds=n)
    body = _body(n, subject, time)
    envelope = Envelope(
        id=str(fact_id), type=body.type, source="/services/intake", time=time, subject=str(subject),
        actor="dinsos/coordinator/petugas-0001", via="web", sequence=sequence, previous=str(previous or ""),
        correlation=str(subject), trace=f"00-{subject.hex}-{fact_id.hex[:16]}-01",
    )  # fmt: skip
    return Incoming(lane_of(subject, LANES), str(subject).encode(), headers_of(envelope), encode(body))


def _body(n: int, subject: UUID, time: datetime) -> Fact:
    """Three of ten are answered by two facts: 1.3 each, all in all."""
    match n % 10:
        case 0 | 3 | 6:
            return RiskAssessed(occurred_at=time, risk="high")
        case 1 | 4 | 7 | 9:
            return RiskAssessed(occurred_at=time, risk="low")
        case 2 | 5:
            return CategoryWithdrawn(occurred_at=time, assertion=subject)
        case _:
            return SameChildLinked(occurred_at=time, link=subject, primary=subject)
