"""All commands of `senandung`, put together."""

import typer

from deploy.cli import city

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="The inter-agency system for vulnerable children of a city: four services that talk through Apache Kafka.",
)
city.add_to(app)
