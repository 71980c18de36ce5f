"""What the simulation has found in the engine, each told again as a short story."""

import random
from datetime import timedelta
from uuid import UUID

from shared.contracts import commands
from shared.contracts.cases import CategoryProposed
from shared.contracts.codec import encode
from shared.contracts.envelope import Envelope, headers_of
from shared.contracts.model import AboutChild, Command
from shared.runtime.chance import seeded
from shared.runtime.rehearsal.city import City
from tests.simulation.services import START, houses, wirings

REPORT = commands.ReportChild(occurred_at=START, source="teacher", children=(commands.ReportedChild(),))


def a_city() -> City:
    chance = random.Random(1)
    return City(wirings(chance, houses(chance), lambda *_: None), seeded(1), START)


def sends(city: City, agency: str, command: Command, id_: str, subject: str | None = None, after: int = 0) -> None:
    """Into the agency's mailbox; nobody reads it yet."""
    envelope = Envelope(
        id=id_, type=command.type, source=f"/agencies/{agency}", time=START, subject=subject, after={"cases": after}
    )
    city.log.append((f"agency.{agency}.out", 0), [*headers_of(envelope)], encode(command))


def answer(city: City, service: str, agency: str, id_: str) -> str | None:
    known = city.members[service].tables.commands.get((f"/agencies/{agency}", id_))
    return known.code if known else None


def test_a_service_that_reads_its_own_refusal_of_a_command_without_a_case_goes_on() -> None:
    city = a_city()
    sends(city, "dinkes", commands.AssessRisk(occurred_at=START, risk="high"), "dinkes-1")
    city.settle()
    sends(city, "dinkes", REPORT, "dinkes-2")
    city.settle()

    assert answer(city, "intake", "dinkes", "dinkes-1") == "unknown-case"
    assert answer(city, "intake", "dinkes", "dinkes-2") == ""


def test_of_two_copies_that_wait_the_second_is_settled_by_what_the_first_lets_go_on() -> None:
    city = a_city()
    sends(city, "dinsos", REPORT, "dinsos-1")
    city.settle()
    child = next(row.subject for row in city.members["intake"].tables.said.values() if row.stream == "cases")
    proposal = commands.ProposeCategory(occurred_at=START, about_child=AboutChild(category="AMPK"))
    sends(city, "dinsos", proposal, "dinsos-2", str(child), after=2)
    sends(city, "dinsos", proposal, "dinsos-2", str(child), after=2)
    city.settle()
    assert len(city.members["intake"].tables.waiting) == 2

    sends(city, "dinsos", commands.AssessRisk(occurred_at=START, risk="high"), "dinsos-3", str(child))
    city.settle()

    said = [row.type for row in city.members["intake"].tables.said.values() if row.stream == "cases"]
    assert said.count(CategoryProposed.type) == 1
    assert city.members["intake"].tables.waiting == {}


def test_the_outcome_of_a_command_without_a_case_is_known_before_it_is_read_back() -> None:
    city = a_city()
    sends(city, "dinsos", commands.ConfirmProcessed(occurred_at=START, notice="none"), "dinsos-1", str(UUID(int=1)))
    desk = city.members["notifications"]
    desk.read(desk.unread())
    city.now += timedelta(minutes=5)
    desk.look()

    refusal = next(row for row in desk.tables.said.values() if row.stream == "answers.notifications")
    entry = desk.codec.decode(desk.tables.subjects[refusal.owner][0])
    assert entry.count("answers.notifications") == 1
