"""The commands of `docs/operations.md`, by the heading under which they stand."""

import re

from tests.compose.city import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text()


def blocks() -> dict[str, list[str]]:
    """Each heading's blocks of commands, in their order."""
    parts = re.split(r"^## (.+)\n", PAGE, flags=re.MULTILINE)[1:]
    return {heading: _blocks(text) for heading, text in zip(parts[::2], parts[1::2], strict=True)}


def block(heading: str, number: int) -> str:
    """One of them. Raises `KeyError` or `IndexError` where the page has it no longer."""
    return blocks()[heading][number]


def _blocks(text: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
