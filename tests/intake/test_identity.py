"""Identity: what may be told, how it is sealed on its way, and the keys."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from services.intake import box
from services.intake.identity import MAX_BYTES, NotAnIdentity, read
from services.intake.keyring import Keyring, KeyringError, fresh, load
from shared.contracts.model import Sealed
from tests.intake.people import BIMA, SITI, a_keyring


@pytest.fixture(scope="module")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return a_keyring(tmp_path_factory.mktemp("keys"))


def identity(**fields: JsonValue) -> bytes:
    return json.dumps(fields).encode()


def test_any_part_of_an_identity_may_be_unknown() -> None:
    """R100: a foundling or a runaway."""
    assert read(identity(alias="Si Kecil")).fields == {"alias": "Si Kecil"}
    assert read(identity(**SITI)).fields == SITI


@pytest.mark.parametrize("told", [
    identity(),
    identity(sex="unknown"),
    identity(name=""),
    identity(name="   "),
    identity(name="Bima\u0000"),
    identity(name="B" * 201),
    identity(nik=6471991503159002),
    identity(birth_date="kemarin"),
    identity(birth_date=20120701),
    identity(nama="Bima Percontohan"),
    b"[]", b"null", b"", b"{", b"\xff",
    identity(name="Bima") + b" " * MAX_BYTES,
])  # fmt: skip
def test_what_is_no_identity_is_not_read_and_never_repeated(told: bytes) -> None:
    with pytest.raises(NotAnIdentity) as refused:
        read(told)

    assert "Bima" not in str(refused.value)
    assert "6471" not in str(refused.value)


def test_a_name_is_kept_as_it_was_told_but_for_spaces() -> None:
    assert read(identity(name="  Ma\u0301ria   Uji ")).fields == {"name": "Mária Uji"}


def test_two_ways_to_write_a_name_are_one_for_finding_duplicates() -> None:
    names = ("Bima Percontohan", "BIMA  PERCONTOHAN", "bima-percontohan", "Bíma Percontohan.")

    assert len({read(identity(name=name, birth_date="2015-03-15")).marks["name-and-birth"] for name in names}) == 1


def test_a_name_alone_marks_nothing_for_many_children_have_it() -> None:
    assert read(identity(name="Bima Percontohan")).marks == {}
    assert set(read(identity(**BIMA)).marks) == {"nik", "name-and-birth"}


def test_a_nik_that_differs_from_the_rest_is_taken_with_a_warning() -> None:
    """R99."""
    assert read(identity(**{**SITI, "birth_date": "2011-07-01", "sex": "male"})).warnings == (
        "birth-date-differs",
        "sex-differs",
    )


@pytest.mark.parametrize("nik", ["6471993203159002", "647199150315900", "belum tahu"])
def test_a_nik_without_the_form_of_one_is_kept_as_told_with_a_warning_and_finds_no_duplicate(nik: str) -> None:
    """R99, R100: it is copied from paper, by night; the child comes in all the same."""
    told = read(identity(**{**SITI, "nik": nik}))

    assert told.fields["nik"] == nik
    assert told.warnings == ("form-differs",)
    assert set(told.marks) == {"name-and-birth"}


@given(st.binary(max_size=3000))
def test_whatever_is_sealed_to_intake_opens_there_and_there_alone(keyring: Keyring, data: bytes) -> None:
    kid, public = keyring.seals
    sealed = box.seal(data, kid, public)

    assert box.unseal(sealed, keyring.identity[kid]).rstrip(b" ") == data.rstrip(b" ")
    with pytest.raises(box.NotOpened):
        box.unseal(sealed, keyring.wrapping[keyring.wraps[0]])


@given(st.integers(0, 700), st.integers(0, 5))
def test_a_box_that_was_touched_does_not_open(keyring: Keyring, at: int, bit: int) -> None:
    """Base64url of six bits a letter: another letter is another box, but for bits that stand for nothing."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    kid, public = keyring.seals
    text = box.seal(identity(**SITI), kid, public).box
    at %= len(text) - 1
    touched = text[:at] + letters[letters.index(text[at]) ^ 1 << bit] + text[at + 1 :]

    with pytest.raises(box.NotOpened):
        box.unseal(Sealed(kid=kid, box=touched), keyring.identity[kid])


def test_a_box_for_another_purpose_does_not_open(keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    kid, public = keyring.seals
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(box, "INFO", b"senandung/disclosure/v1")
        sealed = box.seal(identity(**SITI), kid, public)

    with pytest.raises(box.NotOpened):
        box.unseal(sealed, keyring.identity[kid])


def test_the_length_of_a_box_does_not_tell_how_long_a_name_is(keyring: Keyring) -> None:
    lengths = {len(box.seal(identity(name="B" * n), *keyring.seals).box) for n in (1, 20, 200)}

    assert len(lengths) == 1


def test_every_keyring_made_is_another_one_and_never_shows_its_keys(tmp_path: Path) -> None:
    first, second = a_keyring(tmp_path, "1"), a_keyring(tmp_path, "2")

    assert first.seals != second.seals
    assert first.seals[0] == "identity-1"
    assert "key" not in repr(first).lower().replace("keyring", "")


OTHER = json.loads(fresh("x"))
BAD_FILES: list[tuple[JsonValue, str]] = [
    ({}, "identity"),
    ({**OTHER, "identity": []}, "identity needs at least one key"),
    ({**OTHER, "wrapping": OTHER["wrapping"] * 2}, "wrapping needs at least one key, each with a kid of its own"),
    ({**OTHER, "marking": {"kid": "m", "key": "short"}}, "marking.key"),
    ({**OTHER, "more": 1}, "more"),
    ([], "the file"),
]


@pytest.mark.parametrize(("written", "named"), BAD_FILES)
def test_a_keyring_that_cannot_be_used_is_refused_and_named(tmp_path: Path, written: JsonValue, named: str) -> None:
    path = tmp_path / "keyring.json"
    path.write_text(json.dumps(written))

    with pytest.raises(KeyringError, match=r"keyring\.json") as refused:
        load(path)

    assert named in str(refused.value)
    assert OTHER["marking"]["key"] not in str(refused.value)


def test_a_missing_keyring_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyringError, match="give the path of the vault's keyring"):
        load(tmp_path / "none.json")


def test_a_key_that_the_directory_gives_but_nobody_can_open_is_found_before_anybody_seals_to_it(
    keyring: Keyring, tmp_path: Path
) -> None:
    kid, public = keyring.seals
    keyring.expect(kid, public)

    for wrong in (("identity-1999", public), (kid, a_keyring(tmp_path, "2").seals[1])):
        with pytest.raises(KeyringError, match="correct the directory"):
            keyring.expect(*wrong)
