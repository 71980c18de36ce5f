"""Three kinds of picture, drawn as SVG: bars on a scale of powers of ten, bars in parts, and a line."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

_WIDTH: Final = 720
_NAMES: Final = 170
"""Pixels for names, left of the bars."""
_ROW: Final = 30
_TOP: Final = 44
_COLOURS: Final = ("#2f6f8f", "#c9803a", "#7a9a4a", "#8a6aa8")
Rows = Sequence[tuple[str, float]]


def powers(title: str, rows: Rows, unit: str) -> str:
    """A bar for each value, each step of the scale ten times the one before."""
    values = [value for _, value in rows]
    low = 10 ** math.floor(math.log10(min(values) / 2))
    span = math.log10(max(values) / low)
    drawn = [
        _name(n, name) + _bar(n, _NAMES, _room() * math.log10(value / low) / span, 0) + _value(n, value, unit)
        for n, (name, value) in enumerate(rows)
    ]
    return _picture(title, len(rows), drawn)


def parts(title: str, rows: Sequence[tuple[str, Mapping[str, float]]], unit: str) -> str:
    """A bar for each row, made of its parts; the colours are named beneath."""
    most = max(sum(each.values()) for _, each in rows)
    drawn = [
        _name(n, name) + _stacked(n, each, most) + _total(n, each, most, unit) for n, (name, each) in enumerate(rows)
    ]
    names = list(rows[0][1])
    keys = [_key(n, name, len(rows)) for n, name in enumerate(names)]
    return _picture(title, len(rows) + 1, [*drawn, *keys])


def line(title: str, points: Rows, unit: str) -> str:
    """Values in the order given, from nought, each named beneath and told above."""
    most, height = max(value for _, value in points), 150
    step = (_WIDTH - 160) / max(1, len(points) - 1)
    places = [(80 + n * step, _TOP + 20 + height * (1 - value / most)) for n, (_, value) in enumerate(points)]
    path = " ".join(f"{x:.0f},{y:.0f}" for x, y in places)
    drawn = [f'<polyline points="{path}" fill="none" stroke="{_COLOURS[0]}" stroke-width="2.5"/>']
    for (x, y), (name, value) in zip(places, points, strict=True):
        drawn += [
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="{_COLOURS[0]}"/>',
            _text(x, y - 10, f"{_told(value)} {unit}", "middle"),
            _text(x, _TOP + 44 + height, name, "middle"),
        ]
    return _picture(title, 6, drawn)


def _stacked(n: int, each: Mapping[str, float], most: float) -> str:
    drawn, left = "", float(_NAMES)
    for colour, value in enumerate(each.values()):
        drawn += _bar(n, left, _room() * value / most, colour)
        left += _room() * value / most
    return drawn


def _total(n: int, each: Mapping[str, float], most: float, unit: str) -> str:
    total = sum(each.values())
    return _text(_NAMES + _room() * total / most + 8, _middle(n), f"{_told(total)} {unit}")


def _value(n: int, value: float, unit: str) -> str:
    return _text(_WIDTH - 12, _middle(n), f"{_told(value)} {unit}", "end")


def _key(n: int, name: str, row: int) -> str:
    x = _NAMES + 130 * n
    return f'<rect x="{x}" y="{_middle(row) - 11}" width="12" height="12" fill="{_COLOURS[n]}"/>' + _text(
        x + 18, _middle(row), name
    )


def _room() -> float:
    """Pixels for the longest bar."""
    return _WIDTH - _NAMES - 150


def _middle(n: int) -> int:
    return _TOP + n * _ROW + 19


def _name(n: int, name: str) -> str:
    return _text(_NAMES - 10, _middle(n), name, "end")


def _bar(n: int, left: float, width: float, colour: int) -> str:
    y, filled = _TOP + n * _ROW + 4, _COLOURS[colour]
    return f'<rect x="{left:.1f}" y="{y}" width="{max(1.0, width):.1f}" height="21" fill="{filled}"/>'


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(words)}</text>'


def _told(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.3g}"


def _picture(title: str, rows: int, drawn: Sequence[str]) -> str:
    height = _TOP + rows * _ROW + 14
    font = 'font-family="sans-serif" font-size="13" fill="#222"'
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" {font}>',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="12" y="26" font-size="15" font-weight="bold">{escape(title)}</text>',
        *drawn,
        "</svg>\n",
    ])  # fmt: skip
