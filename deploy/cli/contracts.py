"""`senandung contracts export | check`: what is published for all who read and write our streams."""

import typer

from shared.contracts.__main__ import main

app = typer.Typer(no_args_is_help=True, help="JSON Schemas, examples and AsyncAPI: generated from the code, committed.")


@app.command()
def export() -> None:
    """Write schemas, examples and asyncapi.yaml anew from the code; tells which files changed."""
    raise typer.Exit(main(["export"]))


@app.command()
def check() -> None:
    """Fail where a published file differs from the code, or a change is not an addition, and name it."""
    raise typer.Exit(main(["check"]))
