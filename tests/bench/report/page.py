"""The part of docs/benchmark that is made from raw results: pictures, and the figures in the page."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.bench.measure.variants import VARIANTS
from tests.bench.report import svg
from tests.bench.report.labels import label
from tests.bench.report.results import Results, last_line, total_of

_BEGIN, _END = "<!-- figures: made from results-*.json by `make bench` -->", "<!-- end of figures -->"
_FAST: Final = ("stream", "forward", "copying", "ours")
_WHO: Final = ("python", "postgres", "kafka")


def write(folder: Path) -> None:
    """Draw the newest run, and write the figures of all kept runs into the page."""
    kept = sorted(path for path in folder.glob("results-*.json") if path.stem not in {"results-last", "results-quick"})
    runs = {path.stem.removeprefix("results-"): Results.load(path) for path in kept}
    if not runs:
        return
    newest = max(runs.values(), key=lambda run: run.about["taken"])
    for name, drawing in pictures(newest):
        (folder / f"{name}.svg").write_text(drawing)
    page = folder / "README.md"
    before, _, rest = page.read_text().partition(_BEGIN)
    _, _, after = rest.partition(_END)
    page.write_text(before + _BEGIN + "\n\n" + "\n".join(_figures(runs, newest)) + "\n" + _END + after)


def pictures(run: Results) -> Iterator[tuple[str, str]]:
    """The name of each picture, and its SVG."""
    ran = run.rounds[0]
    yield "rates", svg.powers("Events a second, one hop", [(VARIANTS[n].title, run.rate(n)) for n in ran], "/s")
    cost = [(VARIANTS[n].title, 1000 * total_of(run.cpu(n))) for n in ran]
    yield "cost", svg.powers("CPU of all processes for one event, one hop", cost, "µs")
    fast = [(VARIANTS[n].title, {who: 1000 * run.cpu(n)[who] for who in _WHO}) for n in _FAST if n in ran]
    yield "processes", svg.parts("CPU for one event by process", fast, "µs")
    if run.areas:
        yield "time", svg.parts("Where our process spends it", [(n, {"µs": v}) for n, v in _most(run.areas)], "µs")
    if run.growth:
        sizes = [(f"{int(size):,} cases", _rate(run, size)) for size in run.growth[0]]
        yield "growth", svg.line("Events a second by stored cases", sizes, "/s")


def _rate(run: Results, size: str) -> float:
    rates = sorted(each[size].per_second for each in run.growth)
    return rates[len(rates) // 2]


def _most(areas: Mapping[str, float], most: int = 14) -> Sequence[tuple[str, float]]:
    return sorted(areas.items(), key=lambda item: -item[1])[:most]


def _figures(runs: Mapping[str, Results], newest: Results) -> Iterator[str]:
    yield "```"
    for name, run in runs.items():
        yield f"{name}: {last_line(run.figures())}"
    yield "```\n"
    yield "| | events/s | CPU µs: Python | PostgreSQL | Kafka | MiB | start s | ours by rate | ours by CPU |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for name in newest.rounds[0]:
        yield _row(newest, name)
    yield from _way(newest)
    yield "\nMade with:\n"
    yield from (f"- {name}: {value}" for name, value in newest.about.items())
    yield ""


def _row(run: Results, name: str) -> str:
    times = ["", ""] if name == "ours" else [f"{n:.2f} ×" for n in run.times(name)]  # noqa: RUF001 - as people write it
    cpu = [f"{1000 * run.cpu(name)[who]:,.0f}" for who in _WHO]
    cells = [VARIANTS[name].title, f"{run.rate(name):,.0f}", *cpu, f"{run.memory(name):.0f}", f"{run.start(name):.1f}"]
    return f"| {' | '.join([*cells, *times])} |"


def _way(run: Results) -> Iterator[str]:
    if run.pipeline:
        yield "\n| from a report to the mailbox | |"
        yield "| --- | ---: |"
        yield from (f"| {label(name)} | {value:,.1f} |" for name, value in run.pipeline.items())
