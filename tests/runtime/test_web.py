"""What a service's HTTP side opens, it closes."""

from pathlib import Path

from shared.runtime.http.keys import FileKeys, UrlKeys
from shared.runtime.settings import EngineSettings
from shared.runtime.web import keys_of
from tests.office import settings_of


async def test_connections_to_the_address_of_keys_end_with_the_service(tmp_path: Path) -> None:
    settings = settings_of(EngineSettings, tmp_path).model_copy(update={"jwks": "https://masuk.contoh/jwks"})

    async with keys_of(settings) as keys:
        assert isinstance(keys, UrlKeys)
        assert not keys.client.is_closed
    assert keys.client.is_closed


async def test_keys_in_a_file_need_no_connection(tmp_path: Path) -> None:
    async with keys_of(settings_of(EngineSettings, tmp_path)) as keys:
        assert isinstance(keys, FileKeys)
