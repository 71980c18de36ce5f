"""`python -m services.notifications`."""

from services.notifications.app import create
from shared.runtime.service import main

main(create)
