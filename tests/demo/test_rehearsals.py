"""Ten invented children: what is rehearsed of each gives exactly the times that were reckoned by hand on its sheet."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner

from deploy.cli.app import app
from deploy.rehearsal.comparing import compared, lives
from deploy.rehearsal.script import ScriptError, acts
from deploy.rehearsal.stage import Stage, Told
from services.routing.law import WITA, Law
from shared.contracts.envelope import Envelope

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
    own = another_law(tmp_path, ",72,elapsed-hours", ",48,elapsed-hours")

    assert '"due": "2026-11-09T15:00:00+08:00"' in rehearse(SCRIPTS[1]).output
    assert '"due": "2026-11-08T15:00:00+08:00"' in rehearse(SCRIPTS[1], "--law", own).output


def another_law(folder: Path, old: str, new: str) -> Path:
    """The tables with one limit changed."""
    sheet, own = folder / "sheet.csv", folder / "own"
    CliRunner().invoke(app, ["law", "export", str(sheet)])
    sheet.write_text(sheet.read_text().replace(old, new))
    CliRunner().invoke(app, ["law", "import", str(sheet), "--folder", str(own), "--yes"])
    return own


def differences(*words: object) -> list[dict[str, str]]:
    return [json.loads(line) for line in rehearse(*words).output.splitlines()]


def test_a_shorter_limit_is_compared_by_who_would_have_missed_it(tmp_path: Path) -> None:
    """Litmas within 72 hours, or within one: all who kept the one and not the other are named, and nobody else."""
    hour = another_law(tmp_path, "report-delivered,,72,elapsed-hours", "report-delivered,,1,elapsed-hours")

    found = differences(*SCRIPTS, "--compare", hour)

    assert {(each["what"], each["of"]) for each in found} <= {("missed", "r32"), ("missed", "r33")}
    assert ("missed", "r32") in {(each["what"], each["of"]) for each in found}
    assert len({each["child"] for each in found}) < len(SCRIPTS)
    assert differences(*SCRIPTS, "--law", hour, "--compare", "2026-1") == []


ADDICT = [
    ("report-child", "polresta", "09:00", {
        "source": "police", "risk": "high", "children": [{"about_child": {"age_years": 15, "category": "NAPZA"}}],
    }),
    ("confirm-category", "dinsos", "09:30", {"about_child": {"age_years": 15, "category": "NAPZA"}}),
    ("accept-referral", "bnnk", "12:00", {"referral": "@referral/rehabilitation-napza"}),
]  # fmt: skip


def test_another_policy_is_compared_by_who_would_be_sent_elsewhere(tmp_path: Path) -> None:
    """The version `demo` waits seconds for an answer: what came after hours would have come too late."""
    script = tmp_path / "script.jsonl"
    lines = [
        {"type": kind, "source": f"/agencies/{by}", "time": f"2026-11-02T{at}:00+08:00", "subject": "rio", "data": data}
        for kind, by, at, data in ADDICT
    ]
    script.write_text("".join(json.dumps(line) + "\n" for line in lines))

    assert differences(script, "--compare", "demo") == [
        {"child": "rio", "what": "elsewhere", "of": "rehabilitation-napza", "before": "bnnk", "after": "bnnk>dinkes"}
    ]
    assert differences(script, "--policy", "demo", "--compare", "demo") == []
    assert "1 anak" in rehearse(script, "--compare", "demo", "--format", "table").output


def test_compared_with_itself_nothing_is_otherwise() -> None:
    assert differences(*SCRIPTS, "--compare", "2026-1") == []


def test_a_policy_that_is_not_there_cannot_be_compared_with() -> None:
    assert rehearse(SCRIPTS[0], "--compare", "2025-9").exit_code == 1


def asked(child: str, minutes: int, agency: str = "dinkes") -> Told:
    at = datetime(2026, 11, 2, 9, minutes, tzinfo=WITA)
    envelope = Envelope(id=f"{child}-{minutes}", type="referred", source="/services/routing", time=at, subject=child)
    return Told("referrals", envelope, {"service": "health", "agency": agency}, child)


def test_a_child_that_is_referred_later_is_told_with_both_times() -> None:
    before, after = lives([asked("siti", 0), asked("budi", 0)]), lives([asked("siti", 30), asked("budi", 0)])

    assert list(compared(before, after)) == [
        ("siti", "later", "health", "2026-11-02T09:00:00+08:00", "2026-11-02T09:30:00+08:00")
    ]
    assert list(compared(after, before)) == [], "sooner is no loss"


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
