"""`python -m tests.bench`: the command line of the benchmark."""

import asyncio
import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tests.bench import profile as profiles
from tests.bench.measure.hop import run
from tests.bench.measure.servers import servers
from tests.bench.measure.variants import OURS
from tests.bench.workload.work import Work

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


@app.command()
def hop(
    events: Annotated[int, typer.Option(help="How many events the topic holds.")] = 30_000,
    profile: Annotated[
        Path | None, typer.Option(help="Sample the stack of the process while it computes, into this file.")
    ] = None,
) -> None:
    """One hop through the real engine, alone: for whoever makes it faster."""
    console, work = Console(width=130), Work(events)
    with servers() as running:
        done = asyncio.run(run(running, OURS, work, str(profile.absolute()) if profile else ""))
    if profile:
        console.print(profiles.table(profile, events))
    console.print(json.dumps(asdict(done), indent=2))


@app.callback()
def main() -> None:
    """Figures of the engine beside others."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a new topic has no leader yet: told, retried, harmless


if __name__ == "__main__":
    app()
