"""The table that a run prints."""

from collections.abc import Iterator
from typing import Final

from rich.box import SIMPLE
from rich.table import Table

from tests.bench.measure.variants import VARIANTS
from tests.bench.report.labels import label
from tests.bench.report.results import Results

WHO: Final = ("python", "postgres", "kafka")


def tables(results: Results) -> Iterator[Table]:
    """All that a run has figures for."""
    yield hops(results)
    if results.growth:
        yield growth(results)
    if results.pipeline:
        yield pipeline(results)


def hops(results: Results) -> Table:
    """One line for each variant."""
    table = Table(title="One hop; CPU in ms per event; the last two: how many times as good ours is", box=SIMPLE)
    for column in ("variant", "events/s", "Python", "Postgres", "Kafka", "MiB", "start s", "by rate", "by CPU"):
        table.add_column(column, justify="left" if column == "variant" else "right", no_wrap=True)
    for name in results.rounds[0]:
        cpu, times = results.cpu(name), ["", ""] if name == "ours" else [f"{n:.2f}" for n in results.times(name)]
        table.add_row(
            VARIANTS[name].title, f"{results.rate(name):,.0f}", *(f"{cpu[who]:.3f}" for who in WHO),
            f"{results.memory(name):.0f}", f"{results.start(name):.1f}", *times,
        )  # fmt: skip
    return table


def growth(results: Results) -> Table:
    """Cost per event by how many cases are stored."""
    table = Table(title="One hop by stored cases")
    for column in ("cases stored", "events/s", "PostgreSQL ms per event"):
        table.add_column(column, justify="right")
    for size in results.growth[0]:
        runs = sorted((each[size] for each in results.growth), key=lambda run: run.per_second)
        run = runs[len(runs) // 2]
        table.add_row(f"{int(size):,}", f"{run.per_second:,.0f}", f"{run.cpu['postgres']:.3f}")
    return table


def pipeline(results: Results) -> Table:
    """From a report to the mailbox through four services."""
    table = Table(title="From a report to an agency's mailbox, through all four services")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in results.pipeline.items():
        table.add_row(label(name), f"{value:,.1f}")
    return table
