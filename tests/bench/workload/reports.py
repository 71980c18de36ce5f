"""Reports as a community's own program writes them: an emergency, so that an agency is asked at once (R122)."""

from datetime import UTC, datetime
from typing import Final, NamedTuple

from shared.contracts.codec import encode
from shared.contracts.commands import ReportChild, ReportedChild
from shared.contracts.envelope import Envelope, Headers, headers_of
from shared.contracts.model import AboutChild
from shared.contracts.topics import outbox

REPORTER: Final = "koppaja"
ASKED: Final = "bnnk"
"""Whom policy asks for a child of this category."""
_CHILD: Final = AboutChild(age_years=14, sex="male", category="NAPZA", found_area="64.71.02.1003")


class Report(NamedTuple):
    """One report as a record."""

    id: str
    topic: str
    headers: Headers
    value: bytes


def report(number: int) -> Report:
    """A report of one child, without a name."""
    now = datetime.now(UTC)
    body = ReportChild(
        occurred_at=now, source="community", risk="emergency", children=(ReportedChild(about_child=_CHILD),)
    )
    id_ = f"{REPORTER}-{number}"
    envelope = Envelope(id=id_, type=body.type, source=f"/agencies/{REPORTER}", time=now)
    return Report(id_, outbox(REPORTER), headers_of(envelope), encode(body))
