"""The account as a table of 19 + 4 rows, and the invariants with their counts."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from pydantic import JsonValue
from rich.table import Table

from deploy.demo.readback.check import Check
from shared.contracts.directory import Directory


def account_table(accounts: Sequence[Mapping[str, JsonValue]], directory: Directory) -> Table:
    """What reached each party, what was withheld, and by which row of the profile table."""
    table = Table(title="Apa yang sampai kepada siapa · What reached whom", show_lines=True)
    for head in ("pihak · party", "profil", "sampai · reached", "ditahan, oleh baris · withheld, by row"):
        table.add_column(head, overflow="fold")
    for account in accounts:
        party = str(account["party"])
        reached = account["reached"]
        assert isinstance(reached, dict)
        told = ", ".join(f"{type_} {times}" for type_, times in sorted(reached.items())) or "—"
        name = f"[bold]{party}[/bold]\n{directory.name(party, 'id')}\n[dim]{directory.name(party, 'en')}[/dim]"
        table.add_row(name, str(account["profile"]), f"{_sum(reached)} : {told}", _withheld(account["withheld"]))
    return table


def _sum(reached: Mapping[str, JsonValue]) -> int:
    return sum(int(str(times)) for times in reached.values())


def _withheld(rows: JsonValue) -> str:
    assert isinstance(rows, list)
    found = [row for row in rows if isinstance(row, dict)]
    whole = [str(row["row"]) for row in found if row["field"] == "*"]
    fields = [str(row["row"]) for row in found if row["field"] != "*"]
    times = sum(int(str(row["times"])) for row in found if row["field"] == "*")
    parts = []
    if whole:
        parts.append(f"{times} pemberitahuan · notices: {ranges(whole)}")
    if fields:
        parts.append(f"{len(fields)} bidang · fields: {ranges(fields)}")
    return "\n".join(parts) or "—"


def ranges(ids: Iterable[str]) -> str:
    """`P-001-P-003 P-007` for rows that follow one another."""
    numbers = sorted({int(id_.removeprefix("P-")) for id_ in ids})
    runs: list[list[int]] = [numbers[:1]]
    for before, number in pairwise(numbers):
        if number == before + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return " ".join(f"P-{run[0]:03d}" + (f"-P-{run[-1]:03d}" if len(run) > 1 else "") for run in runs if run)


def check_table(checks: Iterable[Check]) -> Table:
    """Each invariant with how much it examined, and what is wrong."""
    table = Table(title="Yang harus selalu benar · What must hold")
    for head in ("", "diperiksa · examined", "invarian · invariant"):
        table.add_column(head, overflow="fold")
    for check in checks:
        wrong = f"\n[red]{'; '.join(check.wrong[:8])}[/red]" if check.wrong else ""
        mark = "[green]✔[/green]" if check.held else "[red]✘[/red]"
        table.add_row(mark, str(check.examined), f"{check.name_id}\n[dim]{check.name_en}[/dim]{wrong}")
    return table
