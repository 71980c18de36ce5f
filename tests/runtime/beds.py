"""A toy house with one bed: what cases share, and the lock that makes them take turns."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shared.contracts.commands import AcceptReferral
from shared.contracts.message import Domain, Events, Message, Refusal, Rows, Shared, Table
from shared.contracts.referrals import ReferralAccepted
from tests.runtime.toy import TOY, Toy


class BedRow(NamedTuple):
    subject: UUID
    referral: UUID


def take(_: Toy, message: Message, now: datetime) -> Events | Refusal:
    assert isinstance(message.body, AcceptReferral)
    if message.shared:
        return Refusal("no-bed")
    return [ReferralAccepted(occurred_at=now, referral=message.body.referral, agency="dinkes")]


def rows(subject: UUID, state: Toy) -> Rows:
    return [BedRow(subject, referral) for referral in state.referrals.accepted]


def nobody(_: Sequence[Any], __: Sequence[Any]) -> set[UUID]:
    return set()


SHARED: Final = Shared(rows=(BedRow,), users=frozenset({AcceptReferral}), locks=("beds",), wakes=nobody)
BEDS: Final[Domain] = replace(
    TOY, decides={AcceptReferral: take}, rows=rows, tables={BedRow: Table("beds")}, shared=SHARED
)
UNLOCKED: Final[Domain] = replace(BEDS, shared=replace(SHARED, locks=()))
BEDS_TABLES: Final = """
CREATE TABLE beds (subject uuid PRIMARY KEY, referral uuid);
INSERT INTO locks (name) VALUES ('beds')"""
