"""`python -m services.intake`."""

from services.intake.app import create
from shared.runtime.program import main

main(create)
