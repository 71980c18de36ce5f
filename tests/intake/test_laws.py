"""Laws that hold of every history of a case: order between streams, and no state that was not said."""

from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain import State
from services.intake.domain.closing import ClosingRow
from shared.contracts.cases import CaseClosed, CaseReopened, ClosingDeclined, ClosingRequested
from shared.contracts.commands import (
    AssessRisk,
    ConfirmCategory,
    ProposeCategory,
    RequestClosing,
)
from shared.contracts.message import Message, part_name
from shared.contracts.model import AboutChild
from shared.contracts.placements import NothingOpenInShelter, StillOpenInShelter
from shared.contracts.referrals import NothingOpenInRouting, ReferralWithdrawn
from tests.harness import CASE, NIGHT, Desk
from tests.intake.city import (
    REFERRAL,
    a_case,
    a_held_bed,
    nothing_open,
    owned,
    referred,
    scheduled,
    secured,
    still_open,
    told,
)

HEARD = [
    ("referrals", owned()),
    ("referrals", referred("dinkes")),
    ("referrals", told(ReferralWithdrawn, referral=REFERRAL, agency="dinkes", reason="need-met")),
    ("referrals", told(NothingOpenInRouting, closing=CASE)),
    ("proceedings", scheduled()),
    ("placements", secured()),
    ("placements", told(StillOpenInShelter, closing=CASE, open=[{"kind": "stay", "id": CASE}])),
    ("placements", told(NothingOpenInShelter, closing=CASE)),
]


def evolved(desk: Desk, facts: list[tuple[str, Any]]) -> State:
    state: State = desk.state
    for stream, fact in facts:
        part = part_name(stream)
        message = Message(body=fact, subject=CASE, time=NIGHT, stream=stream)
        changed = desk.domain.evolves[type(fact)](getattr(state, part), message)
        state = msgspec.structs.replace(state, **{part: changed})
    return state


@given(st.permutations(range(len(HEARD))))
def test_facts_of_different_streams_commute(order: list[int]) -> None:
    """Any order of reading that keeps each stream's own order gives the same state."""
    streams = [HEARD[at][0] for at in order]
    queues = {stream: iter([item for item in HEARD if item[0] == stream]) for stream in set(streams)}
    interleaved = [next(queues[stream]) for stream in streams]

    assert evolved(a_case(), interleaved) == evolved(a_case(), HEARD)


def ask_closing(city: Desk) -> Desk:
    return city.takes(told(RequestClosing, outcome="independent"), "dinsos")


STEPS: dict[str, Any] = {
    "ask": ask_closing,
    "nothing in routing": lambda city: nothing_open(city, "routing"),
    "nothing in shelter": lambda city: nothing_open(city, "shelter"),
    "still in shelter": lambda city: still_open(city, "shelter", "stay"),
    "referred": lambda city: city.hears(referred(), "referrals"),
    "bed held": lambda city: city.hears(a_held_bed(), "placements"),
    "a day passes": lambda city: city.waits(timedelta(hours=24)),
    "risk": lambda city: city.takes(told(AssessRisk, risk="low"), "dinsos"),
    "propose": lambda city: city.takes(told(ProposeCategory, about_child=AboutChild(category="ABT")), "dinsos"),
    "confirm": lambda city: city.takes(told(ConfirmCategory), "dinsos"),
}


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=30))
def test_every_closing_that_is_asked_for_is_closed_or_declined_and_never_both(steps: list[str]) -> None:
    """R150: whatever happens in whatever order; a day after the last question there is an answer."""
    city = ask_closing(a_case())
    for step in steps:
        STEPS[step](city)
    city.waits(timedelta(hours=24))

    asked_for = [fact.closing for fact in city.all(ClosingRequested)]
    ended = [fact.closing for fact in city.all(CaseClosed)] + [fact.closing for fact in city.all(ClosingDeclined)]
    assert sorted(ended) == sorted(asked_for)
    assert len(city.all(CaseClosed)) - len(city.all(CaseReopened)) in {0, 1}
    assert (city.rows(ClosingRow)[0].status == "closed") is (len(city.all(CaseClosed)) > len(city.all(CaseReopened)))


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=15))
def test_a_state_survives_being_stored(steps: list[str]) -> None:
    city = ask_closing(a_case(risk="high"))
    for step in steps:
        STEPS[step](city)

    stored = msgspec.msgpack.encode(city.state)

    assert msgspec.msgpack.decode(stored, type=State) == city.state


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=15))
def test_what_was_said_alone_makes_the_state(steps: list[str]) -> None:
    """A lost database is rebuilt from the streams."""
    city = ask_closing(a_case(risk="high"))
    for step in steps:
        STEPS[step](city)
    again = Desk(city.domain)
    for say in city.said:
        again._evolve(again._message(say.body, stream="cases", about=say.about or AboutChild()))

    assert again.state.cases == city.state.cases
