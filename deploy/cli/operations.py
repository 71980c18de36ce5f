"""What operators do: look at what waits and try it again or set it aside, say again, and accept a changed log."""

from typing import Annotated, Final
from uuid import UUID

import typer
from pydantic import JsonValue
from rich.console import Console

from deploy.cli.case import table
from deploy.cli.services import HOME, AsOption, HomeOption, ServiceArgument, fail, services
from shared.contracts.directory.codes import DiscardReason

OPERATOR = "dinsos/operator"
_WAITING: Final = ("id", "why", "type", "since", "subject")

_MISSING: Final = {
    "stopping": "selesai sebentar lagi · it finishes its last turn",
    "kafka": "belum terhubung ke Kafka · not connected to Kafka, or a topic is missing",
    "log-changed": "log berubah · a log is not the one remembered: senandung positions accept",
    "own-streams-not-read": "membaca alirannya sendiri · it reads what it has said before",
}

waiting = typer.Typer(
    no_args_is_help=True,
    help="Messages not yet applied: a gap before them, too early, without a key, or failed. All other cases go on.",
)
positions = typer.Typer(no_args_is_help=True, help="Where a service reads on in each partition; kept in its database.")

RowArgument = Annotated[int, typer.Argument(help="The row's id, from `senandung waiting list`.")]


def ready(home: HomeOption = HOME, as_: AsOption = OPERATOR) -> None:
    """Tell whether each service is ready, and if not, what is missing; ends with 1 unless all are."""
    missing = services(home, as_).missing()
    for service, reasons in missing.items():
        told = "; ".join(f"{reason}: {_MISSING.get(reason, '?')}" for reason in reasons) or "siap · ready"
        Console().print(f"{service:<14}{told}", highlight=False, markup=False)
    raise typer.Exit(1 if any(missing.values()) else 0)


@waiting.command("list")
def list_(service: ServiceArgument, home: HomeOption = HOME, as_: AsOption = OPERATOR) -> None:
    """List what waits in a service, the newest first, and why; `waiting show` tells the rest of one."""
    rows = services(home, as_).get(service, "/operations/waiting?limit=100")["waiting"]
    Console().print(table(f"{service}: menunggu · waiting", _WAITING, rows))


@waiting.command()
def show(service: ServiceArgument, row: RowArgument, home: HomeOption = HOME, as_: AsOption = OPERATOR) -> None:
    """Show one message that waits: its place in Kafka, never its data, which may hold what is nobody's business."""
    rows = services(home, as_).get(service, f"/operations/waiting?limit=1&before={row + 1}")["waiting"]
    assert isinstance(rows, list)
    found = [each for each in rows if isinstance(each, dict) and each["id"] == row]
    if not found:
        raise fail(_nothing(service, row))
    for name, value in found[0].items():
        Console().print(f"{name:<12}{value}", highlight=False, markup=False)


@waiting.command()
def retry(service: ServiceArgument, row: RowArgument, home: HomeOption = HOME, as_: AsOption = OPERATOR) -> None:
    """Try a message again. Each new release does so by itself with all that failed."""
    services(home, as_).post(service, f"/operations/waiting/{row}/retry", absent=_nothing(service, row))
    Console().print("Akan dicoba lagi · it will be tried again.")


@waiting.command()
def discard(
    service: ServiceArgument,
    row: RowArgument,
    reason: Annotated[DiscardReason, typer.Option(help="Why it may be set aside.")],
    home: HomeOption = HOME,
    as_: AsOption = OPERATOR,
) -> None:
    """Set a message aside, for a coded reason. That is itself said, as fact-discarded; correction is a new fact."""
    why: dict[str, JsonValue] = {"reason": reason}
    services(home, as_).post(service, f"/operations/waiting/{row}/discard", why, absent=_nothing(service, row))
    Console().print("Dikesampingkan · set aside.")


def _nothing(service: str, row: int) -> str:
    return (
        f"nothing waits in {service} under {row}: it was applied, or never was; look: senandung waiting list {service}"
    )


def resend(  # noqa: PLR0917  # typer reads options from the parameters; nobody calls this by position
    service: ServiceArgument,
    stream: Annotated[str, typer.Argument(help="A stream that the service speaks, such as cases or agency.papb.in.")],
    subject: Annotated[UUID | None, typer.Option(help="One case only; without it, all.")] = None,
    from_sequence: Annotated[int, typer.Option(help="From this ce_sequence on.")] = 1,
    home: HomeOption = HOME,
    as_: AsOption = OPERATOR,
) -> None:
    """Say again what was said: it heals a gap, a truncated log or a wiped topic. Readers drop what they know.

    What a service has committed it can always say again, for it keeps it for ever; ids and numbers are the same.
    """
    asked: dict[str, JsonValue] = {
        "stream": stream,
        "subject": str(subject) if subject else None,
        "from_sequence": from_sequence,
    }
    absent = f"{service} does not speak on {stream}: services/{service}/README.md lists what it says, and where"
    told = services(home, as_).post(service, "/operations/resend", asked, absent=absent)
    Console().print(f"{told['count']} pesan dalam perjalanan · messages on their way.")


@positions.command("show")
def show_positions(service: ServiceArgument, home: HomeOption = HOME, as_: AsOption = OPERATOR) -> None:
    """Show the next offset of every partition that has been read, when the log took the last, and what is wrong."""
    rows = services(home, as_).get(service, "/operations/positions")["positions"]
    assert isinstance(rows, list)
    begun: list[JsonValue] = [row for row in rows if isinstance(row, dict) and row["next"]]
    Console().print(table(f"{service}: posisi · positions", ("topic", "partition", "next", "at", "problem"), begun))
    Console().print(f"{len(rows) - len(begun)} partisi lain masih kosong · other partitions hold nothing yet.")


@positions.command()
def accept(
    service: ServiceArgument,
    topic: Annotated[str, typer.Argument(help="The topic whose log is shorter or other than remembered.")],
    partition: Annotated[int, typer.Argument(help="Its partition.")],
    home: HomeOption = HOME,
    as_: AsOption = OPERATOR,
) -> None:
    """Accept a log that is not the one that was read. Resend first: what the log lost must be there again."""
    absent = f"{service} does not read {topic}: senandung positions show {service}"
    place: dict[str, JsonValue] = {"topic": topic, "partition": partition}
    services(home, as_).post(service, "/operations/positions/accept", place, absent=absent)
    Console().print("Diterima · accepted.")
