"""The service's page says what the service does."""

import re
from pathlib import Path

from services.notifications.domain.participation import picture
from tests.notifications.city import notifications

FOLDER = Path("services/notifications")
PAGE = (FOLDER / "README.md").read_text()


def test_the_picture_is_drawn_from_the_table() -> None:
    assert f"```mermaid\n{picture()}\n```" in PAGE


def test_every_file_it_names_is_there() -> None:
    links = re.findall(r"\]\(([^)]+)\)", PAGE)

    assert len(links) > 4
    assert [link for link in links if not (FOLDER / link).exists()] == []


def test_it_names_all_streams_and_commands() -> None:
    domain = notifications()
    mailboxes = [stream for stream in domain.speaks if stream.startswith("agency.")]

    assert f"({len(mailboxes)} mailboxes)" in PAGE
    for word in (*domain.commands, *(set(domain.speaks) - set(mailboxes)), *set(domain.hears)):
        assert f"`{word}`" in PAGE or (word.startswith("answers.") and "`answers.*`" in PAGE)
