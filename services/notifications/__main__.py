"""`python -m services.notifications`."""

from services.notifications.app import create
from shared.runtime.program import main

main(create)
