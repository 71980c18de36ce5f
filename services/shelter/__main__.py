"""`python -m services.shelter`."""

from services.shelter.app import create
from shared.runtime.program import main

main(create)
