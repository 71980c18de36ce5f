"""`senandung law`: read, exported for review, and taken back as reviewed."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli.app import app
from services.routing.law import Law


def law(*words: object, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["law", *map(str, words)], input=typed, env={"COLUMNS": "200"})


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A sheet in which counsel has confirmed one row: the time to complete diversion (R36)."""
    file = tmp_path / "hukum.csv"
    assert law("export", file).exit_code == 0
    lines = file.read_text().splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if line.startswith("diversion,r36,"))
    assert lines[at].endswith(",,\n")
    lines[at] = lines[at].removesuffix(",,\n") + ",contoh penasihat hukum,\n"
    file.write_text("".join(lines))
    return file


def test_every_limit_is_listed_with_its_certainty() -> None:
    told = law("list", "--topic", "detention").output

    assert all(row in told for row in ("r46-elapsed", "r46-working", "r47", "r51", "R60"))
    assert "r33" not in told


def test_one_limit_is_shown_with_its_source() -> None:
    told = law("show", "r33").output

    assert "Laporan sosial" in told
    assert "report-requested:social-report" in told
    assert law("show", "r999").exit_code == 1


def test_what_is_exported_and_not_changed_changes_nothing(tmp_path: Path) -> None:
    law("export", tmp_path / "hukum.csv")

    assert "Tidak ada perubahan" in law("import", tmp_path / "hukum.csv", "--folder", tmp_path / "own").output


def test_a_reviewed_sheet_is_shown_and_asked_about_before_it_is_taken_over(sheet: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"

    refused = law("import", sheet, "--folder", own, typed="n\n")
    assert "r36/1" in refused.output
    assert "contoh penasihat hukum" in refused.output
    assert not own.exists()

    assert law("import", sheet, "--folder", own, typed="y\n").exit_code == 0
    assert Law.load(own).editions["r36"][0].warns_only is False, "what is confirmed may be said to be breached"


def test_a_sheet_is_compared_with_the_tables(sheet: Path) -> None:
    told = law("diff", sheet).output

    assert ("r36/1" in told, "confirmed_by" in told) == (True, True)
    assert told.count("r3") == 1


def test_two_days_with_the_same_law_do_not_differ() -> None:
    assert "r33" not in law("diff", "2026-11-02", "2027-11-02").output
    assert "r33" in law("at", "2026-11-02").output


def test_a_sheet_that_cannot_be_used_is_refused_and_nothing_is_written(sheet: Path, tmp_path: Path) -> None:
    sheet.write_text(sheet.read_text().replace("child-arrested", "child-arested"))

    refused = law("import", sheet, "--folder", tmp_path / "own", "--yes")

    assert refused.exit_code == 1
    assert not (tmp_path / "own").exists()
    assert law("import", tmp_path / "nothing.csv", "--folder", tmp_path / "own").exit_code == 1


def test_the_packaged_tables_are_never_written_over(sheet: Path) -> None:
    assert law("import", sheet, "--yes").exit_code == 1
