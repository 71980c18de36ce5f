"""The tables of law: whole, cited, readable, and refused with file, line and remedy where they are not."""

import csv
import io
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

import services.routing.law
from services.routing.law import Law, LawError
from services.routing.law.reading import COLUMNS
from services.routing.law.rules import Rule

FOLDER = Path(services.routing.law.__path__[0])
LAW = Law.load()
TODAY = list(LAW.on(date(2026, 11, 2)))
ACTIVE = [rule for rule in TODAY if rule.active]
PUNISHMENT = re.compile(r"pidana|penjara|denda|sanksi|kurungan|punish|prison|fine|sanction|crime", re.IGNORECASE)


def cited(rules: list[Rule]) -> set[str]:
    return {rule for each in rules for rule in each.ground.rule.split()}


def test_every_rule_of_the_table_of_deadlines_has_a_row() -> None:
    wanted = {f"R{number}" for number in (*range(29, 59), 60, 75, 76, 77, "87a", 94, 95, 122, 146, 159)}

    assert wanted - cited(TODAY) == set()


def test_most_of_them_run_and_each_that_does_not_says_why() -> None:
    assert len(ACTIVE) > 30
    assert all(rule.ground.note for rule in TODAY if not rule.active)
    assert {f"R{number}" for number in range(29, 58)} - {"R52"} <= cited(ACTIVE)


def test_what_nothing_tells_of_is_listed_and_runs_for_nobody() -> None:
    """R58 is a power and no duty; of R77, R94, R95 and R122 no fact tells; R52 is what follows, R146 runs elsewhere."""
    assert cited([rule for rule in TODAY if not rule.active]) == {"R52", "R58", "R77", "R94", "R95", "R122", "R146"}


def test_only_what_rests_on_a_text_that_was_seen_says_that_a_limit_was_breached() -> None:
    assert {rule.ground.certainty for rule in TODAY if not rule.warns_only} == {"seen"}
    assert {rule.id for rule in ACTIVE if rule.warns_only} >= {"r36", "r55", "r87a"}


def test_no_text_threatens_an_official() -> None:
    texts = [*LAW.consequences.values(), *(rule.title for rule in TODAY)]

    assert not [text for text in texts for word in text if PUNISHMENT.search(word)]


def test_detention_of_all_stages_is_at_most_110_days() -> None:
    """R60, and R47-R51 stage by stage."""
    stages = {rule.id: rule for rule in TODAY if rule.topic == "detention" and rule.extension}
    whole = {id_: rule.extended.limit for id_, rule in stages.items() if rule.extended}

    assert whole == {"r47": 15, "r48": 10, "r49": 25, "r50": 25, "r51": 35}
    assert sum(whole.values()) == 110


def test_what_bodies_of_justice_owe_is_observed_and_what_dinsos_owes_is_owned() -> None:
    assert {rule.owner for rule in ACTIVE if rule.kind == "owned"} <= {"dinsos", "dp3akb"}
    assert {rule.kind for rule in ACTIVE if rule.owner in {"polresta", "kejari", "pn", "bapas"}} == {"observed"}


def test_detention_and_diversion_turn_red_at_eighty_hundredths() -> None:
    """R59."""
    assert all(80 in rule.warn_at for rule in ACTIVE if rule.topic in {"detention", "diversion"})


def test_facts_that_no_row_goes_by_concern_no_clock() -> None:
    assert LAW.going_by("risk-assessed") == frozenset()
    assert "r33" in LAW.going_by("report-delivered")


# -- tables that cannot be used -------------------------------------------------------------------------------------


def changed(folder: Path, table: str, **cells: str) -> Path:
    """The tables with a row more or a cell changed: `id` says in which row, `more` that it is added."""
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    file = folder / "tables" / f"{table}.csv"
    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    more = cells.pop("more", "")
    row = next(row for row in rows if row["id"] == cells["id"])
    if more:
        rows.append({**row, **cells})
    else:
        row |= cells
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return folder


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"id": "r47", "starts": "child-arested"}, "no fact child-arested is about a detention"),
        ({"id": "r47", "starts": "child-detained:siege"}, "no fact child-detained:siege is about a detention"),
        ({"id": "r47", "of": "stay"}, "is about a stay"),
        ({"id": "r47", "fed_by": ""}, "starts and fed_by do not go together"),
        ({"id": "r47", "satisfied_by": ""}, "it starts but cannot run or end"),
        ({"id": "r47", "consequence": "applause"}, "consequence 'applause' is not known"),
        ({"id": "r47", "citation": ""}, "column citation is empty"),
        ({"id": "r47", "certainty": "sure"}, "certainty 'sure' is not known"),
        ({"id": "r47", "warn_at": "80 50"}, "warn_at '80 50' cannot be used"),
        ({"id": "r47", "warn_at": "120"}, "warn_at '120' cannot be used"),
        ({"id": "r47", "unit": "moons"}, "unit 'moons' is not known"),
        ({"id": "r47", "limit": "seven"}, "limit 'seven' is not a whole number"),
        ({"id": "r47", "owner": "sheriff"}, "owner 'sheriff' is not known"),
        ({"id": "r47", "valid_to": "2027-01-01"}, "after 2027-01-01 there is no law of r47"),
        ({"id": "r52", "note": ""}, "it is only listed, and nobody says why"),
        ({"id": "r47", "more": "yes", "version": "2", "valid_from": "2027-01-01"}, "does not follow 1 day by day"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_file_line_and_remedy(
    cells: dict[str, str], says: str, tmp_path: Path
) -> None:
    with pytest.raises(LawError, match=r"^detention.csv, line \d+: .*[;,] .*\.$") as refused:
        Law.load(changed(tmp_path, "detention", **cells))

    assert says in str(refused.value)


def test_a_limit_that_changes_has_one_law_on_each_day(tmp_path: Path) -> None:
    folder = changed(tmp_path, "detention", id="r47", valid_to="2026-12-31")
    changed_law = Path(folder)
    file = changed_law / "tables" / "detention.csv"
    old = next(line for line in file.read_text().splitlines() if line.startswith("r47,"))
    new = old.replace("r47,1,,2026-12-31", "r47,2,2027-01-01,").replace(",7,calendar-days", ",5,calendar-days")
    file.write_text(file.read_text() + new + "\n")

    law = Law.load(changed_law)

    assert [rule.version for rule in law.on(date(2026, 12, 31)) if rule.id == "r47"] == ["1"]
    assert [rule.version for rule in law.on(date(2027, 1, 1)) if rule.id == "r47"] == ["2"]


def test_holidays_of_single_years_come_from_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "holidays.csv"
    file.write_text("day,name_id,name_en,citation\n2026-11-09,Contoh,Example,invented\n")

    assert not Law.load(holidays=file).calendar.works(date(2026, 11, 9))
    assert LAW.calendar.works(date(2026, 11, 9))


def test_a_file_of_holidays_with_a_wrong_date_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "holidays.csv"
    file.write_text("day,name_id,name_en,citation\n9 November,Contoh,Example,invented\n")

    with pytest.raises(LawError, match="day '9 November' is not a date"):
        Law.load(holidays=file)
