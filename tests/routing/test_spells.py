"""Limits by the facts alone: an extension counts once, in time, and by no more days than the law has (R52)."""

from datetime import datetime
from uuid import UUID

import pytest

from services.routing.domain.mark import Mark
from services.routing.domain.spell import Spell, spells
from tests.routing.city import LAW
from tests.routing.court import wita

DETENTION = UUID(int=1, version=4)
"""In the investigation from 2 November: seven days with the first, so to the end of the 8th; at most eight more."""


def detained(*more: Mark) -> Spell:
    """The one limit of a detention, as the facts make it."""
    begun = Mark("child-detained", "detention", DETENTION, wita("2026-11-02 14:00"), ("investigation",))
    [spell] = spells(LAW, "r47", (begun, *more))[DETENTION]
    return spell


def extended(at: str, days: int) -> Mark:
    return Mark("detention-extended", "detention", DETENTION, wita(at), (), days)


def released(at: datetime) -> Mark:
    return Mark("child-released", "detention", DETENTION, at)


def test_an_extension_in_time_moves_the_limit() -> None:
    assert detained(extended("2026-11-08 10:00", 8)).due == wita("2026-11-16 23:59:59")


def test_an_extension_at_the_very_end_of_the_time_is_in_time() -> None:
    assert detained(extended("2026-11-08 23:59:59", 8)).due == wita("2026-11-16 23:59:59")


def test_an_extension_after_the_time_has_passed_moves_nothing() -> None:
    spell = detained(extended("2026-11-09 00:00", 8))

    assert (spell.due, spell.extended) == (wita("2026-11-08 23:59:59"), False)


def test_a_second_extension_moves_nothing() -> None:
    once = detained(extended("2026-11-07 10:00", 3))
    twice = detained(extended("2026-11-07 10:00", 3), extended("2026-11-08 10:00", 8))

    assert twice.due == once.due == wita("2026-11-11 23:59:59")


def test_an_extension_by_more_days_than_the_law_has_is_one_by_all_of_them() -> None:
    assert detained(extended("2026-11-08 10:00", 30)).due == wita("2026-11-16 23:59:59")


@pytest.mark.parametrize(("at", "late"), [("2026-11-08 23:59:59", False), ("2026-11-09 00:00", True)])
def test_what_ends_at_the_very_end_of_its_time_is_not_late(at: str, *, late: bool) -> None:
    spell = detained(released(wita(at)))

    assert (spell.end, spell.late) == ("satisfied", late)
