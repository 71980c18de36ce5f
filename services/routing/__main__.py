"""`python -m services.routing`."""

from services.routing.app import create
from shared.runtime.service import main

main(create)
