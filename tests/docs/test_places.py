"""Whoever follows a link of a page arrives; whoever looks for a name finds it in the file that the page names."""

from pathlib import Path

import pytest

from tests.docs.places import ROOT, headings, line_of, links, pages, places

PAGES = [pytest.param(page, id=str(page.relative_to(ROOT))) for page in pages()]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(page: Path) -> None:
    lost = [
        (str(file), heading)
        for file, heading in links(page)
        if not file.exists() or (heading and heading not in headings(file))
    ]

    assert lost == []


@pytest.mark.parametrize("page", PAGES)
def test_every_place_that_a_page_names_is_in_the_file_that_it_links_to(page: Path) -> None:
    for place in places(page):
        assert place.file.as_posix().endswith(place.shown), f"{place} links to {place.file}"
        assert place.line > 0


def test_the_tour_names_many_places_and_can_be_read_in_a_quarter_of_an_hour() -> None:
    tour = ROOT / "docs" / "tour.md"

    assert len(places(tour)) > 40
    assert len(tour.read_text().split()) <= 2000


def test_what_is_not_there_is_noticed() -> None:
    routing = ROOT / "services" / "routing"
    for file, name in (
        (routing / "domain" / "answering.py", "accepted"),
        (routing / "domain" / "referral.py", "Referral.answered"),
        (routing / "policy" / "2026-1" / "referrals.csv", "toddler"),
        (routing / "migrations" / "0001_expand_referrals.sql", "hearing"),
    ):
        with pytest.raises(LookupError):
            line_of(file, name)
