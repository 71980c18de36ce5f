"""What the directory refuses to load: spoilt rows, holes in time, references to nothing, keys that are none."""

import json
import re
from base64 import urlsafe_b64encode
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from shared.contracts.directory import Directory, DirectoryError

NOW = date(2026, 11, 2)
PACKAGED = files("shared.contracts.directory") / "data"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the packaged data, to spoil."""
    for file in PACKAGED.iterdir():
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def edit(data: Path, file: str, old: str, new: str) -> None:
    text = (data / file).read_text(encoding="utf-8")
    assert old in text, f"{file} no longer holds {old!r}"
    (data / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def refusal(data: Path) -> str:
    with pytest.raises(DirectoryError) as refused:
        Directory.load(NOW, data=data)
    return str(refused.value)


def test_overlapping_validity_is_refused(data: Path) -> None:
    edit(data, "agencies.csv", "polresta,2020-01-01", "polresta,2019-12-31")
    assert re.match(r"agencies\.csv, line \d+: polresta overlaps .*; end that row before 2019-12-31\.", refusal(data))


def test_a_second_open_row_of_one_code_is_refused(data: Path) -> None:
    edit(data, "agencies.csv", "polresta,2019-01-01,2019-12-31", "polresta,2019-01-01,")
    assert "polresta overlaps its row of 2019-01-01" in refusal(data)


def test_a_hole_in_validity_is_refused(data: Path) -> None:
    edit(data, "agencies.csv", "polresta,2020-01-01", "polresta,2020-01-02")
    assert "polresta has a hole after 2019-12-31; let this row begin on 2020-01-01" in refusal(data)


def test_a_kelurahan_that_loses_its_community_is_refused(data: Path) -> None:
    edit(data, "community_areas.csv", "64.71.06.1005,2019-01-01,,", "64.71.06.1005,2019-01-01,2030-01-31,")
    assert "64.71.06.1005 has no community on 2030-02-01; add a row to community_areas.csv" in refusal(data)


def test_a_community_further_away_than_the_one_in_the_kecamatan_is_refused(data: Path) -> None:
    edit(data, "community_areas.csv", "64.71.05.1002,2019-01-01,,sekolah-rakyat", "64.71.05.1002,2019-01-01,,papb")
    assert "papb serves 64.71.05.1002 by kecamatan" in refusal(data)


def test_a_service_of_an_agency_that_is_gone_is_refused(data: Path) -> None:
    edit(data, "agencies.csv", "disnaker,2019-01-01,,", "disnaker,2019-01-01,2027-12-31,")
    assert re.match(r"services\.csv, line \d+: 'disnaker' is no party .* on 2028-01-01", refusal(data))


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("agencies.csv", "Children's Lawyers", "", "column name_en is empty; fill it in"),
        ("agencies.csv", "Pengacara Anak", "", "column name_id is empty; fill it in"),
        ("agencies.csv", "agency,A,", "agency,Z,", "profile 'Z' is not known; use one of: A "),
        ("agencies.csv", "agency,A,,", "agency,A,abc,", "column key_id is empty"),
        ("agencies.csv", "S1,seen", ",seen", "column rule is empty; cite the rule, or mark the row DESIGN"),
        ("agencies.csv", "2019-01-01", "01-01-2019", "valid_from '01-01-2019' is not a date; write it as 2026-01-31"),
        ("agencies.csv", "dinsos,2019-01-01,,", "dinsos,2019-01-01,2018-01-01,", "valid_to lies before valid_from"),
        ("agencies.csv", "dinsos,", "dinsos,,", "13 cells for 12 columns; add or remove commas"),
        ("agencies.csv", "code,valid_from", "id,valid_from", "the header must read code,valid_from"),
        ("agencies.csv", "\ndinsos,", "\ndinso,", "code 'dinso' is not known"),
        ("areas.csv", "Manggar,kelurahan", "Manggar,kecamatan", "does not have the form of a kecamatan"),
        ("areas.csv", "64.71.01,2019", "64.71.07,2019", "'64.71.01' is no area"),
        ("communities.csv", "64.71.02.1003", "64.71.02.1013", "'64.71.02.1013' is no area"),
        ("categories.csv", ",0,5,", ",7,5,", "age_to lies below age_from"),
        ("categories.csv", ",0,5,", ",nol,5,", "age_from 'nol' is not a whole number"),
        ("national_codes.csv", ",,AT AMPK,", ",,AT AT,", "column categories names a code twice"),
        ("reasons.csv", ",refusal,", ",refused,", "kinds 'refused' is not known"),
        ("services.csv", ",disnaker,", ",,", "column given_by is empty"),
    ],
)  # fmt: skip
def test_a_spoilt_row_is_refused_with_file_line_and_remedy(
    data: Path, file: str, old: str, new: str, said: str
) -> None:
    edit(data, file, old, new)
    message = refusal(data)
    assert re.match(rf"{re.escape(file)}, line \d+: ", message)
    assert said in message


def test_a_missing_file_is_named(data: Path) -> None:
    (data / "risks.csv").unlink()
    assert refusal(data) == "risks.csv: the file is missing; add it beside the others."


def a_key(kid: str = "dinkes-2026", length: int = 32) -> dict[str, str]:
    return {"kid": kid, "x25519": urlsafe_b64encode(bytes(range(length))).decode().rstrip("=")}


def keys_file(folder: Path, written: object) -> Path:
    path = folder / "keys.json"
    path.write_text(json.dumps(written), encoding="utf-8")
    return path


def test_a_deployment_gives_keys_by_a_file(tmp_path: Path) -> None:
    city = Directory.load(NOW, keys=keys_file(tmp_path, {"dinkes": a_key(), "intake": a_key("intake-1")}))
    key, vault = city.key("dinkes"), city.key("intake")
    assert key
    assert (key.kid, key.x25519) == ("dinkes-2026", bytes(range(32)))
    assert vault
    assert city.key("pn") is None


def test_a_key_of_the_file_takes_the_place_of_the_packaged_one(data: Path, tmp_path: Path) -> None:
    edit(data, "agencies.csv", "agency,A,,", f"agency,A,{a_key()['x25519']},packaged-1")
    packaged, given = (
        Directory.load(NOW, keys=keys, data=data).key("dinsos")
        for keys in (None, keys_file(tmp_path, {"dinsos": a_key("given-2")}))
    )
    assert packaged
    assert given
    assert (packaged.kid, given.kid) == ("packaged-1", "given-2")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"dinas": a_key()}, "'dinas' holds no key"),
        ({"dinkes": a_key(length=31)}, "dinkes: the key must be 32 bytes in base64url"),
        ({"dinkes": a_key() | {"private": "x"}}, "dinkes: write exactly the fields kid and x25519"),
        ({"dinkes": {"kid": "a"}}, "dinkes: write exactly the fields kid and x25519"),
        ({"dinkes": a_key("two words")}, "dinkes: the key id must be"),
        ({"dinkes": a_key(), "pn": a_key()}, "two keys have the same kid"),
        ([], "is not an object"),
    ],
)
def test_a_spoilt_keys_file_is_refused(tmp_path: Path, written: object, said: str) -> None:
    with pytest.raises(DirectoryError, match=re.escape(said)):
        Directory.load(NOW, keys=keys_file(tmp_path, written))


def test_a_keys_file_that_is_absent_or_no_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match="cannot be read"):
        Directory.load(NOW, keys=tmp_path / "none.json")
    (tmp_path / "keys.json").write_text("{", encoding="utf-8")
    with pytest.raises(DirectoryError, match="is not JSON"):
        Directory.load(NOW, keys=tmp_path / "keys.json")
