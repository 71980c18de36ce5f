"""What is committed is what the code says, and what was released stays as it was."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.contracts import published
from shared.contracts.__main__ import main
from shared.contracts.asyncapi import VERSION

REFERRED = "schemas/events/referred.v1.json"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The published files as committed, to spoil."""
    for name in ("schemas", "examples"):
        shutil.copytree(published.HERE / name, tmp_path / name)
    shutil.copy(published.HERE / "asyncapi.yaml", tmp_path)
    return tmp_path


def rewritten(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """A JSON file with something changed."""
    value = json.loads(file.read_text("utf-8"))
    change(value)
    file.write_text(json.dumps(value), "utf-8")


def test_what_is_committed_is_what_the_code_says() -> None:
    assert published.drift() == []


def test_nothing_was_changed_since_a_release_but_by_addition() -> None:
    assert published.releases()
    assert [str(change) for change in published.not_additive()] == []


def test_every_example_of_every_release_can_still_be_read() -> None:
    assert sum(1 for _ in published.corpora()) > 300
    assert published.unreadable() == []


def test_a_file_that_was_edited_removed_or_left_over_is_named_and_written_anew(copy: Path) -> None:
    (copy / REFERRED).write_text("{}", "utf-8")
    (copy / "asyncapi.yaml").unlink()
    (copy / "examples/gone.v1.json").write_text("[]", "utf-8")
    spoilt = ["asyncapi.yaml", "examples/gone.v1.json", REFERRED]

    assert published.drift(copy) == spoilt
    assert published.export(copy) == spoilt
    assert published.drift(copy) == []
    assert not (copy / "examples/gone.v1.json").exists()


def test_what_a_release_had_and_the_code_has_not_is_named(copy: Path) -> None:
    released = copy / "schemas/released/1"
    rewritten(released / "events/referred.v1.json", lambda s: s["properties"].update(colour={"type": "string"}))
    rewritten(
        released / "commands/report-child.v1.json",
        lambda s: (s["properties"].pop("source"), s["required"].remove("source")),
    )
    rewritten(released / "headers/event.json", lambda s: s["properties"].update(ce_colour={"type": "string"}))
    rewritten(released / "topics.json", lambda s: s["cases"].update(partitions=6))
    (released / "events/long-forgotten.v1.json").write_text("{}", "utf-8")

    told = "\n".join(str(change) for change in published.not_additive(copy))

    assert "events/referred.v1, field colour: it was removed" in told
    assert "commands/report-child.v1, field source: it is new and required" in told
    assert "headers/event, field ce_colour: it was removed" in told
    assert "topic cases, field partitions: it changed from 6 to 12" in told
    assert "events/long-forgotten.v1: the type was removed" in told
    assert told.count("\n") == 4


def test_an_example_of_a_release_that_cannot_be_read_any_more_is_named(copy: Path) -> None:
    file = copy / "examples/released/1/risk-assessed.v1.json"
    file.write_text(file.read_text("utf-8").replace('"risk": "', '"risk": "un'), "utf-8")

    told = published.unreadable(copy)

    assert told
    assert all("released/1/risk-assessed.v1.json" in line and line.endswith("invalid: risk") for line in told)


def test_check_passes_on_what_is_committed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "in step with the code" in capsys.readouterr().out


def test_check_fails_on_drift_and_says_what_to_run(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / REFERRED).unlink()

    assert main(["check"], copy) == 1
    told = capsys.readouterr().out
    assert f"differs from the code: {REFERRED}" in told
    assert "python -m shared.contracts export" in told


def test_check_fails_on_what_is_no_addition_and_names_it(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rewritten(copy / "schemas/released/1/events/referred.v1.json", lambda s: s["properties"].update(colour={}))

    assert main(["check"], copy) == 1
    assert "not an addition: events/referred.v1, field colour: it was removed" in capsys.readouterr().out


def test_export_writes_and_tells_what_it_wrote(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / REFERRED).unlink()

    assert main(["export"], copy) == 0
    assert capsys.readouterr().out == f"wrote   {REFERRED}\n1 files changed\n"


def test_a_release_is_not_made_twice_by_accident(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    last = max(published.releases(copy))

    assert main(["release", str(last)], copy) == 1
    assert main(["release", str(last + 2)], copy) == 1
    assert main(["release", str(last), "--again"], copy) == 0
    assert main(["release", str(last + 1)], copy) == 0
    assert published.releases(copy)[-2:] == [last, last + 1]
    assert "--again" in capsys.readouterr().out


def test_a_release_holds_all_that_was_published_and_no_other_release(copy: Path) -> None:
    published.release(7, copy)

    frozen = {str(path.relative_to(copy / "schemas/released/7")) for path in copy.glob("schemas/released/7/**/*.json")}
    assert frozen == {path.removeprefix("schemas/") for path in published.publications() if path.startswith("schemas/")}
    assert not published.not_additive(copy)


def test_the_document_has_the_version_of_the_project() -> None:
    assert f'\nversion = "{VERSION}"\n' in Path("pyproject.toml").read_text("utf-8")
