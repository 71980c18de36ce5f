"""A walk, breadth first, through all cases that a bounded number of acts can make, by the service's own functions."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from shared.contracts.message import Deadline, Domain, Message, Say
from shared.contracts.model import Fact
from shared.contracts.transitions import NONE, Machine, final
from tests.harness import Desk

FURTHER: Final = int(os.environ.get("SENANDUNG_EXPLORE", "1"))
"""How many times as many cases as in a quick run are looked at."""

MOMENT: Final = timedelta(minutes=1)
"""No two acts are done at once."""

Statuses = dict[tuple[str, UUID], str]
Nouns = Callable[[Any, UUID], Statuses]


class Edge(NamedTuple):
    """A fact moved a noun."""

    noun: str
    was: str
    fact: type[Fact]
    then: str


class Case(Desk):
    """A case that notes what each fact changes, and which deadlines and clocks it has right after."""

    def __init__(self, domain: Domain, nouns: Nouns, machines: Mapping[str, Machine]) -> None:
        super().__init__(domain)
        self.nouns, self.machines = nouns, machines
        self.moved: list[tuple[Edge, UUID]] = []

    def _evolve(self, message: Message) -> None:
        was = self.nouns(self.state, self.subject)
        super()._evolve(message)
        now, fact = self.nouns(self.state, self.subject), message.body
        assert isinstance(fact, Fact)
        for noun, id_ in {**was, **now}:
            before, then = was.get((noun, id_), NONE), now.get((noun, id_))
            if then is None:  # what has ended is not kept: its table says as what
                (then,) = self.machines[noun].ways[before, type(fact)]
            if before != then:
                self.moved.append((Edge(noun, before, type(fact), then), id_))


Act = tuple[str, Callable[[Case], object]]


class Node(NamedTuple):
    """A case as some acts have made it; `path` are those acts, `said` what was said."""

    state: Any
    now: datetime
    shared: tuple[Any, ...]
    path: tuple[str, ...]
    said: tuple[Say, ...] = ()


@dataclass
class Walk:
    """All that was found."""

    nodes: int = 0
    edges: dict[Edge, tuple[str, ...]] = field(default_factory=dict)
    """Each with the shortest way there."""
    unlimited: dict[Edge, tuple[str, ...]] = field(default_factory=dict)
    """Those into a status that should have a deadline or a clock, and has none."""

    def statuses(self, noun: str) -> set[str]:
        return {edge.then for edge in self.edges if edge.noun == noun}


def walk(
    start: Case,
    acts: Callable[[Case], Iterable[Act]],
    key: Callable[[Case], object],
    *,
    most: int,
    law: Callable[[Case, Node, str], None] = lambda *_: None,
) -> Walk:
    """Look at up to `most` cases, each other by `key`; `law` is held against every step."""
    found, seen = Walk(), {key(start)}
    queue = deque([Node(start.state, start.now, tuple(start.shared), (), tuple(start.said))])
    while queue and found.nodes < most * FURTHER:
        node = queue.popleft()
        found.nodes += 1
        for label, act in acts(_at(start, node)):
            case = _at(start, node)
            act(case)
            law(case, node, label)
            path = (*node.path, label)
            _note(found, case, path)
            if (new := key(case)) not in seen:
                seen.add(new)
                queue.append(Node(case.state, case.now, tuple(case.shared), path, tuple(case.said)))
    return found


def _at(start: Case, node: Node) -> Case:
    case = Case(start.domain, start.nouns, start.machines)
    case.state, case.now, case.shared = node.state, node.now + MOMENT, list(node.shared)
    case.random = start.random
    case.said = list(node.said)
    return case


def _note(found: Walk, case: Case, path: tuple[str, ...]) -> None:
    for edge, id_ in case.moved:
        found.edges.setdefault(edge, path)
        until = case.machines[edge.noun].statuses[edge.then].until
        if until and case.nouns(case.state, case.subject).get((edge.noun, id_)) == edge.then and not _runs(case, until):
            found.unlimited.setdefault(edge, path)


def _runs(case: Case, until: tuple[str, ...]) -> bool:
    return not set(until).isdisjoint({*map(_named, case.domain.deadlines(case.state)), *_clocks(case)})


def _clocks(case: Case) -> Iterator[str]:
    clocks = getattr(case.state, "clocks", None)
    return (each.rule for each in clocks.by_id.values() if each.status == "running") if clocks else iter(())


def _named(deadline: Deadline) -> str:
    return "".join("-" + c.lower() if c.isupper() else c for c in type(deadline).__name__).strip("-")


def soonest(case: Case) -> Iterator[Act]:
    """Let time pass until the next deadline."""
    dues = case.domain.deadlines(case.state)
    if dues:
        at = max(min(dues.values()), case.now)
        yield "time passes", lambda case: case.waits(at - case.now)


def unsaid(found: Walk, machines: Mapping[str, Machine], nouns: Iterable[str]) -> set[Edge]:
    """Transitions that a table has and nobody could ever make."""
    return {
        Edge(noun, was, fact, then)
        for noun in nouns
        for (was, fact), all_ in machines[noun].ways.items()
        for then in all_
        if was != then
    } - set(found.edges)


def strange(found: Walk, machines: Mapping[str, Machine]) -> set[Edge]:
    """Transitions that were made, and that the table does not have."""
    return {e for e in found.edges if e.then not in machines[e.noun].ways.get((e.was, e.fact), frozenset())}


def stuck(machine: Machine) -> set[str]:
    """Statuses from which nothing leads to an end, nor to a status that says why it may last."""
    ends = {name for name, it in machine.statuses.items() if it.unlimited} | final(machine.ways)
    while more := {was for (was, _), then in machine.ways.items() if then & ends} - ends - {NONE}:
        ends |= more
    return set(machine.statuses) - ends
