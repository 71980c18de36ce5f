"""`senandung today`: the red telephone list, which each service that knows is asked for."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Final, Literal
from urllib.parse import quote

import typer
from pydantic import JsonValue
from rich.console import Console
from rich.table import Table

from deploy.cli.services import HOME, AsOption, HomeOption, Services, fail, services
from deploy.demo.stage import WITA

Item = Mapping[str, JsonValue]

KINDS: Final = {
    "must-release": ("Harus dikeluarkan hari ini", "must be released today"),
    "answer-overdue": ("Jawaban lewat tenggat", "answers overdue"),
    "no-known-custodian": ("Anak yang tidak diketahui siapa memegangnya", "children without a known custodian"),
    "hearing-without-companion": ("Sidang tanpa pendamping", "hearings without a companion"),
    "clock-nearly-over": ("Tenggat di atas 80 %", "clocks past 80 %"),
}
"""In the order in which somebody must act."""


def today(
    home: HomeOption = HOME,
    as_: AsOption = "dinsos/coordinator",
    at: Annotated[str, typer.Option(help="Another time than now, such as 2026-11-02T07:00+08:00.")] = "",
    format_: Annotated[Literal["table", "json"], typer.Option("--format", help="table to look at, json to read on.")]
    = "table",
) -> None:  # fmt: skip
    """Show what cannot wait: who must be released, what is overdue, which child nobody has, who goes to court alone.

    Routing knows the limits, the answers and the hearings; shelter knows who has each child. Each shows only what is
    the business of who asks: try --as polresta/officer. Ids and actions alone; a name is nowhere in it.
    """
    moment = _moment(at)
    told = services(home, as_)
    adrift = told.listed("shelter", "/adrift")
    items = sorted((*_urgent(told, moment), *map(_adrift, adrift or ())), key=_order)
    if format_ == "json":
        sys.stdout.write(json.dumps({"at": moment.isoformat(), "items": items}, ensure_ascii=False, indent=2) + "\n")
        return
    _show(Console(), moment, items)
    if adrift is None:
        Console().print("Siapa memegang anak tidak ditunjukkan · who has a child is not shown to you.", style="dim")


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text) if text else datetime.now(UTC)
    except ValueError:
        raise fail(f"--at {text!r} is no time; write 2026-11-02T07:00+08:00") from None
    return at if at.tzinfo else at.replace(tzinfo=WITA)


def _urgent(told: Services, at: datetime) -> Sequence[Item]:
    return told.listed("routing", f"/today?at={quote(at.isoformat())}") or []


def _adrift(child: Item) -> Item:
    return {
        "kind": "no-known-custodian", "due": child["since"], "who": "dinsos", "rule": "R87a", "of": child["case"],
        "case": child["case"],
    }  # fmt: skip


def _order(item: Item) -> tuple[int, datetime, str]:
    return list(KINDS).index(str(item["kind"])), datetime.fromisoformat(str(item["due"])), str(item["of"])


def _show(console: Console, at: datetime, items: Sequence[Item]) -> None:
    console.print(f"Telepon merah · what cannot wait, {at.astimezone(WITA):%Y-%m-%d %H.%M} WITA", style="bold")
    for kind, (indonesian, english) in KINDS.items():
        found = [item for item in items if item["kind"] == kind]
        console.print(_table(f"{indonesian} · {english}: {len(found)}", found) if found else f"✔ {indonesian}: 0")


def _table(title: str, items: Sequence[Item]) -> Table:
    table = Table(title=title, title_justify="left")
    for head in ("waktu · when", "siapa · who", "aturan · rule", "apa · id", "kasus · case"):
        table.add_column(head, overflow="fold")
    for item in items:
        when = f"{datetime.fromisoformat(str(item['due'])).astimezone(WITA):%Y-%m-%d %H.%M}"
        table.add_row(when, *(str(item[name] or "—") for name in ("who", "rule", "of", "case")))
    return table
