"""`senandung rehearse`: commands from files, through all four services in virtual time, the same each time."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final, Literal

import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.services import fail
from deploy.rehearsal.comparing import Difference, compared, lives
from deploy.rehearsal.script import Act, ScriptError, acts
from deploy.rehearsal.stage import Stage, Told
from services.routing.law import WITA, LawError
from services.routing.policy import PolicyError

_WHAT: Final = {
    "elsewhere": "dirujuk ke tempat lain · elsewhere",
    "later": "dirujuk lebih lambat · later",
    "missed": "tenggat terlewat · missed",
    "kept": "tenggat terpenuhi · kept",
}
_NOISE: Final = frozenset({"occurred_at", "about_child"})


def rehearse(
    files: Annotated[list[Path], typer.Argument(help="Lines of commands, each a structured CloudEvent.")],
    *,
    law: Annotated[Path | None, typer.Option(help="A folder with other tables of law.")] = None,
    policy: Annotated[str, typer.Option(help="A version of the policy, by its name.")] = "",
    compare: Annotated[
        str, typer.Option(help="Another policy by its name, or a folder with other tables of law, to compare with.")
    ] = "",
    until: Annotated[str, typer.Option(help="How long to let time pass; without it, a day after the last line.")] = "",
    format_: Annotated[Literal["jsonl", "table"], typer.Option("--format", help="jsonl to read on, table to look at.")]
    = "jsonl",
) -> None:  # fmt: skip
    """Play commands at their times through intake, routing, shelter and notifications, deadlines firing between.

    Each line is a command: type, source (/agencies/polresta), time, data; subject is a case's id, or a word of your own
    that report-child gives a child. @report in data is the last report of that child, @referral/health a referral in
    which health stands. What is said comes out in order, in the same form. Nothing runs for it, and nothing is kept.

    With --compare all is played twice, and only what is otherwise comes out: which child is referred elsewhere, or
    later, and which limits are missed, or kept. A line about a referral that nobody made then is passed over.
    """
    try:
        found = _acts(files)
        played = list(_played(found, law, policy, until))
        others = list(_played(found, *_other(compare, law, policy), until, lenient=True)) if compare else []
    except (ScriptError, LawError, PolicyError) as problem:
        raise fail(str(problem)) from None
    if compare:
        _show_differences(list(compared(lives(played), lives(others))), format_)
    elif format_ == "jsonl":
        sys.stdout.writelines(json.dumps(told.cloudevent(), ensure_ascii=False) + "\n" for told in played)
    else:
        Console().print(_table(played))


def _acts(files: Iterable[Path]) -> list[Act]:
    """All lines, in the order of their times; a child without a name has that of the line that reports it."""
    found = sorted((act for file in files for act in _read(file)), key=lambda act: act.at)
    if not found:
        raise ScriptError("there is no command in these files; write at least one line.")
    return [act if act.child else act._replace(child=act.id) for act in found]


def _other(name: str, law: Path | None, policy: str) -> tuple[Path | None, str]:
    """The law and the policy to compare with: a folder is one of law, any other word a policy's name."""
    return (Path(name), policy) if Path(name).is_dir() else (law, name)


def _played(
    found: Sequence[Act], law: Path | None, policy: str, until: str, *, lenient: bool = False
) -> Iterator[Told]:
    """What is said upon all of it. `lenient` passes over a line that means what was never said."""
    stage = Stage(found[0].at, law=law, policy=policy)
    for act in found:
        try:
            yield from stage.play(act)
        except ScriptError:
            if not lenient:
                raise
    yield from stage.wait(_end(until, found[-1].at))


def _read(file: Path) -> list[Act]:
    try:
        return list(acts(file.name, file.read_text(encoding="utf-8").splitlines()))
    except FileNotFoundError:
        raise ScriptError(f"{file}: there is no such file.") from None


def _end(until: str, last: datetime) -> datetime:
    if not until:
        return last + timedelta(days=1)
    try:
        end = datetime.fromisoformat(until)
    except ValueError:
        raise ScriptError(f"--until {until!r} is no time; write 2026-12-31T00:00:00+08:00.") from None
    return end if end.tzinfo else end.replace(tzinfo=WITA)


def _table(played: Iterable[Told]) -> Table:
    table = Table(title="Gladi · rehearsal")
    for head in ("WITA", "anak · child", "kejadian · event", "isi · data"):
        table.add_column(head, overflow="fold")
    for told in played:
        at = told.envelope.time.astimezone(WITA)
        words = " ".join(f"{name}={_short(value)}" for name, value in told.data.items() if name not in _NOISE)
        table.add_row(f"{at:%Y-%m-%d %H.%M.%S}", told.child or "—", told.envelope.type, words)
    return table


def _show_differences(found: Sequence[Difference], format_: str) -> None:
    if format_ == "jsonl":
        sys.stdout.writelines(json.dumps(each._asdict(), ensure_ascii=False) + "\n" for each in found)
        return
    children = len({each.child for each in found})
    table = Table(title=f"Yang berbeda · what is otherwise: {children} anak · children")
    for head in ("anak · child", "apa · what", "layanan, aturan · of", "sebelum · before", "sesudah · after"):
        table.add_column(head, overflow="fold")
    for each in found:
        table.add_row(each.child, _WHAT[each.what], each.of, each.before or "—", each.after or "—")
    Console().print(table)


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    return text[:8] if len(text) == len("00000000-0000-0000-0000-000000000000") else text
