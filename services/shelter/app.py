"""Shelter as a program: its directory, its houses, its limits and its rules, put together."""

from datetime import datetime
from functools import partial

from services.shelter import api, data
from services.shelter.domain import domain
from services.shelter.domain.house import today
from services.shelter.settings import Settings
from shared.contracts.directory import Directory, DirectoryError
from shared.contracts.profiles import Profiles
from shared.contracts.profiles.callers import knows_cases
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
        effects = knows_cases(directory, Profiles.load())
    except DirectoryError as problem:
        raise CannotStart(str(problem)) from None

    return Service(
        settings=settings,
        wiring=Wiring(domain(houses, limits), settings.token_key, sentence=directory.sentences),
        migrations="services.shelter.migrations",
        web=Web(partial(api.routes, houses), effects=effects),
    )
