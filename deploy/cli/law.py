"""`senandung law`: the limits that run on a child, to read, to have reviewed, and to take back what was reviewed."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Annotated, Final, TypeAlias

import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.services import fail
from services.routing.law import WITA, Law, LawError, Rule
from services.routing.law.sheet import Change, changes, rows, sheet, stored, tables
from shared.contracts.directory.table import DirectoryError

app = typer.Typer(no_args_is_help=True, help="The limits of law that run on a child: data, with source and certainty.")

FolderOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--folder", help="This deployment's own tables of law.", envvar="SENANDUNG_ROUTING_LAW_FOLDER"),
]
DayArgument: TypeAlias = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="A day, such as 2026-11-02.")]
OUT: Final = Console()


@app.command("list")
def list_(
    topic: Annotated[str, typer.Option(help="Only one table, such as detention.")] = "", folder: FolderOption = None
) -> None:
    """Show every limit that is the law today, the idle ones too, which nothing feeds yet."""
    _show([rule for rule in _law(folder).on(_today()) if topic in {"", rule.topic}])


@app.command()
def at(day: DayArgument, folder: FolderOption = None) -> None:
    """Show every limit that is the law for what starts on a day."""
    _show(_law(folder).on(day.date()))


@app.command()
def show(row: Annotated[str, typer.Argument(help="A row's id, such as r33.")], folder: FolderOption = None) -> None:
    """Show all versions of one limit, with every cell."""
    found = [cells for (id_, _), cells in rows(_sheet("", folder)).items() if id_ == row]
    if not found:
        raise fail(f"no limit is called {row!r}; see: senandung law list")
    for cells in found:
        OUT.print(f"{row}/{cells['version']}", style="bold", highlight=False)
        for column, text in cells.items():
            OUT.print(f"  {column:<14}{text or '—'}", highlight=False)


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="A sheet (a file), or a day.")],
    after: Annotated[str, typer.Argument(help="Another; without it, a sheet is compared with the tables.")] = "",
    folder: FolderOption = None,
) -> None:
    """Show what differs: between two days, or between the tables and a sheet that somebody changed."""
    one, other = (before, after) if after else ("", before)
    _differences(changes(_sheet(one, folder), _sheet(other, folder)))


@app.command()
def export(file: Annotated[Path | None, typer.Argument(help="Where to; without it, to the screen.")] = None,
           folder: FolderOption = None) -> None:  # fmt: skip
    """Write all tables as one CSV sheet, for counsel to review: `confirmed_by` is where to sign."""
    text = sheet(stored(_folder(folder)))
    if file:
        file.write_text(text, encoding="utf-8")
        OUT.print(f"{file}: {text.count(chr(10)) - 1} baris · rows", highlight=False)
    else:
        sys.stdout.write(text)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A sheet that was exported and reviewed.")],
    folder: FolderOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Show what a reviewed sheet changes, ask, and write it into the folder of this deployment's own tables."""
    if folder is None:
        raise fail("the packaged tables are not written over: name a folder of your own with --folder")
    found = changes(sheet(stored(_folder(folder))), _read(file))
    if not found:
        OUT.print("Tidak ada perubahan · nothing changes.")
        return
    _differences(found)
    with _checked(file, _folder(folder)) as new:
        if not yes and not typer.confirm("Terapkan? · Take it over?"):
            raise typer.Abort
        copytree(new, folder, dirs_exist_ok=True)
    OUT.print(f"{folder}: dipakai sejak layanan dimulai lagi · in force once routing starts again", highlight=False)


@contextmanager
def _checked(file: Path, base: Traversable) -> Iterator[Path]:
    """A folder with the tables of a sheet, which is refused here if it cannot be used."""
    with TemporaryDirectory() as name:
        new = Path(name)
        (new / "tables").mkdir()
        for other in ("consequences.csv", "holidays.csv"):
            (new / other).write_text((base / other).read_text(encoding="utf-8"), encoding="utf-8")
        for topic, text in tables(_read(file)).items():
            (new / "tables" / f"{topic}.csv").write_text(text, encoding="utf-8")
        _law(new)
        yield new


def _law(folder: Path | None) -> Law:
    """The tables, checked."""
    try:
        return Law.load(_folder(folder))
    except LawError as problem:
        raise fail(str(problem)) from None


def _folder(folder: Path | None) -> Traversable:
    """The deployment's own tables where there are any yet, else the packaged ones."""
    return folder if folder and (folder / "tables").is_dir() else files("services.routing.law")


def _sheet(name: str, folder: Path | None) -> str:
    """A sheet from a file, or of the rows that hold on a day; without a name the tables as they are."""
    whole = sheet(stored(_folder(folder)))
    if not name:
        return whole
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return _read(Path(name))
    held = {(rule.id, rule.version) for rule in _law(folder).on(day)}
    return sheet({topic: _only(text, held) for topic, text in tables(whole).items()})


def _only(table: str, held: set[tuple[str, str]]) -> str:
    """A table with the rows alone that hold."""
    head, *lines = table.splitlines(keepends=True)
    return head + "".join(line for line in lines if tuple(line.split(",")[:2]) in held)


def _read(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8")
        tables(text)
    except FileNotFoundError:
        raise fail(f"{file}: there is no such file") from None
    except DirectoryError as problem:
        raise fail(f"{file}: {problem}") from None
    return text


def _today() -> date:
    return datetime.now(UTC).astimezone(WITA).date()


def _show(rules: Iterable[Rule]) -> None:
    table = Table(title="Batas waktu menurut hukum · limits of law")
    for head in ("baris · row", "aturan · rule", "apa · what", "batas · limit", "siapa · whose", "pasti · sure", ""):
        table.add_column(head, overflow="fold")
    for rule in rules:
        title = f"{rule.title.id}\n[dim]{rule.title.en}[/dim]"
        idle = "" if rule.active else "belum · idle"
        limit = f"{rule.span.limit} {rule.span.unit}, {rule.span.counting}" if rule.span else "—"
        more = f" +{rule.extension.limit}" if rule.extension else ""
        whose = f"{rule.owner or '—'} · {rule.kind}"
        table.add_row(rule.id, rule.ground.rule, title, limit + more, whose, _sure(rule), idle)
    OUT.print(table)


def _sure(rule: Rule) -> str:
    confirmed = rule.ground.confirmed_by
    return f"{rule.ground.certainty}\n✔ {confirmed}" if confirmed else rule.ground.certainty


def _differences(found: Iterable[Change]) -> None:
    table = Table(title="Perubahan · changes")
    for head in ("baris · row", "kolom · column", "sebelum · before", "sesudah · after"):
        table.add_column(head, overflow="fold")
    for change in found:
        table.add_row(change.row, change.column, change.before or "—", change.after or "—")
    OUT.print(table)
