"""`senandung demo | up | down`: a whole city on this machine."""

import json
import os
import signal
import sys
from pathlib import Path
from time import monotonic
from typing import Annotated, Final

import psutil
import typer
from rich.console import Console

from deploy.cli.services import HOME, HomeOption
from deploy.demo.film import Film, filmed, pictures
from deploy.demo.run import run
from deploy.demo.stage import WrongAnswerError
from deploy.demo.tell import Teller
from deploy.demo.watch import DidNotComeError
from deploy.local.city import City
from deploy.local.processes import DidNotStartError, end

POLICY: Final = {"routing": {"POLICY": "demo"}}


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(demo)
    app.command()(up)
    app.command()(down)


def demo(
    home: HomeOption = HOME,
    record: Annotated[Path | None, typer.Option(help="A folder that gets pictures of this run, as SVG.")] = None,
) -> None:
    """Watch children travel from the street to safety; exits 0 only if everything that must hold was seen to hold.

    KEEP=1 in the environment leaves the city running afterwards and writes city.json; `senandung down` ends it.
    """
    begin = monotonic()
    film = Film(sys.stdout)
    console = Console() if record is None else filmed(film)
    teller = Teller(console)
    keep = os.environ.get("KEEP", "") not in {"", "0"}
    _end_earlier(home, console)
    city = City(home, extra=POLICY, outlives=keep, tell=teller.phase)
    try:
        city.start()
        held = run(city, teller)
    except (DidNotComeError, DidNotStartError, WrongAnswerError) as problem:
        city.stop()
        console.print(f"GAGAL · FAILED: {problem}", style="bold red", markup=False)
        raise typer.Exit(1) from None
    except BaseException:
        city.stop()
        raise
    if keep and held:
        teller.cases()
        console.print(
            f"KEEP=1: kota tetap hidup · the city runs on; {city.write()}. \n"
            "  senandung case show ID · senandung positions show routing · senandung down"
        )
    else:
        with teller.timed("berhenti · stopping"):
            city.stop()
    teller.phase(f"  semuanya · all in all: {monotonic() - begin:.1f} s")
    if record is not None and held:
        pictures(film, record)
    raise typer.Exit(0 if held else 1)


def up(home: HomeOption = HOME) -> None:
    """Start the city and leave it running; where it answers is written to city.json."""
    console = Console()
    _end_earlier(home, console)
    city = City(home, outlives=True, tell=Teller(console).phase)
    try:
        city.start()
    except DidNotStartError as problem:
        console.print(f"GAGAL · FAILED: {problem}", style="bold red", markup=False)
        raise typer.Exit(1) from None
    console.print(f"Kota hidup · the city runs: {city.write()}")
    for service in city.ports:
        console.print(f"  {service:<14}{city.url(service)}", highlight=False)
    console.print(f"  {'kafka':<14}{city.kafka.bootstrap}", highlight=False)


def down(home: HomeOption = HOME) -> None:
    """End the city that `up` or `KEEP=1 demo` left running; nothing happens where none runs."""
    if not _end_earlier(home, Console()):
        Console().print("Tidak ada kota yang hidup · no city runs.")


def _end_earlier(home: Path, console: Console) -> bool:
    """End what an earlier run noted in city.json, if those processes are still ours."""
    noted = home / "city.json"
    if not noted.exists():
        return False
    pids = [pid for pid in json.loads(noted.read_text())["pids"] if _ours(pid, home)]
    for pid in pids:
        end(pid, signal.SIGTERM)
    noted.unlink()
    console.print(f"Dihentikan · ended {len(pids)} processes.", highlight=False)
    return bool(pids)


def _ours(pid: int, home: Path) -> bool:
    """Tell whether a process is still the one that was noted: a number may have become another's."""
    try:
        words = " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return False
    return "-m services." in words or str(home.absolute()) in words
