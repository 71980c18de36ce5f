"""`python -m deploy.cli`."""

from deploy.cli.app import app

app(prog_name="senandung")
