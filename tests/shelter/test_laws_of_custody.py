"""Laws of custody, over any commands by anybody at any time; and of state: it is what was said and heard."""

from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from services.shelter.domain import State
from services.shelter.domain.custody import CustodyRow
from services.shelter.domain.escort import UNDER_WAY, EscortRow
from services.shelter.domain.line import StayRow
from shared.contracts.commands import (
    AcceptHandover,
    AdmitChild,
    ArriveEscort,
    DeclineHandover,
    DepartEscort,
    DischargeChild,
    OfferHandover,
    ReleaseHold,
    ReportMissing,
    ReturnEscort,
)
from shared.contracts.message import Domain, Message, part_name
from shared.contracts.model import Command, Custodian
from shared.contracts.placements import BedHeld, EscortDeparted, HandoverOffered
from tests.harness import CASE, Desk
from tests.shelter.city import HEARING, asked, child, found, hearing, shelter, told

AGENCIES = st.sampled_from(["right", "right", "right", "right", "dinsos", "satpol-pp", "polresta", "koppaja"])
ROLES = st.sampled_from(["system", "system", "system", "officer", "house", "companion", "intake"])
LATE = st.sampled_from([0, 0, 0, 30, 200])
NUMBERS = st.integers(0, 9)
GOES = st.sampled_from([
    (Custodian(kind="family"), "returned-to-family"),
    (Custodian(kind="agency", party="dinsos"), "handed-to-agency"),
    (Custodian(kind="hospital"), "moved-to-hospital"),
])  # fmt: skip
KINDS = st.sampled_from([4, 6, 0, 1, 7, 8, 4, 6, 1, 2, 3, 5, 7, 8, 9, 10])
ACTS = st.tuples(KINDS, NUMBERS, AGENCIES, ROLES, LATE, GOES)


def one(desk: Desk, number: int, type_: Any, field: str) -> Any:
    facts = desk.all(type_)
    return getattr(facts[-1 - (number == 0) * (len(facts) - 1)], field) if facts else CASE


def sender(desk: Desk, act: Command, agency: str) -> str:
    """Who sends it: whoever is drawn, or who may."""
    if agency != "right":
        return agency
    if isinstance(act, AcceptHandover | DeclineHandover) and desk.all(HandoverOffered):
        return next(f.receiver.party for f in desk.all(HandoverOffered) if f.handover == act.handover) or ""
    return custodian(desk).party or "dinsos"


def command(desk: Desk, act: tuple[Any, ...]) -> Command:
    """Any command, mostly about something that there is."""
    kind, number, _, _, late, (to, outcome) = act
    at = desk.now - timedelta(minutes=late)
    handover, escort = one(desk, number, HandoverOffered, "handover"), one(desk, number, EscortDeparted, "escort")
    stay = one(desk, number, BedHeld, "stay")
    every: tuple[Command, ...] = (
        told(OfferHandover, at, to=["dinsos", "dinsos", "polresta", "koppaja"][number % 4]),
        told(AcceptHandover, at, handover=handover),
        told(AcceptHandover, at, handover=handover),
        told(DeclineHandover, at, handover=handover),
        told(AdmitChild, at, stay=stay),
        told(ReleaseHold, at, stay=stay),
        told(DepartEscort, at, hearing=HEARING),
        told(ArriveEscort, at, escort=escort),
        told(ReturnEscort, at, escort=escort),
        told(DischargeChild, at, to=to, outcome=outcome),
        told(ReportMissing, at),
    )
    assert isinstance(kind, int)
    return every[kind]


class Recorder(Desk):
    """Keeps every fact that its state was made of."""

    def __init__(self, domain: Domain) -> None:
        super().__init__(domain)
        self.heard: list[Message] = []

    def _evolve(self, message: Message) -> None:
        self.heard.append(message)
        super()._evolve(message)


def after(acts: list[tuple[Any, ...]], desk: Desk | None = None) -> Desk:
    """A case after all of these; a bed is asked for again and again."""
    begun = found("satpol-pp" if len(acts) % 3 == 0 else "dinsos")
    desk = hearing((desk or Desk(shelter())).hears(begun, "cases"))
    for act in acts:
        desk.hears(asked(desk), "referrals", child())
        before, said = custodian(desk), len(desk.said)
        it = command(desk, act)
        agency = sender(desk, it, act[2])
        desk.takes(it, agency, act[3])
        assert desk.refusal or len(desk.said) > said, "neither a fact nor a refusal"
        moved(desk, it, agency, before)
        desk.waits(timedelta(hours=act[1]))
    return desk


def custodian(desk: Desk) -> CustodyRow:
    (row,) = (row for row in desk.rows(CustodyRow) if row.until is None)
    assert isinstance(row, CustodyRow)
    return row


def moved(desk: Desk, act: Command, agency: str, before: CustodyRow) -> None:
    """Only who speaks for the custodian moves a child, or the receiver of what it offered."""
    now = custodian(desk)
    if now != before and not isinstance(act, AcceptHandover):
        assert agency in {before.party or "dinsos", "dinsos" if isinstance(act, ReportMissing) else ""}
    if now != before and isinstance(act, AcceptHandover):
        assert now.party == agency


@given(st.lists(ACTS, min_size=6, max_size=25))
@settings(max_examples=150)
def test_a_child_has_one_custodian_at_any_instant_whatever_is_told(acts: list[tuple[Any, ...]]) -> None:
    desk = after(acts)

    rows = sorted(desk.rows(CustodyRow), key=lambda row: row.number)
    assert [row.until for row in rows] == [*(row.since for row in rows[1:]), None]
    assert all(row.since <= (row.until or desk.now) for row in rows)


@given(st.lists(ACTS, min_size=6, max_size=25))
@settings(max_examples=150)
def test_bed_escort_and_custodian_never_contradict_one_another(acts: list[tuple[Any, ...]]) -> None:
    desk = after(acts)

    now = custodian(desk)
    sleeps = [row for row in desk.rows(StayRow) if row.status == "admitted"]
    ways = [row for row in desk.rows(EscortRow) if row.status in UNDER_WAY]
    assert (now.kind == "escort") == bool(ways)
    assert len(sleeps) <= 1
    if now.kind == "house":
        assert [row.house for row in sleeps] == [now.house]
    if sleeps:
        assert now.kind == "house" or ways[0].origin_kind == "house"


@given(st.lists(ACTS, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_streams_may_be_read_in_any_order_between_them(acts: list[tuple[Any, ...]], random: Any) -> None:
    desk = Recorder(shelter())
    after(acts, desk)
    heard = desk.heard
    streams = {name: [it for it in heard if it.stream == name] for name in {it.stream for it in heard}}
    state: State = desk.domain.state()  # type: ignore[assignment]  # shelter's own
    while any(streams.values()):
        message = streams[random.choice([name for name, facts in sorted(streams.items()) if facts])].pop(0)
        part = part_name(message.stream)
        changed = desk.domain.evolves[type(message.body)](getattr(state, part), message)  # type: ignore[index]  # only facts
        state = msgspec.structs.replace(state, **{part: changed})

    assert state == desk.state
    assert set(desk.domain.rows(CASE, state)) == set(desk.domain.rows(CASE, desk.state))


@given(st.lists(ACTS, max_size=12))
@settings(max_examples=50)
def test_a_state_is_the_same_after_it_was_stored(acts: list[tuple[Any, ...]]) -> None:
    state = after(acts).state

    assert msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=State) == state
