"""Kafka's jars: whole, the very ones that were pinned, and fetched once."""

import hashlib
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local import jars
from deploy.local.jars import JarsUnavailableError, Pin

CONTENT = b"a jar, as far as these tests go"
Resolve = Callable[[Path, str], Path]


@pytest.fixture
def pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pin one jar, and let no attempt wait."""
    (pinned := tmp_path / "kafka.txt").write_text(f"# pins\norg.example:one:1.0 sha256:{sha256(CONTENT)}\n")
    monkeypatch.setattr(jars, "PINS", pinned)
    monkeypatch.setattr("time.sleep", lambda _: None)
    return pinned


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    (folder := tmp_path / "cache").mkdir()
    return folder


def a_registry_that_sends(*answers: bytes | Exception) -> tuple[Resolve, list[str]]:
    """Return a stand-in for the download, and the list of what it was asked for."""
    asked: list[str] = []
    rest = list(answers)

    def resolve(folder: Path, coordinate: str) -> Path:
        jar = folder / "one.jar"
        if not jar.exists():  # as jgo: what is there is trusted
            asked.append(coordinate)
            answer = rest.pop(0)
            if isinstance(answer, Exception):
                raise answer
            jar.write_bytes(answer)
        return jar

    return resolve, asked


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_jar_cut_off_on_the_way_is_thrown_away_and_fetched_again(
    pins: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve, asked = a_registry_that_sends(CONTENT[:7], ConnectionError("reset"), CONTENT)
    monkeypatch.setattr(jars, "resolve", resolve)

    path = Path(jars.class_path(cache))

    assert path.read_bytes() == CONTENT
    assert len(asked) == 3


def test_a_jar_left_half_written_by_a_run_that_died_is_not_trusted(
    pins: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve, asked = a_registry_that_sends(CONTENT)
    monkeypatch.setattr(jars, "resolve", resolve)
    (cache / "one.jar").write_bytes(CONTENT[:7])

    assert Path(jars.class_path(cache)).read_bytes() == CONTENT
    assert len(asked) == 1


def test_another_jar_than_the_pinned_one_is_never_run(pins: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve, _ = a_registry_that_sends(*[b"something else"] * 10)
    monkeypatch.setattr(jars, "resolve", resolve)

    with pytest.raises(JarsUnavailableError, match=r"org\.example:one:1\.0"):
        jars.class_path(cache)

    assert list(cache.glob("*.classpath")) == []


def test_two_runs_at_once_fetch_once(pins: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve, asked = a_registry_that_sends(CONTENT)
    monkeypatch.setattr(jars, "resolve", resolve)
    found: list[str] = []
    runs = [threading.Thread(target=lambda: found.append(jars.class_path(cache))) for _ in range(4)]

    for run in runs:
        run.start()
    for run in runs:
        run.join()

    assert found == [str(cache / "one.jar")] * 4
    assert len(asked) == 1


def test_new_pins_are_fetched_though_the_old_ones_are_there(
    pins: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jars, "resolve", a_registry_that_sends(CONTENT)[0])
    jars.class_path(cache)
    pins.write_text(f"org.example:one:1.1 sha256:{sha256(b'newer')}\n")
    monkeypatch.setattr(jars, "resolve", a_registry_that_sends(b"newer")[0])

    assert Path(jars.class_path(cache)).read_bytes() == b"newer"


def test_what_is_pinned_is_one_version_of_kafka_and_no_jar_twice() -> None:
    pinned = list(jars.read_pins())
    projects = [pin.coordinate.rpartition(":")[0] for pin in pinned]
    versions = {pin.coordinate.rpartition(":")[2] for pin in pinned if pin.coordinate.startswith("org.apache.kafka:")}

    assert versions == {"4.3.1"}
    assert len(projects) == len(set(projects)) > 40
    assert all(re.fullmatch(r"[0-9a-f]{64}", pin.sha256) for pin in pinned)


def test_a_pin_does_not_hold_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert not Pin("org.example:one:1.0", sha256(CONTENT)).holds(tmp_path / "one.jar")


@pytest.mark.parametrize("given", ["set", "unset"])
def test_the_cache_lies_where_the_environment_says_or_in_the_home(tmp_path: Path, given: str) -> None:
    environment = {"HOME": str(tmp_path)} | ({"SENANDUNG_CACHE": str(tmp_path / "own")} if given == "set" else {})
    script = "from deploy.local.cache import cache_folder; print(cache_folder())"

    done = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env=environment,
    )

    assert done.stdout.strip() == str(tmp_path / ("own" if given == "set" else ".cache/senandung"))
