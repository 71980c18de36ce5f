"""`python -m tests.docs.states_page`: writes docs/states.md, every noun's statuses in both languages."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Final

from services.intake.domain.status import MACHINES as OF_INTAKE
from services.routing.domain.status import MACHINES as OF_ROUTING
from services.routing.law import Law
from services.shelter.domain.status import MACHINES as OF_SHELTER
from shared.contracts.directory import Directory
from shared.contracts.directory.entries import Text
from shared.contracts.transitions import NONE, Machine, Status, final, picture
from tests.docs.places import ROOT

PAGE: Final = ROOT / "docs" / "states.md"
DAY: Final = date(2026, 11, 2)
ORDER: Final = (
    "case", "referral", "matter", "diversion", "order", "detention", "hearing", "placement", "custody", "handover",
    "escort", "waiting-list", "report", "clock", "category", "approval", "link",
)  # fmt: skip
MACHINES: Final[Mapping[str, Machine]] = {**OF_INTAKE, **OF_ROUTING, **OF_SHELTER}
DEADLINES: Final[Mapping[str, Text]] = {
    "answer-by": Text("batas jawaban", "the answer is due"),
    "companion-by": Text("batas penunjukan pendamping", "a companion is due"),
    "order-by": Text("batas pelaksanaan", "it must have been carried out"),
    "admit-by": Text("batas penyimpanan tempat tidur", "the hold ends"),
    "answers-by": Text("batas jawaban penutupan", "the services' answers are due"),
    "look-at": Text("jatuh tempo", "the limit is due"),
}
_HEAD: Final = """# Keadaan · States

Ditulis oleh `python -m tests.docs.states_page` dari tabel yang dijalankan kode; sebuah uji gagal bila halaman ini
tertinggal. Setiap keadaan menyebut giliran siapa, dan sampai kapan; bila tidak ada batas, alasannya tertulis.
`tests/explorer` membuktikan bahwa setiap keadaan dapat dicapai, tidak ada yang buntu, dan tenggatnya berjalan.

Written by `python -m tests.docs.states_page` from the tables that the code runs from; a test fails where this page is
out of date. Each status says whose move it is and until when; where nothing limits it, why. `tests/explorer` proves
that every status can be reached, that none is a dead end, and that its clock runs.
"""


def page() -> str:
    """Return the whole page."""
    return "\n".join([_HEAD, *chain.from_iterable(_noun(MACHINES[noun]) for noun in ORDER)]) + "\n"


def _noun(machine: Machine) -> Iterator[str]:
    named = {status: f"{it.words.id} / {it.words.en}" for status, it in machine.statuses.items()}
    yield f"## {machine.words.id} · {machine.words.en}\n"
    yield f"{machine.rule}\n"
    yield f"```mermaid\n{picture(machine.ways, named)}\n```\n"
    yield "| keadaan · status | arti · meaning | giliran siapa · whose move | sampai kapan · until |"
    yield "| --- | --- | --- | --- |"
    ends = final(machine.ways)
    for status, it in machine.statuses.items():
        cells = (f"`{status}`", _both(it.words), _whose(it.whose), _until(it, ends=status in ends))
        yield f"| {' | '.join(cells)} |"
    yield ""
    yield from _begins(machine)


def _begins(machine: Machine) -> Iterator[str]:
    facts = [fact.type for was, fact in machine.ways if was == NONE]
    if facts:
        names = ", ".join(f"`{name}`" for name in facts)
        yield f"Bermula dengan · begins with {names}.\n"


def _until(status: Status, *, ends: bool) -> str:
    if status.until:
        return "; ".join(_limit(name) for name in status.until)
    if status.unlimited:
        return _both(status.unlimited)
    assert ends
    return "akhir · the end"


def _limit(name: str) -> str:
    if name in DEADLINES:
        return _both(DEADLINES[name])
    (rule,) = (rule for rule in Law.load().on(DAY) if rule.id == name)
    return f"`{name}` {rule.title.id} · {rule.title.en}"


def _whose(code: str) -> str:
    directory = Directory.load(DAY)
    names: dict[str, Text] = {each.code: each.name for each in directory.agencies}
    names |= {each.code: each.name for each in directory.tables.who.on(DAY)}
    return f"{names[code].id} · {names[code].en}"


def _both(words: Text) -> str:
    return f"{words.id} · {words.en}"


if __name__ == "__main__":
    PAGE.write_text(page())
