"""What `make setup` does before anything is installed."""

import sys
from pathlib import Path

import pytest

from deploy.local import bootstrap


def test_an_old_python_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (99, 0))

    assert "PYTHON=" in (bootstrap.what_is_missing() or "")


def test_a_python_without_venv_is_told_which_package_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "ensurepip" else object())

    assert "apt install python3-venv" in (bootstrap.what_is_missing() or "")


def test_this_python_lacks_nothing() -> None:
    assert bootstrap.what_is_missing() is None


def test_the_environment_is_made_anew_only_when_the_requirements_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (requirements := tmp_path / "runtime.txt").write_text("one==1.0\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "REQUIREMENTS", (requirements,))

    assert not bootstrap.is_ready()
    bootstrap.stamp().touch()
    assert bootstrap.is_ready()
    requirements.write_text("one==1.1\n")
    assert not bootstrap.is_ready()


def test_setup_builds_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "is_ready", lambda: bool(built))
    monkeypatch.setattr(bootstrap, "build", lambda: built.append("once"))

    bootstrap.main()

    assert bootstrap.main() == 0
    assert built == ["once"]


def test_an_environment_whose_interpreter_runs_is_added_to_not_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")

    assert bootstrap.anew() == ["--clear"]
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    assert bootstrap.anew() == []
