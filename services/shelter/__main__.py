"""`python -m services.shelter`."""

from services.shelter.app import create
from shared.runtime.service import main

main(create)
