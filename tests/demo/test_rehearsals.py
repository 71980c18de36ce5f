"""Ten invented children: what is rehearsed of each gives exactly the times that were reckoned by hand on its sheet."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner

from deploy.cli.app import app
from deploy.rehearsal.script import ScriptError, acts
from deploy.rehearsal.stage import Stage, Told
from services.routing.law import WITA, Law

FOLDER = Path("tests/rehearsals")
SCRIPTS = sorted(FOLDER.glob("*.jsonl"))


class Ran(NamedTuple):
    """What became of a limit, as a line of a sheet has it."""

    row: str
    started: str
    due: str
    status: str
    ended: str
    late: str


def played(script: Path) -> list[Told]:
    found = list(acts(script.name, script.read_text().splitlines()))
    stage = Stage(found[0].at)
    return [*(told for act in found for told in stage.play(act)), *stage.wait(found[-1].at + timedelta(days=400))]


def ran(told: Iterable[Told]) -> list[Ran]:
    """Each clock, read from the events alone."""
    clocks: dict[str, Ran] = {}
    for event in told:
        if event.stream == "clocks":
            data, kind = event.data, event.envelope.type
            clocks[data["clock"]] = _after(clocks.get(data["clock"]), kind, data)
    return sorted(clocks.values())


def _after(was: Ran | None, kind: str, data: dict[str, Any]) -> Ran:
    if kind in {"clock-started", "clock-corrected"}:
        return Ran(data["rule"]["row"], _wita(data["started_at"]), _wita(data["due"]), "running", "", "")
    assert was, "a clock begins with its start"
    match kind:
        case "clock-extended":
            return was._replace(due=_wita(data["due"]))
        case "clock-breached":
            return was._replace(status="breached")
        case "clock-satisfied":
            late = "yes" if data["late"] else "no"
            return was._replace(status="satisfied", ended=_wita(data["occurred_at"]), late=late)
        case "clock-stopped":
            return was._replace(status="stopped", ended=_wita(data["occurred_at"]))
    return was


def _wita(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(WITA):%Y-%m-%d %H:%M:%S}"


def by_hand(script: Path) -> list[Ran]:
    with script.with_suffix(".csv").open() as file:
        return sorted(Ran(*(line[name] for name in Ran._fields)) for line in csv.DictReader(file))


def rows() -> Iterator[str]:
    return (each.row for script in SCRIPTS for each in by_hand(script))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_what_is_rehearsed_gives_exactly_what_was_reckoned_by_hand(script: Path) -> None:
    told = played(script)

    assert not [event.data for event in told if event.envelope.type == "command-refused"]
    assert ran(told) == by_hand(script)


def test_the_sheets_reckon_every_limit_that_runs() -> None:
    assert len(SCRIPTS) >= 10
    assert set(rows()) == {rule.id for rule in Law.load().on(date(2026, 11, 2)) if rule.active}


def rehearse(*words: object) -> Any:
    return CliRunner().invoke(app, ["rehearse", *map(str, words)])


def test_a_rehearsal_is_the_same_to_the_byte_each_time() -> None:
    first, second = rehearse(*SCRIPTS[:3]), rehearse(*SCRIPTS[:3])

    assert first.exit_code == 0
    assert first.output.count("\n") > 40
    assert first.output == second.output


def test_a_rehearsal_by_another_law_tells_other_times(tmp_path: Path) -> None:
    sheet, own = tmp_path / "sheet.csv", tmp_path / "own"
    CliRunner().invoke(app, ["law", "export", str(sheet)])
    sheet.write_text(sheet.read_text().replace(",72,elapsed-hours", ",48,elapsed-hours"))
    CliRunner().invoke(app, ["law", "import", str(sheet), "--folder", str(own), "--yes"])

    assert '"due": "2026-11-09T15:00:00+08:00"' in rehearse(SCRIPTS[1]).output
    assert '"due": "2026-11-08T15:00:00+08:00"' in rehearse(SCRIPTS[1], "--law", own).output


def test_a_refused_command_is_told_with_its_reason(tmp_path: Path) -> None:
    """R60: a boy of thirteen is not detained."""
    text = SCRIPTS[2].read_text().replace('"age_years": 17', '"age_years": 13')
    script = tmp_path / "script.jsonl"
    script.write_text(
        "\n".join(line for line in text.splitlines() if "extension" not in line and "release" not in line)
    )

    told = rehearse(script).output

    assert '"code": "no-detention-under-14"' in told
    assert "child-detained" not in told


def test_a_rehearsal_can_be_looked_at_as_a_table() -> None:
    told = rehearse(SCRIPTS[1], "--format", "table", "--until", "2026-11-30").output

    assert "siti" in told
    assert "clock-breached" in told


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "it is not JSON"),
        ("[]", "it is not an object"),
        ('{"type": "senandung.open-mater.v1"}', "type 'open-mater' is no command"),
        ('{"type": "open-matter", "source": "/agencies/sheriff"}', "source 'sheriff' is no party"),
        ('{"type": "open-matter", "source": "/agencies/pn", "time": "noon"}', "time 'noon' is none"),
        ('{"type": "open-matter", "source": "/agencies/pn", "time": "2026-11-02T09:00"}', "has no offset"),
        ('{"type": "open-matter", "source": "/agencies/pn", "time": "2026-11-02T09:00Z", "data": 1}', "is no object"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_rehearsed_is_refused_with_its_place_and_a_remedy(line: str, says: str) -> None:
    with pytest.raises(ScriptError, match=r"^script.jsonl, line 2: .*[;,] .*\.$") as refused:
        list(acts("script.jsonl", ["# a title", line]))

    assert says in str(refused.value)


def test_what_nothing_was_said_of_yet_cannot_be_meant(tmp_path: Path) -> None:
    script = tmp_path / "script.jsonl"
    script.write_text("".join(line + "\n" for line in SCRIPTS[0].read_text().splitlines() if "open-matter" not in line))

    told = rehearse(script)

    assert told.exit_code == 1
    assert rehearse(tmp_path / "none.jsonl").exit_code == 1
    assert rehearse(SCRIPTS[0], "--until", "later").exit_code == 1
