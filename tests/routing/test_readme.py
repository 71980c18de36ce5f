"""The page says what the code does: its pictures, its commands, its refusals, its columns."""

import re
from pathlib import Path

import services.routing
from services.routing.domain.pictures import pictures
from services.routing.policy.reading import ANSWERS, GROUND, HEARINGS, REFERRALS
from shared.contracts.model import Fact
from tests.routing.city import routing

FOLDER = Path(services.routing.__path__[0])
PAGE = (FOLDER / "README.md").read_text()


def test_its_pictures_are_drawn_from_the_tables_of_transitions() -> None:
    assert re.findall(r"```mermaid\n(.*?)\n```", PAGE, re.DOTALL) == list(pictures().values())


def test_it_names_every_command_that_routing_decides_and_no_other() -> None:
    table = PAGE.split("## Decides and refuses")[1].split("## Referrals")[0]
    first_cells = " ".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))

    assert set(re.findall(r"`([a-z-]+)`", first_cells)) == routing().commands


def test_it_names_every_fact_that_routing_acts_upon_and_every_stream() -> None:
    domain = routing()
    acted_upon = {body.type for body in domain.decides if issubclass(body, Fact)}

    assert len(acted_upon) > 10
    assert {word for word in (*acted_upon, *domain.speaks, *domain.hears) if f"`{word}`" not in PAGE} == set()


def test_it_names_every_refusal() -> None:
    texts = [file.read_text() for file in (FOLDER / "domain").glob("*.py")]
    codes = {code for text in texts for code in re.findall(r'Refusal\("([a-z0-9-]+)"', text)}

    assert len(codes) > 12
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()


def test_it_explains_every_column_of_the_policy_on_which_a_row_depends() -> None:
    told = {"id", "service", "house_kind", *GROUND}

    assert {column for column in REFERRALS if column not in told and f"`{column}`" not in PAGE} == set()
    assert (ANSWERS[0], HEARINGS[0]) == ("risk", "forum")
