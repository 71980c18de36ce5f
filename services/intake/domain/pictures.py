"""The pictures of the service's tables of transitions, for its page."""

from collections.abc import Mapping

from services.intake.domain import approval, category, closing, link
from shared.contracts.transitions import picture


def pictures() -> Mapping[str, str]:
    """Return each noun's state picture, in the order of the page."""
    return {
        "approval": picture(approval.TABLE),
        "category": picture(category.TABLE),
        "link": picture(link.TABLE),
        "closing": picture(closing.TABLE),
    }


if __name__ == "__main__":
    for drawn in pictures().values():
        print(f"```mermaid\n{drawn}\n```\n")  # noqa: T201  # what it is for: to be pasted into the page
