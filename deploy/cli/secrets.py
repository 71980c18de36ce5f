"""`senandung secrets`: what a city in containers must have before it starts, and nobody else."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.containers import PORTS, make_secrets


def secrets(
    folder: Annotated[
        Path,
        typer.Argument(
            help="Where deploy/compose.yaml looks; `secrets/` and `.env` are made in it.", envvar="SENANDUNG_FOLDER"
        ),
    ] = Path("deploy"),
    first_port: Annotated[
        int, typer.Option(help="Of five on the loopback address: the four services, then Kafka.")
    ] = min(PORTS.values()),
) -> None:
    """Make the keys and passwords of a city in containers, each in a file that only its owner can read (mode 600).

    What is there already is never overwritten. Keep a copy elsewhere: without intake.json no name can be read again.
    """
    made = make_secrets(folder, {name: first_port + at for at, name in enumerate(PORTS)})
    console = Console(highlight=False)
    console.print(f"made {len(made)} files in {folder / 'secrets'}", markup=False, soft_wrap=True)
    console.print("next: docker compose -f deploy/compose.yaml up -d --wait", markup=False, soft_wrap=True)
