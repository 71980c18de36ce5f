"""The demonstration as a picture that moves: what a console showed and when, made into SVG that any page can show."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Final, NamedTuple, TextIO
from xml.sax.saxutils import escape

from rich.ansi import AnsiDecoder
from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import DIMMED_MONOKAI as THEME
from rich.text import Text

WIDTH: Final = 132
"""Columns; longer lines are broken."""
ROWS: Final = 30
"""Lines that are seen at once while it moves."""
CELL, LINE, EDGE, HEAD = 7.2, 17, 14, 34
"""Pixels of a character, of a line, of the margin, of the title."""
SLOWEST, FASTEST, REST = 1.6, 0.17, 5.0
"""Seconds between lines at most and at least, and after the last one."""

_SPACE: Final = "\N{NO-BREAK SPACE}"
"""SVG makes one space of several, unless they are of this kind."""
_PLAIN: Final = Console(width=WIDTH, force_terminal=True, color_system="truecolor")
_STYLE: Final = """
text{font-size:12px;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;fill:#b9bcba}
#title{font-weight:bold}
@media (prefers-reduced-motion:reduce){#roll{animation:none}}"""


class Shown(NamedTuple):
    """A line, and when it was there, in seconds."""

    text: Text
    at: float


@dataclass
class Film:
    """A file for a console: hands on what is written, and remembers it."""

    screen: TextIO
    written: list[tuple[float, str]] = field(default_factory=list)

    def write(self, text: str) -> int:
        """See `TextIO.write`."""
        self.written.append((monotonic(), text))
        return self.screen.write(text)

    def flush(self) -> None:
        """See `TextIO.flush`."""
        self.screen.flush()

    def lines(self) -> Iterator[Shown]:
        """All that was written, by line, broken where it is too long."""
        decoder, whole = AnsiDecoder(), ""
        for at, text in self.written:
            *ended, rest = (whole + text).split("\n")
            for line in ended:
                broken = decoder.decode_line(line).wrap(_PLAIN, WIDTH) or [Text()]
                yield from (Shown(part, at) for part in broken)
            whole = rest


def filmed(film: Film) -> Console:
    """A console that shows colours whatever its screen is, so that they are in the film."""
    return Console(file=film, force_terminal=True, color_system="truecolor", width=WIDTH)  # type: ignore[arg-type]  # it needs no more of a file


def pictures(film: Film, folder: Path) -> None:
    """Write `toddler.svg`, the third story as it moved, and `invariants.svg`, what must hold with its counts."""
    lines = list(film.lines())
    story = [*scene(lines, "3 · Balita · ", "4 · "), *scene(lines, "3 · Balita: ", "stories:")]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "toddler.svg").write_text(moving(story, "make demo · 3 · Balita · The toddler"))
    must_hold = scene(lines, "What must hold", "reading back:")
    (folder / "invariants.svg").write_text(still(must_hold, "make demo · Yang harus selalu benar · What must hold"))


def scene(lines: Iterable[Shown], begins: str, ends: str) -> list[Shown]:
    """The lines from the first that has `begins` in it up to the next that has `ends`."""
    found: list[Shown] = []
    for line in lines:
        if found and ends in line.text.plain:
            break
        if found or begins in line.text.plain:
            found.append(line)
    return found


def still(lines: Sequence[Shown], title: str) -> str:
    """The lines as a picture."""
    return _picture(lines, title, len(lines), "")


def moving(lines: Sequence[Shown], title: str) -> str:
    """The lines as they came, each at the bottom; pauses are shortened, bursts are slowed down, then it begins anew."""
    times = [0.0]
    for before, line in pairwise(lines):
        times.append(times[-1] + min(SLOWEST, max(FASTEST, line.at - before.at)))
    whole = times[-1] + REST
    steps = "".join(f"{time / whole:.3%}{{transform:translateY({-LINE * (n + 1)}px)}}" for n, time in enumerate(times))
    return _picture(
        lines, title, ROWS, f"@keyframes roll{{{steps}}}#roll{{animation:roll {whole:.1f}s step-end infinite}}"
    )


def _picture(lines: Sequence[Shown], title: str, rows: int, motion: str) -> str:
    wide, high = WIDTH * CELL + 2 * EDGE, rows * LINE + HEAD + EDGE
    first = rows if motion else 0  # what moves begins below; where nothing can move, its first lines are shown
    drawn = "".join(_line(line.text, (first + n + 0.75) * LINE) for n, line in enumerate(lines))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high}" role="img">'
        f"<title>{escape(title)}</title><style>{_STYLE}{motion}</style>"
        f'<rect width="{wide:.0f}" height="{high}" rx="8" fill="{THEME.background_color.hex}"/>'
        f'<text id="title" x="{EDGE}" y="22">{escape(title)}</text>'
        f'<svg x="{EDGE}" y="{HEAD}" width="{WIDTH * CELL:.0f}" height="{rows * LINE}"><g id="roll" transform="translate(0 {-first * LINE})">{drawn}</g></svg>'
        "</svg>\n"
    )


def _line(text: Text, y: float) -> str:
    drawn, column = "", 0
    for segment in text.render(_PLAIN):
        if words := segment.text.strip():
            at = column + cell_len(segment.text) - cell_len(segment.text.lstrip())
            drawn += _words(words, segment.style or Style(), at, y)
        column += segment.cell_length
    return drawn


def _words(words: str, style: Style, column: int, y: float) -> str:
    length = cell_len(words) * CELL
    place = f'x="{column * CELL:.1f}" y="{y:.0f}" textLength="{length:.1f}"'
    return f"<text {place}{_looks(style)}>{escape(words).replace(' ', _SPACE)}</text>"


def _looks(style: Style) -> str:
    looks = [f"fill:{style.color.get_truecolor(THEME).hex}"] if style.color else []
    looks += ["font-weight:bold"] if style.bold else []
    looks += ["opacity:.6"] if style.dim else []
    return f' style="{";".join(looks)}"' if looks else ""
