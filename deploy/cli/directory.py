"""`senandung directory`: who takes part in the programme, and what their profiles let them see."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.services import fail
from shared.contracts.directory import Directory, UnknownCodeError
from shared.contracts.directory.entries import Party
from shared.contracts.topics import inbox, outbox


def directory(
    party: Annotated[
        str, typer.Argument(help="A code such as papb; without it, all 19 agencies and 4 communities.")
    ] = "",
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="On this day; names and parties change.")
    ] = None,
) -> None:
    """Show the agencies and communities: code, name in both languages, profile, and the two mailboxes of each.

    A profile decides what a party is told of a case it takes part in; the default is nothing.
    """
    known = Directory.load((on or datetime.now(UTC)).date())
    try:
        parties = (known.party(party),) if party else known.parties
    except UnknownCodeError as problem:
        raise fail(str(problem)) from None
    Console().print(_table(parties))


def _table(parties: tuple[Party, ...]) -> Table:
    table = Table(title="Instansi dan komunitas · agencies and communities")
    for head in ("kode · code", "nama · name", "profil", "menulis · writes", "membaca · reads"):
        table.add_column(head, overflow="fold")
    for party in parties:
        name = f"{party.name.into('id')}\n[dim]{party.name.into('en')}[/dim]"
        table.add_row(party.code, name, party.profile, outbox(party.code), inbox(party.code))
    return table
