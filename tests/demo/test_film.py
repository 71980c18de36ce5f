"""Pictures of the demonstration: what was shown is in them, in its order and its time, and nothing from elsewhere."""

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from pathlib import Path

import pytest
from rich.text import Text

from deploy.demo.film import FASTEST, LINE, REST, ROWS, SLOWEST, Film, Shown, filmed, moving, pictures, scene, still

MEDIA = Path(__file__).parents[2] / "docs" / "media"


def shown(*lines: str, apart: float = 0.0) -> list[Shown]:
    return [Shown(Text(line), number * apart) for number, line in enumerate(lines)]


def _elements(svg: str) -> Iterable[ET.Element]:
    return ET.fromstring(svg).iter()  # noqa: S314 - our own file


def words(svg: str) -> list[str]:
    return ["".join(text.itertext()).replace("\N{NO-BREAK SPACE}", " ") for text in _elements(svg) if text.text]


def seconds(svg: str) -> float:
    found = re.search(r"animation:roll ([\d.]+)s", svg)
    assert found
    return float(found[1])


def test_what_is_filmed_is_shown_as_well() -> None:
    screen = io.StringIO()
    film = Film(screen)
    filmed(film).print("[bold]routing mati[/bold]")

    assert "routing mati" in screen.getvalue()
    assert [line.text.plain for line in film.lines()] == ["routing mati"]


def test_a_line_that_is_too_long_is_broken() -> None:
    film = Film(io.StringIO())
    filmed(film).print("panjang " * 40, soft_wrap=True)

    assert [len(line.text.plain) <= 132 for line in film.lines()] == [True] * 3


def test_a_scene_is_from_its_title_to_the_next() -> None:
    lines = shown("1 · Razia", "a", "3 · Balita", "b", "c", "4 · Kekeliruan", "d")

    assert [line.text.plain for line in scene(lines, "3 · ", "4 · ")] == ["3 · Balita", "b", "c"]


def test_a_picture_says_what_was_shown_whatever_signs_are_in_it() -> None:
    assert words(still(shown("a  <b> & c"), "judul"))[-1] == "a  <b> & c"


def test_bursts_are_slowed_down_and_pauses_are_shortened() -> None:
    burst, pause = moving(shown("a", "b", "c"), ""), moving(shown("a", "b", "c", apart=60), "")

    assert seconds(burst) == pytest.approx(2 * FASTEST + REST, abs=0.1)
    assert seconds(pause) == pytest.approx(2 * SLOWEST + REST, abs=0.1)


def test_whoever_wants_no_motion_sees_the_first_lines() -> None:
    svg = moving(shown("a"), "")

    assert "prefers-reduced-motion:reduce){#roll{animation:none}}" in svg
    assert f'transform="translate(0 -{ROWS * LINE})"' in svg


def test_both_pictures_are_made_of_a_run(tmp_path: Path) -> None:
    film = Film(io.StringIO())
    console = filmed(film)
    for line in ("3 · Balita · x", "anak", "4 · y", "z", "3 · Balita: w", "naik", "stories:", "What must hold", "✔"):
        console.print(line)
    pictures(film, tmp_path)

    story, held = words((tmp_path / "toddler.svg").read_text()), words((tmp_path / "invariants.svg").read_text())
    assert "anak" in story
    assert "naik" in story
    assert "z" not in story
    assert held[-1] == "✔"


@pytest.mark.parametrize("name", ["toddler.svg", "invariants.svg"])
def test_the_committed_pictures_are_of_a_run_that_held_and_load_nothing(name: str) -> None:
    svg = (MEDIA / name).read_text()
    said = " ".join(words(svg))

    assert "kill -9" in said if name == "toddler.svg" else said.count("✔") > 15
    assert "✘" not in said
    assert re.findall(r"https?:", svg.replace('xmlns="http:', "")) == []
