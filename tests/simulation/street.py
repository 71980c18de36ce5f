"""Who finds children in the street, and how many at once."""

import random
from datetime import datetime
from typing import Final

from shared.contracts.commands import ReportChild, ReportedChild
from shared.contracts.directory.codes import Category, PartyCode, Source
from shared.contracts.model import AboutChild
from tests.simulation.agencies import Act

REPORTERS: Final[tuple[tuple[PartyCode, Source], ...]] = (
    ("satpol-pp", "raid"), ("satpol-pp", "punk"), ("polresta", "police"), ("dinkes", "hospital"),
    ("koppaja", "community"), ("disdikbud", "teacher"), ("dinsos", "family"), ("dp3akb", "uptd-ppa"),
)  # fmt: skip
AREAS: Final = ("64.71.05.1009", "64.71.02.1003", "64.72.01.1001")


def found(chance: random.Random, now: datetime) -> tuple[PartyCode, Act]:
    """A child, or several at once: who reports them, and what that agency will send."""
    agency, source = chance.choice(REPORTERS)
    count = chance.choice((1, 1, 2, 3, 4)) if source in {"raid", "punk"} else 1
    command = ReportChild(
        occurred_at=now,
        source=source,
        secured=source in {"raid", "punk", "police"} or chance.random() < 0.2,
        risk=chance.choice((None, None, "emergency", "high", "low")),
        children=tuple(_child(chance, source) for _ in range(count)),
    )
    return agency, Act(command, seconds=chance.uniform(0, 60), times=chance.choice((1, 1, 3)))


def _child(chance: random.Random, source: Source) -> ReportedChild:
    category: Category | None = chance.choice(("AMPK", "AT", "NAPZA", None))
    about = AboutChild(
        age_years=chance.choice((None, *range(1, 18))),
        sex=chance.choice(("female", "male", "unknown")),
        found_area=chance.choice(AREAS[:2]),
        home_area=chance.choice((None, *AREAS)),
        category="ABH" if source == "police" else category,
        national_code="AJ" if category == "AMPK" and source != "police" else None,
        role="offender" if source == "police" else "none",
    )
    return ReportedChild(about_child=about, siblings=chance.choice((None, 1, 1)))
