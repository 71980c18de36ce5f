"""Every status is reached and left as its table says, none is a dead end, and whoever is waited for has a clock."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, get_args

import pytest

from services.intake.domain.status import MACHINES as OF_INTAKE
from services.routing.domain.status import MACHINES as OF_ROUTING
from services.shelter.domain.status import MACHINES as OF_SHELTER
from shared.contracts.directory.codes import AgencyCode, CommunityCode, Who
from shared.contracts.model import AboutChild
from shared.contracts.transitions import NONE, Machine, final
from tests.explorer import intake, routing, shelter
from tests.explorer.walk import Act, Case, Walk, strange, stuck, unsaid, walk

MACHINES: Mapping[str, Machine] = {**OF_INTAKE, **OF_ROUTING, **OF_SHELTER}
STREET_CHILD = AboutChild(age_years=15, home_area="64.71.02.1003")


class Field(NamedTuple):
    """Which nouns a walk is about, and how far it goes."""

    nouns: tuple[str, ...]
    start: Case
    acts: Callable[[Case], Iterable[Act]]
    key: Callable[[Case], object]
    most: int


FIELDS = {
    "asked": Field(("referral", "hearing"), routing.a_case(STREET_CHILD), routing.asked, routing.as_asked, 250),
    "accused": Field(
        ("matter", "detention", "diversion", "report"), routing.a_case(AboutChild()), routing.accused,
        routing.as_accused, 300,
    ),
    "ordered": Field(("order",), routing.a_case(STREET_CHILD), routing.ordered, routing.as_accused, 60),
    "reckoned": Field(("clock",), routing.a_case(STREET_CHILD), routing.reckoned, routing.as_reckoned, 220),
    "sheltered": Field(
        ("placement", "waiting-list", "custody", "handover"), shelter.a_case(), shelter.moved, shelter.key, 800
    ),
    "carried": Field(("escort",), shelter.a_case(), shelter.carried, shelter.key, 200),
    "kept": Field(("case", "category", "approval", "link"), intake.nobody(), intake.done, intake.key, 120),
}  # fmt: skip


@pytest.fixture(scope="module")
def walks() -> dict[str, Walk]:
    return {name: walk(f.start, f.acts, f.key, most=f.most) for name, f in FIELDS.items()}


def each(walks: dict[str, Walk]) -> Iterator[tuple[str, Machine, Walk]]:
    for name, field in FIELDS.items():
        yield from ((noun, MACHINES[noun], walks[name]) for noun in field.nouns)


def test_every_noun_is_walked_through() -> None:
    assert {noun for field in FIELDS.values() for noun in field.nouns} == MACHINES.keys()


def test_every_status_is_reached_by_what_people_and_time_do(walks: dict[str, Walk]) -> None:
    began = {"custody": {"unknown"}, "case": {"open"}}
    for noun, machine, found in each(walks):
        assert found.statuses(noun) | began.get(noun, set()) == machine.statuses.keys(), noun


def test_every_transition_of_a_table_can_be_made_and_no_other_is(walks: dict[str, Walk]) -> None:
    """Of custody only that each movement is made: from whom to whom are 60 ways, of which a walk sees some."""
    for noun, machine, found in each(walks):
        assert strange(found, MACHINES) == set(), noun
        if noun != "custody":
            assert unsaid(found, MACHINES, [noun]) == set(), noun
        moves = {fact for (was, fact), then in machine.ways.items() if then != {was}}
        assert moves <= {edge.fact for edge in found.edges}, noun


def test_no_status_is_a_dead_end() -> None:
    for noun, machine in MACHINES.items():
        assert stuck(machine) == set(), noun


def test_in_every_status_somebody_is_named_whose_move_it_is() -> None:
    known = {*get_args(AgencyCode), *get_args(CommunityCode), *get_args(Who)}
    for noun, machine in MACHINES.items():
        assert {it.whose for it in machine.statuses.values()} <= known, noun
        assert machine.statuses.keys() == {then for all_ in machine.ways.values() for then in all_} | {
            was for was, _ in machine.ways if was != NONE
        }, noun


def test_whoever_is_waited_for_has_a_clock_or_the_table_says_why_not() -> None:
    for noun, machine in MACHINES.items():
        waits = machine.statuses.keys() - final(machine.ways)
        without = {name for name in waits if not (machine.statuses[name].until or machine.statuses[name].unlimited)}
        assert without == set(), noun


def test_the_clock_that_a_status_names_runs_from_its_first_moment(walks: dict[str, Walk]) -> None:
    for noun, machine, found in each(walks):
        assert {edge for edge in found.unlimited if edge.noun == noun} == set(), noun
        assert any(it.until for it in machine.statuses.values()) or noun in {
            "waiting-list", "custody", "handover", "escort", "category", "approval", "link",
        }  # fmt: skip


def test_a_transition_that_nobody_can_make_would_be_found(walks: dict[str, Walk]) -> None:
    empty = Walk()

    assert len(unsaid(empty, MACHINES, ["referral"])) > 20
    machine = MACHINES["referral"]
    lost = {**machine.statuses, "lost": machine.statuses["escalated"]}
    assert stuck(machine._replace(statuses=lost)) == {"lost"}
