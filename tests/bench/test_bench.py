"""Every variant really does the whole work, once, with the same results: else its figures would mean nothing."""

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.bench.measure.databases import filled
from tests.bench.measure.environments import NAMES, make
from tests.bench.measure.hop import Hop, OtherWork, run
from tests.bench.measure.pipeline import Amount
from tests.bench.measure.pipeline import measure as whole_way
from tests.bench.measure.servers import Servers, servers
from tests.bench.measure.variants import VARIANTS
from tests.bench.report import page
from tests.bench.report.results import Results, last_line
from tests.bench.workload.facts import LANES
from tests.bench.workload.work import Work, copies_of, differences

WORK = Work(240, cases=40)
"""So few cases that each hears several facts, and duplicates come between them."""


@pytest.fixture(scope="module")
def running() -> Iterator[Servers]:
    with servers() as both:
        yield both


@pytest.mark.embedded
@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(VARIANTS.keys() - NAMES.keys()))
def test_a_variant_does_all_the_work_once(running: Servers, name: str) -> None:
    hop = asyncio.run(run(running, VARIANTS[name], WORK))

    assert hop.per_second > 0
    assert hop.cpu.keys() == {"python", "postgres", "kafka"}  # so little work may take less than a tick of the clock
    assert hop.rss > 0


@pytest.mark.embedded
@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_variant_with_packages_of_its_own_does_the_same(running: Servers, name: str) -> None:
    make(name, print)

    assert asyncio.run(run(running, VARIANTS[name], WORK)).events == len(WORK.records)


@pytest.mark.embedded
@pytest.mark.slow
def test_ours_goes_on_with_cases_that_were_stored_before(running: Servers) -> None:
    asyncio.run(filled(running, "stored_by_test", 50))

    asyncio.run(run(running, VARIANTS["ours"], Work(200, cases=50, stored=True), template="stored_by_test"))


@pytest.mark.embedded
@pytest.mark.slow
def test_a_variant_that_does_other_work_is_found_out(running: Servers) -> None:
    work = Work(60, cases=10)
    work.facts[0] = (b"another case", *work.facts[0][1:])

    with pytest.raises(OtherWork, match="naive: 2 records"):
        asyncio.run(run(running, VARIANTS["naive"], work))


@pytest.mark.embedded
@pytest.mark.slow
def test_on_the_whole_way_each_report_leads_to_one_notice() -> None:
    amount = Amount(warm_seconds=0.1, steady_seconds=0.1, alone=3, away_seconds=0.1)

    figures = asyncio.run(whole_way(amount, print))

    assert figures["away_reports"] == 20
    assert 0 < figures["p50_ms"] <= figures["p99_ms"]


def test_the_work_is_what_the_page_says() -> None:
    work = Work(20_000)
    bytes_each = [
        len(r.key) + len(r.value) + sum(len(name) + len(text) for name, text in r.headers) for r in work.records
    ]
    twice = sum(count - 1 for count in Counter(r.headers[2] for r in work.records).values())

    assert 550 < sum(bytes_each) / len(bytes_each) < 650
    assert 0.04 < twice / len(work.records) < 0.06
    assert {r.partition for r in work.records} == set(range(LANES))
    assert 1.2 < len(work.facts) / len(work.records) < 1.3, "1.3 for each that is no duplicate"
    assert 1.2 < sum(work.copies.values()) / len(work.records) < 1.3, "a limit writes as much"


def test_a_record_too_few_too_many_or_wrong_is_a_difference() -> None:
    work = Work(30, cases=5)

    class Written:
        def __init__(self, key: bytes, sequence: int, type_: str, value: bytes) -> None:
            self.key, self.value = key, value
            self.headers = [("ce_sequence", str(sequence).encode()), ("ce_type", type_.encode())]

    right = [Written(*fact) for fact in work.facts]

    assert differences(work, right, answers=True) == 0
    assert differences(work, right[1:], answers=True) == 1
    assert differences(work, [*right, right[0]], answers=True) == 1
    right[0].value = b"{}"
    assert differences(work, right, answers=True) == 2


def test_a_limit_writes_every_fourth_record_twice() -> None:
    assert [copies_of(offset) for offset in range(5)] == [2, 1, 1, 1, 2]


# -- what comes of the figures ----------------------------------------------------------------------------------------


def hop(variant: str, per_second: float, cpu: float) -> Hop:
    return Hop(variant, 100, per_second, {"python": cpu, "postgres": 0.0, "kafka": 0.0}, 2**20, 1.0)


def results(naive: float = 100.0) -> Results:
    """Three rounds; the machine was twice as slow in the second."""
    rounds = [
        {"naive": hop("naive", naive * speed, 2.0 / speed), "ours": hop("ours", 4000 * speed, 0.1 / speed)}
        for speed in (1.0, 0.5, 1.0)
    ]
    growth = [{"10": hop("ours", 100, 1), "1000": hop("ours", 80, 1)}]
    return Results({}, quick=False, rounds=rounds, growth=growth, pipeline={"p99_ms": 40.0, "rss_mb": 99.0})


def test_a_ratio_is_taken_within_a_round_and_is_the_worse_of_rate_and_cpu() -> None:
    assert results().times("naive") == (40.0, 20.0)
    assert results().figures()["naive"] == 20.0


def test_the_last_line_has_the_figures_in_their_order() -> None:
    assert last_line(results().figures()) == "ratios naive=20 p99_ms=40 rss_mb=99 growth=1.25"


def test_results_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    results().save(tmp_path / "one.json")

    assert Results.load(tmp_path / "one.json") == results()


def test_a_page_gets_its_figures_and_pictures_and_keeps_its_words(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(
        "Before.\n<!-- figures: made from results-*.json by `make bench` -->\nold\n<!-- end of figures -->\nAfter.\n"
    )
    made = results()
    made.about, made.areas = {"taken": "2026-11-24"}, {"relay": 9.0, "asyncpg": 4.0}
    made.save(tmp_path / "results-1.json")

    page.write(tmp_path)

    told = (tmp_path / "README.md").read_text()
    assert told.startswith("Before.")
    assert told.endswith("After.\n")
    assert "old" not in told
    assert "1: ratios naive=20" in told
    assert {ET.parse(path).getroot().tag[-3:] for path in tmp_path.glob("*.svg")} == {"svg"}  # noqa: S314 - our own
    assert sorted(path.stem for path in tmp_path.glob("*.svg")) == ["cost", "growth", "processes", "rates", "time"]


@pytest.mark.parametrize(("other", "status"), [(100.0, 0), (60.0, 1)])
def test_two_runs_that_lie_too_far_apart_are_told(tmp_path: Path, other: float, status: int) -> None:
    results().save(tmp_path / "one.json")
    apart = results(other)
    apart.pipeline = {"p99_ms": 40.0 if status == 0 else 60.0, "rss_mb": 99.0}
    apart.save(tmp_path / "other.json")
    command = [sys.executable, "-m", "tests.bench", "compare", str(tmp_path / "one.json"), str(tmp_path / "other.json")]

    told = subprocess.run(command, capture_output=True, text=True, check=False)

    assert told.returncode == status, told.stderr
    assert ("differ by more than 25%" in told.stderr) == bool(status)
