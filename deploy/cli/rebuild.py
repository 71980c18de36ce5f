"""`senandung rebuild`: a service's derived tables, compared with what facts make of them, or made anew."""

import importlib
import json
import os
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from deploy.cli.services import HOME, HomeOption, ServiceArgument, fail
from shared.contracts.topics import SERVICES
from shared.runtime.rebuild.command import How
from shared.runtime.rebuild.command import rebuild as command
from shared.runtime.service import CannotStart, Service
from shared.runtime.settings import WrongSettings

_CONTAINERS: Final = "docker compose -f deploy/compose.yaml run --rm -T {0} python -m services.{0} rebuild --check"


def rebuild(
    service: ServiceArgument,
    check: Annotated[
        bool, typer.Option("--check", help="Only compare, row by row; the service may go on, nothing is changed.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be made anew.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before the tables are replaced.")] = False,
    home: HomeOption = HOME,
) -> None:
    """Make the derived tables of a stopped service anew from all that it said and heard; nothing is decided or said.

    What cannot be derived stays: what was said, commands and their outcomes, positions, the vault. All of it happens
    in one transaction, or not at all. --check ends with 1 where a row differs. The service's settings are those of
    its environment, or of the city in --home; a city in containers does it inside the service's own.
    """
    console = Console(highlight=False, soft_wrap=True)
    made = _service(service, home)
    how = How(check=check, dry_run=dry_run, yes=yes)
    raise typer.Exit(command(made, how, lambda text: console.print(text, markup=False)))


def _service(name: str, home: Path) -> Service:
    if name not in SERVICES:
        raise fail(f"no service is called {name!r}: name one of {', '.join(SERVICES)}")
    program, kind = (importlib.import_module(f"services.{name}.{part}") for part in ("app", "settings"))
    here = kind.Settings.variable("postgres") in os.environ
    try:
        made: Service = program.create(None if here else kind.Settings(**_noted(name, home)))
    except (CannotStart, WrongSettings) as problem:
        raise fail(str(problem)) from None
    return made


def _noted(name: str, home: Path) -> dict[str, str]:
    """The settings that a city on this machine gave to its service."""
    noted = home / "city.json"
    if not noted.exists():
        raise fail(f"no city runs from {home}: there is no city.json; start one: senandung up")
    told: dict[str, dict[str, str]] = json.loads(noted.read_text()).get("settings", {})
    if name not in told:
        raise fail(f"the city of {home} runs in containers; there:\n{_CONTAINERS.format(name)}")
    return told[name]
