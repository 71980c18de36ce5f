"""Notifications as a program: its directory, its profile table and its rules, put together."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Final

from services.notifications import api
from services.notifications.domain import Readers, domain
from services.notifications.policy import reminders
from services.notifications.settings import Settings
from shared.contracts.directory import Directory, DirectoryError
from shared.contracts.message import Caller
from shared.contracts.profiles import Profiles
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

    def sentence(code: str) -> tuple[str, str]:
        return directory.sentence(code, "id"), directory.sentence(code, "en")

    return Service(
        settings=settings,
        wiring=Wiring(domain(readers, fractions), settings.token_key, sentence=sentence),
        migrations="services.notifications.migrations",
        web=Web(partial(api.routes, readers), effects=_sees_cases(readers)),
    )


def _sees_cases(readers: Readers) -> Callable[[Caller], bool]:
    """Return whether a caller knows cases by their own ids."""

    def sees(caller: Caller) -> bool:
        party = readers.party(caller.agency)
        return party is not None and readers.profiles.subject(readers.parties[party]) == "case"

    return sees
