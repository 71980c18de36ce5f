"""The page says what the code does: its pictures, its commands, its refusals, what it hears, its settings."""

import re
from pathlib import Path

import services.intake
from services.intake.box import INFO
from services.intake.domain.pictures import pictures
from services.intake.identity import Identity
from services.intake.settings import Settings
from shared.contracts.model import Fact
from shared.runtime.settings import EngineSettings
from tests.intake.city import intake

FOLDER = Path(services.intake.__path__[0])
PAGE = (FOLDER / "README.md").read_text()


def test_its_pictures_are_drawn_from_the_tables_of_transitions() -> None:
    assert re.findall(r"```mermaid\n(.*?)\n```", PAGE, re.DOTALL) == list(pictures().values())


def test_it_names_every_command_that_intake_decides_and_no_other() -> None:
    table = PAGE.split("## Decides and refuses")[1].split("## Reports")[0]
    first_cells = " ".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))

    assert set(re.findall(r"`([a-z-]+)`", first_cells)) == intake().commands


def test_it_names_every_fact_that_intake_acts_upon_and_every_stream() -> None:
    domain = intake()
    acted_upon = {body.type for body in domain.decides if issubclass(body, Fact)}

    assert len(acted_upon) > 10
    assert {word for word in (*acted_upon, *domain.speaks, *domain.hears) if f"`{word}`" not in PAGE} == set()


def test_it_names_every_refusal() -> None:
    texts = [file.read_text() for file in (*FOLDER.glob("domain/*.py"), FOLDER / "vault.py")]
    found = {code for text in texts for code in re.findall(r'(?:Refusal\(|return )"([a-z0-9-]+-[a-z0-9-]+)"', text)}

    assert len(found) > 10
    assert {code for code in found if f"`{code}`" not in PAGE} == set()


def test_it_tells_what_goes_into_a_box_and_how_it_is_sealed() -> None:
    assert f"`{INFO.decode()}`" in PAGE
    assert {name for name in Identity.model_fields if f"`{name}`" not in PAGE} == set()


def test_it_names_the_setting_that_only_intake_has_and_must_be_given() -> None:
    own = Settings.model_fields.keys() - EngineSettings.model_fields.keys()
    required = {name for name in own if Settings.model_fields[name].is_required()}

    assert {f"SENANDUNG_INTAKE_{name.upper()}" for name in required} == set(re.findall(r"SENANDUNG_[A-Z_]+", PAGE))
