"""Deadlines in a turn: what fires, and up to which moment; a toy waits for two things."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.contracts.message import Deadline, Domain, Events, Message, Part, State, Woken
from shared.contracts.referrals import CaseOwned
from shared.runtime.arrival import DueCome
from shared.runtime.chance import seeded
from shared.runtime.changes import Before, Changes
from shared.runtime.entry import Entry
from shared.runtime.fold import Fold
from shared.runtime.wiring import Wiring

SUBJECT = UUID(int=1, version=4)
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
ONE, TWO, THREE = (NOON + timedelta(hours=hours) for hours in (1, 2, 3))


class At(Deadline, frozen=True):
    name: str


class Waits(Part, frozen=True):
    over: tuple[str, ...] = ()


class Toy(State, frozen=True):
    referrals: Waits = Waits()


def dues(state: Toy) -> Mapping[Deadline, datetime]:
    return {At(name): at for name, at in (("one", ONE), ("two", TWO)) if name not in state.referrals.over}


def say(state: Toy, message: Message, now: datetime) -> Events:
    name = message.body.name if isinstance(message.body, At) else "woken"
    return [CaseOwned(occurred_at=now, owner="dinsos", cause=name)]


def over(part: Waits, fact: Message) -> Waits:
    assert isinstance(fact.body, CaseOwned)
    return Waits((*part.over, fact.body.cause))


TOY = Domain(
    name="routing", state=Toy, speaks=("referrals",), hears=("cases",), streams={CaseOwned: "referrals"},
    evolves={CaseOwned: over}, decides={At: say, Woken: say}, deadlines=dues, rows=lambda *_: (), tables={},
)  # fmt: skip


def a_turn(due: DueCome, now: datetime, entry: Entry[Toy] | None = None) -> Changes:
    fold = Fold(Wiring(TOY, bytes(32)), Before(now, {SUBJECT: entry or Entry(Toy())}), seeded(1), raises=True)
    fold.take([due])
    return fold.finish()


def fired(changes: Changes) -> tuple[str, ...]:
    state: Toy = changes.entries[SUBJECT].state
    return state.referrals.over


def test_all_deadlines_up_to_the_moment_fire_in_their_order() -> None:
    assert fired(a_turn(DueCome(SUBJECT, by=TWO), THREE)) == ("one", "two")


def test_a_deadline_after_the_moment_by_which_the_logs_were_asked_waits_though_it_has_passed() -> None:
    changes = a_turn(DueCome(SUBJECT, by=ONE), THREE)

    assert fired(changes) == ("one",)
    assert changes.due == {SUBJECT: TWO}


def test_who_is_woken_looks_again_and_no_deadline_fires_for_the_logs_were_not_asked() -> None:
    changes = a_turn(DueCome(SUBJECT, woken=True), THREE)

    assert fired(changes) == ("woken",)
    assert changes.due == {SUBJECT: ONE}


def test_no_deadline_of_a_restored_row_fires_until_all_is_heard_again_that_its_own_facts_followed() -> None:
    restored = Entry(Toy(), covered={"cases": 1})

    changes = a_turn(DueCome(SUBJECT, by=THREE), THREE, restored)
    assert (changes.said, changes.due) == ([], {SUBJECT: THREE + timedelta(minutes=1)})

    restored.extend("cases", UUID(int=2, version=4))
    assert fired(a_turn(DueCome(SUBJECT, by=THREE), THREE, restored)) == ("one", "two")
