"""`senandung case show`: who had this child when, under which rule, until when; who was asked; who was told."""

import re
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import typer
from pydantic import JsonValue
from rich.console import Console
from rich.table import Table

from deploy.cli.services import HOME, AsOption, HomeOption, Services, services
from deploy.demo.stage import WITA

app = typer.Typer(no_args_is_help=True, help="Look at one child's case, as each service has it.")

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:")
_CUSTODY = ("since", "until", "kind", "party", "house", "act", "rule")
_ASKED = ("referred_at", "agency", "service", "status", "answer_by", "answered_at", "rule")
_HEARINGS = ("at", "forum", "status", "companion", "outcome", "arrived_at", "returned_at")


@app.command()
def show(
    case: Annotated[UUID, typer.Argument(help="The case's id, as it stands in ce_subject of the subject streams.")],
    home: HomeOption = HOME,
    as_: AsOption = "dinsos/coordinator",
) -> None:
    """Show a case: who had the child when, under which rule, until when; who was asked for what; who took part.

    Each service is asked for its own part, by HTTP, and notes in its log who looked. Who may not look is told so:
    try --as polresta/officer. A name is nowhere in the answers; identity lies in intake's vault alone.
    """
    console, told = Console(), services(home, as_)
    report = told.get("intake", f"/cases/{case}")
    console.print(f"Kasus · case {case}", style="bold", highlight=False)
    _pairs(console, report["report"])
    _asked(console, told, case)
    _custody(console, told, case)
    _told(console, told, case)


def _asked(console: Console, told: Services, case: UUID) -> None:
    routing = told.get("routing", f"/cases/{case}/referrals")
    console.print(
        f"Penanggung jawab · owner: {routing['owner']}; ditutup · closed: {routing['closed']}", highlight=False
    )
    console.print(table("Rujukan · referrals", _ASKED, routing["referrals"]))
    if routing["hearings"]:
        console.print(table("Sidang · hearings", _HEARINGS, routing["hearings"]))


def _custody(console: Console, told: Services, case: UUID) -> None:
    custody = told.get("shelter", f"/cases/{case}/custody")
    console.print(table("Siapa memegang anak · who had the child", _CUSTODY, custody["spells"]))


def _told(console: Console, told: Services, case: UUID) -> None:
    account = told.get("notifications", f"/cases/{case}/account")
    console.print(
        table("Siapa ikut serta · who took part", ("party", "way", "since", "until"), account["participation"])
    )


def _pairs(console: Console, values: JsonValue) -> None:
    assert isinstance(values, dict)
    for name, value in values.items():
        console.print(f"  {name:<16}{_cell(value)}", highlight=False)


def table(title: str, columns: tuple[str, ...], rows: JsonValue) -> Table:
    """Rows of a service's answer as a table; what is not there is a dash."""
    assert isinstance(rows, list)
    made = Table(title=title, title_justify="left")
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        assert isinstance(row, dict)
        made.add_row(*(_cell(row.get(column)) for column in columns))
    return made


def _cell(value: JsonValue) -> str:
    """A moment as people in Balikpapan write it; anything else as it is."""
    if value is None:
        return "—"
    if isinstance(value, str) and _MOMENT.match(value):
        return f"{datetime.fromisoformat(value).astimezone(WITA):%Y-%m-%d %H.%M.%S}"
    return str(value)
