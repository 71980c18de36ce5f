"""The pictures of the service's tables of transitions, for its page."""

from collections.abc import Mapping

from services.routing.domain import clock, detention, diversion, hearing, matter, order, referral, report
from shared.contracts.transitions import picture


def pictures() -> Mapping[str, str]:
    """Return each noun's state picture, in the order of the page."""
    tables = {
        "referral": referral.TABLE,
        "hearing": hearing.TABLE,
        "clock": clock.TABLE,
        "matter": matter.TABLE,
        "detention": detention.TABLE,
        "diversion": diversion.TABLE,
        "order": order.TABLE,
        "report": report.TABLE,
    }
    return {noun: picture(table) for noun, table in tables.items()}


if __name__ == "__main__":
    for drawn in pictures().values():
        print(f"```mermaid\n{drawn}\n```\n")  # noqa: T201  # what it is for: to be pasted into the page
