"""The README says what the code does: its pictures, its commands, its refusals."""

import re
from pathlib import Path

import services.shelter
from services.shelter import data
from services.shelter.domain import domain
from services.shelter.domain.pictures import pictures

FOLDER = Path(services.shelter.__path__[0])
README = (FOLDER / "README.md").read_text()


def test_its_pictures_are_those_of_the_tables_of_transitions() -> None:
    drawn = re.findall(r"```mermaid\n(.*?)\n```", README, re.DOTALL)

    assert drawn == list(pictures().values())


def test_it_names_every_command_that_shelter_decides_and_no_other() -> None:
    table = README.split("## Decides and refuses")[1].split("## Beds")[0]
    first_cells = " ".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))

    assert set(re.findall(r"`([a-z-]+)`", first_cells)) == domain(data.houses(), data.limits()).commands


def test_it_names_every_refusal() -> None:
    texts = [file.read_text() for file in (FOLDER / "domain").glob("*.py")]
    codes = {code for text in texts for code in re.findall(r'Refusal\("([a-z-]+)"', text)}

    assert len(codes) > 15
    assert {code for code in codes if f"`{code}`" not in README} == set()
