"""`python -m services.routing`."""

from services.routing.app import create
from shared.runtime.program import main

main(create)
