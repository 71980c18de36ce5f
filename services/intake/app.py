"""Intake as a program: its directory, its keys, its rules and its database, put together."""

from datetime import datetime

from services.intake import api, keyring
from services.intake.domain import domain
from services.intake.policy import WITA, Policy
from services.intake.settings import Settings
from services.intake.vault import Vault
from shared.contracts.directory import Directory, DirectoryError
from shared.contracts.message import Domain
from shared.contracts.profiles import Profiles
from shared.contracts.profiles.callers import knows_cases
from shared.runtime.books import Connection
from shared.runtime.service import CannotStart, Service
from shared.runtime.settings import read
from shared.runtime.web import Web
from shared.runtime.wiring import Wiring


def create(settings: Settings | None = None) -> Service:
    """Put the service together, from the environment where no settings are given.

    Raises `CannotStart` where the keyring or the directory is missing or wrong, or they do not fit each other.
    """
    settings = settings or read(Settings)
    try:
        directory = Directory.load(datetime.now(WITA).date(), settings.directory_keys)
        policy = Policy.load()
        keys = keyring.load(settings.keyring)
        if given := directory.key("intake"):
            keys.expect(given.kid, given.x25519)
    except (DirectoryError, keyring.KeyringError) as problem:
        raise CannotStart(str(problem)) from None
    return _service(settings, domain(directory, policy), directory, keys)


def _service(settings: Settings, intake: Domain, directory: Directory, keys: keyring.Keyring) -> Service:
    vault = Vault(keys)

    async def prepared(sql: Connection) -> None:
        try:
            await vault.check(sql)
        except keyring.KeyringError as problem:
            raise CannotStart(str(problem)) from None

    return Service(
        settings=settings,
        wiring=Wiring(intake, settings.token_key, sentence=directory.sentences, admit=vault.readable),
        migrations="services.intake.migrations",
        web=Web(api.routes, api.transforms(keys), knows_cases(directory, Profiles.load())),
        primary=vault.keep,
        prepared=prepared,
    )
