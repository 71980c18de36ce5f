"""Notifications as a program: its directory, its profile table and its rules, put together."""

from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Final

from services.notifications import api
from services.notifications.domain import Readers, domain
from services.notifications.policy import reminders
from services.notifications.settings import Settings
from shared.contracts.directory import Directory, DirectoryError
from shared.contracts.profiles import Profiles
from shared.contracts.profiles.callers import knows_cases
from shared.runtime.service import CannotStart, Service
from shared.runtime.settings import read
from shared.runtime.web import Web
from shared.runtime.wiring import Wiring

WITA: Final = timezone(timedelta(hours=8))
"""The time of Balikpapan."""


def create(settings: Settings | None = None) -> Service:
    """Put the service together, from the environment where no settings are given.

    Raises `CannotStart` where the directory, the profile table or the reminders are missing or wrong.
    """
    settings = settings or read(Settings)
    try:
        directory = Directory.load(datetime.now(WITA).date())
        readers = Readers(Profiles.load(settings.profiles), {p.code: p.profile for p in directory.parties})
        fractions = reminders(settings.policy)
    except DirectoryError as problem:
        raise CannotStart(str(problem)) from None

    zone = timezone(timedelta(hours=settings.utc_offset))
    return Service(
        settings=settings,
        wiring=Wiring(domain(readers, fractions, zone), settings.token_key, sentence=directory.sentences),
        migrations="services.notifications.migrations",
        web=Web(partial(api.routes, readers), effects=knows_cases(directory, readers.profiles)),
    )
