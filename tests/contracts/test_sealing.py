"""What is sealed opens under its key, for its case and event, and for nothing else."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.envelope import after_vector
from shared.contracts.model import AboutChild, Sealed
from shared.contracts.sealing import NotOpened, new_key, open_sealed, read_token, seal, token

CASE, OTHER = UUID(int=1), UUID(int=2)
KEY = bytes(range(32))
CHILD = AboutChild(age_years=2, sex="female", found_area="64.71.02.1003", category="ABT")

GOLDEN = (
    "AAECAwQFBgcICQoLPCC3fKC6u37sM-Spi9sFTaP2pxTQW39cGEfFpT1JIJIhMI7cj-EyuFSEX82opwgYznlArXr2g_oftwo5OMPV"
    "ztAc5lrz8QZBPHSKTs-vLsgYqulCVkNzSN3dvuxY0Jmt69h5xoRh6Dq-PB6SaFUBX5pHQovD5QW6bd937aLGTi6bciDmlPfrcyjB"
    "aIEd-mziFtTDFRUxs2qsf8hX2vLJzrO3vjXJ3-xeh0P92v-gppu97uoCq4tTnEX_4OdR5ZfTM2yq2i399ukXdvPGmmH5pMFe2FYd"
    "IJrRUbG652For9pjA_SPxgAjBXJnmCiVMVxxiLOZVb0QqYU3S0dTq7xioTUCEsG_1fuzB_36kENghpw"
)
"""CHILD of two years, sealed for CASE and e-1 under KEY with the nonce 0, 1, 2 …"""

children = st.builds(
    AboutChild,
    age_years=st.none() | st.integers(0, 25),
    sex=st.sampled_from(["female", "male", "unknown"]),
    found_area=st.none() | st.from_regex(r"\A[0-9]{2}(\.[0-9]{2}){2}\.[0-9]{4}\Z"),
    category=st.none() | st.sampled_from(["ABT", "AT", "ABH", "AMPK", "ADS", "AKTK", "NAPZA"]),
    role=st.sampled_from(["offender", "victim", "witness", "none"]),
)
vectors = st.dictionaries(st.from_regex(r"\A[a-z][a-z.-]{0,20}\Z"), st.integers(1, 9_999_999_999), max_size=8)


@given(children)
def test_what_was_sealed_is_opened(about: AboutChild) -> None:
    assert open_sealed(CASE, "e-1", KEY, seal(CASE, "e-1", "k-1", KEY, about)) == about


@given(children)
def test_the_length_of_a_box_tells_nothing_of_the_child(about: AboutChild) -> None:
    assert len(seal(CASE, "e-1", "k-1", KEY, about).box) == len(seal(CASE, "e-1", "k-1", KEY, AboutChild()).box)


def test_the_same_child_never_looks_the_same() -> None:
    boxes = {seal(CASE, "e-1", "k-1", KEY, CHILD).box for _ in range(100)}

    assert len(boxes) == 100


@pytest.mark.parametrize(
    ("subject", "event", "key"), [(OTHER, "e-1", KEY), (CASE, "e-2", KEY), (CASE, "e-1", bytes(32)), (CASE, "", KEY)]
)
def test_a_box_opens_for_its_case_its_event_and_its_key_alone(subject: UUID, event: str, key: bytes) -> None:
    sealed = seal(CASE, "e-1", "k-1", KEY, CHILD)

    with pytest.raises(NotOpened) as caught:
        open_sealed(subject, event, key, sealed)

    assert sealed.box not in str(caught.value)


@given(st.from_regex(r"\A[A-Za-z0-9_-]{1,400}\Z"))
def test_what_is_no_box_of_ours_does_not_open(box: str) -> None:
    with pytest.raises(NotOpened):
        open_sealed(CASE, "e-1", KEY, Sealed(kid="k-1", box=box))


def test_one_changed_character_and_it_does_not_open() -> None:
    sealed = seal(CASE, "e-1", "k-1", KEY, CHILD)

    for place in range(0, len(sealed.box), 37):
        letter = "A" if sealed.box[place] != "A" else "B"
        broken = sealed.model_copy(update={"box": sealed.box[:place] + letter + sealed.box[place + 1 :]})
        with pytest.raises(NotOpened):
            open_sealed(CASE, "e-1", KEY, broken)


def test_a_box_is_the_same_in_every_release() -> None:
    nonce = bytes(range(12))

    sealed = seal(CASE, "e-1", "k-1", KEY, AboutChild(age_years=2), nonce=nonce)

    assert sealed.box.startswith("AAECAwQFBgcICQoL")
    assert open_sealed(CASE, "e-1", KEY, Sealed(kid="k-1", box=GOLDEN)) == AboutChild(age_years=2)
    assert sealed.box == GOLDEN


@given(st.uuids(), vectors)
def test_a_token_gives_back_its_subject_and_what_it_follows(subject: UUID, after: dict[str, int]) -> None:
    assert read_token(KEY, token(KEY, subject, after)) == (subject, after)


def test_two_agencies_cannot_join_by_the_tokens_of_one_case() -> None:
    tokens = {token(KEY, CASE, {"cases": 3, "placements": 1}) for _ in range(100)}

    assert len(tokens) == 100
    assert len({text[:16] for text in tokens}) == 100
    assert {len(text) for text in tokens} == {len(token(KEY, OTHER, {}))}
    assert all(after_vector(text) is None for text in tokens)


@pytest.mark.parametrize("text", ["", "A", "AAAA", "é", "cases:0000000001", "A" * 208, "=" * 12, "a b"])
def test_what_is_no_token_of_ours_is_none(text: str) -> None:
    assert read_token(KEY, text) is None


def test_a_token_of_another_city_is_none() -> None:
    assert read_token(new_key(), token(KEY, uuid4(), {"cases": 1})) is None
