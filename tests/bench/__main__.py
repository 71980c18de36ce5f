"""`python -m tests.bench`: the command line of the benchmark."""

import asyncio
import json
import logging
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Annotated, Final

import typer
from rich.console import Console

from tests.bench import profile as profiles
from tests.bench.measure.environments import NAMES, CannotMake, make
from tests.bench.measure.hop import run as run_hop
from tests.bench.measure.pipeline import Amount
from tests.bench.measure.pipeline import measure as whole_way
from tests.bench.measure.plan import FULL, QUICK, measure
from tests.bench.measure.servers import servers
from tests.bench.measure.variants import VARIANTS
from tests.bench.report import page, table
from tests.bench.report.compare import MOST, apart
from tests.bench.report.machine import taken
from tests.bench.report.results import Results, last_line
from tests.bench.workload.work import Work

DOCS: Final = Path("docs/benchmark")
app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


@app.command()
def run(
    *,
    quick: Annotated[bool, typer.Option(envvar="QUICK", help="Under a minute; only to see that it works.")] = False,
    name: Annotated[str, typer.Option("--run", envvar="RUN", help="Writes docs/benchmark/results-NAME.json.")] = "last",
) -> None:
    """Measure every variant in turn, print the tables, and write down the raw results."""
    console, begun = Console(width=None if Console().is_terminal else 100), monotonic()
    results = Results(taken(), quick=quick)

    def tell(text: str) -> None:
        console.print(f"{monotonic() - begun:6.1f} s  {text}", highlight=False, markup=False, soft_wrap=True)

    try:
        for environment in NAMES:
            make(environment, tell)
    except CannotMake as problem:
        raise typer.Exit(_failed(str(problem))) from None
    asyncio.run(measure(QUICK if quick else FULL, results, tell))
    DOCS.mkdir(exist_ok=True)
    path = DOCS / f"results-{'quick' if quick else name}.json"
    results.save(path)
    if not quick and name != "last":
        page.write(DOCS)
    for each in table.tables(results):
        console.print(each)
    tell(f"raw results: {path}")
    console.print(last_line(results.figures()), highlight=False, soft_wrap=True)


@app.command()
def compare(one: Path, other: Path) -> None:
    """Hold two runs against each other; fails where a figure differs by more than 25 %."""
    console, worst = Console(), 0.0
    for name, a, b, part in apart(Results.load(one), Results.load(other)):
        console.print(f"{name:<10} {a:10.2f} {b:10.2f} {part:6.0%}", highlight=False)
        worst = max(worst, part)
    raise typer.Exit(_failed(f"they differ by more than {MOST:.0%}") if worst > MOST else 0)


@app.command()
def hop(
    events: Annotated[int, typer.Option(help="How many events the topic holds.")] = 30_000,
    variant: Annotated[str, typer.Option(help="Another one than ours: " + ", ".join(VARIANTS))] = "ours",
    profile: Annotated[
        Path | None, typer.Option(help="Sample the stack of the process while it computes, into this file.")
    ] = None,
) -> None:
    """One hop of one variant, alone: for whoever makes it faster."""
    console, work = Console(width=130), Work(events)
    with servers() as running:
        done = asyncio.run(
            run_hop(running, VARIANTS[variant], work, profile=str(profile.absolute()) if profile else "")
        )
    if profile:
        console.print(profiles.table(profile, events))
    console.print(json.dumps(asdict(done), indent=2))


@app.command()
def pipeline(
    seconds: Annotated[float, typer.Option(help="How long reports come in, 200 a second.")] = 5.0,
    away: Annotated[float, typer.Option(help="How long notifications is away.")] = 2.0,
    profile: Annotated[Path | None, typer.Option(help="Sample each service into a file of this folder.")] = None,
) -> None:
    """From a report to the mailbox, through all four services, alone."""
    console = Console(width=130)
    if profile:
        profile.mkdir(exist_ok=True)
    amount = Amount(warm_seconds=1, steady_seconds=seconds, alone=50, away_seconds=away)
    figures = asyncio.run(whole_way(amount, console.print, profile.absolute() if profile else None))
    for service in sorted(profile.glob("*.txt")) if profile else ():
        console.print(service.stem, profiles.table(service, int(seconds * 200), most=30))
    console.print(json.dumps(figures, indent=2))


def _failed(text: str) -> int:
    Console(stderr=True).print(text, style="red", markup=False, highlight=False)
    return 1


@app.callback()
def main() -> None:
    """Figures of the engine beside others."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a new topic has no leader yet: told, retried, harmless


if __name__ == "__main__":
    app()
