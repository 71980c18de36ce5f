"""Shelter as a program: its directory, its houses, its limits and its rules, put together."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from services.shelter import api, data
from services.shelter.domain import domain
from services.shelter.domain.house import Houses, today
from services.shelter.settings import Settings
from shared.contracts.directory import Directory, DirectoryError
from shared.contracts.message import Caller
from shared.contracts.profiles import Profiles
from shared.runtime.service import CannotStart, Service
from shared.runtime.settings import read
from shared.runtime.web import Web
from shared.runtime.wiring import Wiring


def create(settings: Settings | None = None) -> Service:
    """Put the service together, from the environment where no settings are given.

    Raises `CannotStart` where the directory, the houses or the limits are missing or wrong.
    """
    settings = settings or read(Settings)
    try:
        directory = Directory.load(today(datetime.now().astimezone()))
        houses, limits = data.houses(settings.houses), data.limits(settings.limits)
        effects = _sees_cases(directory, Profiles.load())
    except DirectoryError as problem:
        raise CannotStart(str(problem)) from None

    def sentence(code: str) -> tuple[str, str]:
        return directory.sentence(code, "id"), directory.sentence(code, "en")

    return Service(
        settings=settings,
        wiring=Wiring(domain(houses, limits), settings.token_key, sentence=sentence),
        migrations="services.shelter.migrations",
        web=_web(houses, effects),
    )


def _web(houses: Houses, effects: Callable[[Caller], bool]) -> Web:
    return Web(partial(api.routes, houses), effects=effects)


def _sees_cases(directory: Directory, profiles: Profiles) -> Callable[[Caller], bool]:
    """Return whether a caller knows cases by their own ids."""

    def sees(caller: Caller) -> bool:
        return profiles.subject(directory.party(caller.agency).profile) == "case"

    return sees
