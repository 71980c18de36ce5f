"""The choice of servers: what was asked for is used, or the run fails; nothing is skipped in silence."""

from collections.abc import Iterator

import pytest

from tests.servers import choice


@pytest.fixture(autouse=True)
def undecided() -> Iterator[None]:
    choice.kinds.cache_clear()
    yield
    choice.kinds.cache_clear()


@pytest.mark.parametrize(
    ("asked", "engine", "expected"),
    [
        ("embedded", True, ("embedded",)),
        ("containers", True, ("containers",)),
        ("auto", True, ("embedded", "containers")),
        ("auto", False, ("embedded",)),
    ],
)
def test_a_run_uses_what_it_was_told_to(
    asked: str, engine: bool, expected: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(choice.CHOICE, asked)
    monkeypatch.setattr(choice, "engine_answers", lambda: engine)

    assert choice.kinds() == expected


def test_containers_without_an_engine_are_a_failure_not_a_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choice.CHOICE, "containers")
    monkeypatch.setattr(choice, "engine_answers", lambda: False)

    with pytest.raises(choice.NoEngineError, match="no container engine answers"):
        choice.kinds()


def test_a_word_that_is_no_choice_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choice.CHOICE, "podman")

    with pytest.raises(ValueError, match="podman"):
        choice.kinds()
