"""`python -m services.intake`."""

from services.intake.app import create
from shared.runtime.service import main

main(create)
