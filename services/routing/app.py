"""Routing as a program: its directory, its policy, the law and its rules, put together."""

from datetime import datetime
from functools import partial

from services.routing import api
from services.routing.domain import domain
from services.routing.law import Law, LawError
from services.routing.policy import WITA, Policies, PolicyError
from services.routing.settings import Settings
from shared.contracts.directory import Directory, DirectoryError
from shared.contracts.profiles import Profiles
from shared.contracts.profiles.callers import knows_cases
from shared.runtime.service import CannotStart, Service
from shared.runtime.settings import read
from shared.runtime.web import Web
from shared.runtime.wiring import Wiring


def create(settings: Settings | None = None) -> Service:
    """Put the service together, from the environment where no settings are given.

    Raises `CannotStart` where the directory, the policy or the law is missing or wrong.
    """
    settings = settings or read(Settings)
    try:
        directory = Directory.load(datetime.now(WITA).date())
        policies = Policies.load(directory, settings.policy, settings.policy_folder)
        law = Law.load(settings.law_folder, settings.holidays, settings.utc_offset)
        sees_cases = knows_cases(directory, Profiles.load())
    except (DirectoryError, PolicyError, LawError) as problem:
        raise CannotStart(str(problem)) from None

    return Service(
        settings=settings,
        wiring=Wiring(
            domain(policies=policies, directory=directory, law=law), settings.token_key, sentence=directory.sentences
        ),
        migrations="services.routing.migrations",
        web=Web(partial(api.routes, law, sees_cases), effects=sees_cases),
    )
